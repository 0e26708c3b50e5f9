"""Options of the server itself: who it is, where it listens, whom its keys admit, what it logs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsepy.settings.adapters import CACHE_ADAPTER, LOGGER_ADAPTER, Adapter
from parsepy.settings.features import LogLevels
from parsepy.settings.kinds import (
    BOOL,
    CLUSTER,
    COUNT,
    FOLDER,
    LIST,
    LOG_LEVEL,
    PATH,
    POSITIVE,
    RETENTION,
    SIZE,
    STRING,
    URL,
    Retention,
    group,
    number,
)
from parsepy.settings.networks import NETWORKS, TRUST_PROXY, Network, TrustProxy, networks
from parsepy.settings.options import Options, option
from parsepy.settings.patterns import DEFAULT_DENIED, DENIED_KEYWORDS, ROUTES, DeniedKeyword

LOOPBACK = networks("127.0.0.1", "::1")
EVERYWHERE = networks("0.0.0.0/0", "::0")
_ALL_INTERFACES = "0.0.0.0"  # noqa: S104  the default of Parse Server
_LOOPBACK_SHOWN = '["127.0.0.1","::1"]'


@dataclass(frozen=True, kw_only=True)
class KeyOptions(Options):
    """Application and keys"""

    app_id: str = option(STRING, "", "Required: id of the application, which every client sends.", env="APPLICATION_ID")
    app_name: str | None = option(STRING, None, "Name of the application in mails and on pages.")
    master_key: str = option(STRING, "", "Required: key that passes every permission.", secret=True)
    master_key_ips: tuple[Network, ...] = option(
        NETWORKS,
        LOOPBACK,
        "Addresses from which the master key is accepted; an empty list means none.",
        shown=_LOOPBACK_SHOWN,
    )
    master_key_ttl: int | None = option(COUNT, None, "Seconds for which a master key made by a function is kept.")
    read_only_master_key: str | None = option(STRING, None, "Key that may read everything.", secret=True)
    read_only_master_key_ips: tuple[Network, ...] = option(
        NETWORKS, EVERYWHERE, "Addresses from which the read-only master key is accepted.", shown='["0.0.0.0/0","::0"]'
    )
    maintenance_key: str | None = option(STRING, None, "Key that reads and writes internal fields.", secret=True)
    maintenance_key_ips: tuple[Network, ...] = option(
        NETWORKS, LOOPBACK, "Addresses from which the maintenance key is accepted.", shown=_LOOPBACK_SHOWN
    )
    client_key: str | None = option(STRING, None, "Key of the clients on Apple's systems.", secret=True)
    javascript_key: str | None = option(STRING, None, "Key of the JavaScript SDK.", secret=True)
    rest_api_key: str | None = option(
        STRING, None, "Key of REST clients.", wire="restAPIKey", env="REST_API_KEY", secret=True
    )
    dot_net_key: str | None = option(STRING, None, "Key of the .NET and Unity SDKs.", secret=True)
    webhook_key: str | None = option(STRING, None, "Key that is sent to webhooks.", secret=True)


@dataclass(frozen=True, kw_only=True)
class NetworkOptions(Options):
    """Addresses and HTTP"""

    host: str = option(STRING, _ALL_INTERFACES, "Address to listen on.", process=True)
    port: int = option(
        number(0, 65535), 1337, "Port to listen on; 0 takes any free one.", variable="PORT", process=True
    )
    mount_path: str = option(PATH, "/parse", "Path under which the API stands.", process=True)
    server_url: str = option(
        URL, "", "Required: own URL, mount path included, as the server itself reaches it.", wire="serverURL", env="URL"
    )
    public_server_url: str | None = option(
        URL,
        None,
        "URL by which clients reach the server; links and file URLs begin with it.",
        wire="publicServerURL",
        variable="PARSE_PUBLIC_SERVER_URL",
    )
    verify_server_url: bool = option(BOOL, True, "The server calls its own URL after the start and warns if it fails.")
    allow_headers: tuple[str, ...] | None = option(LIST, None, "Further request headers that browsers may send.")
    allow_origin: tuple[str, ...] | None = option(LIST, None, "Origins of web apps that may call; all by default.")
    trust_proxy: TrustProxy = option(
        TRUST_PROXY,
        TrustProxy(),
        "Proxies whose `X-Forwarded-For` is believed: true, how many stand in front, or their addresses "
        "(`loopback`, `linklocal` and `uniquelocal` are known by name).",
        shown="[]",
    )
    max_upload_size: int = option(SIZE, 20 << 20, "Largest body of a request.", shown='"20mb"')
    route_allow_list: tuple[re.Pattern[str], ...] | None = option(
        ROUTES, None, "Regular expressions of the routes open without the master key; an empty list closes all."
    )
    request_keyword_denylist: tuple[DeniedKeyword, ...] = option(
        DENIED_KEYWORDS,
        DEFAULT_DENIED,
        "Keys and values that no body and no query may contain.",
        shown='[{"key":"_bsontype","value":"Code"},{"key":"constructor"},{"key":"__proto__"}]',
    )
    enable_sanitized_error_response: bool = option(BOOL, True, "Refusals do not tell which permission was missing.")
    cluster: int | None = option(
        CLUSTER, None, "Number of worker processes that serve; true means one per CPU.", process=True
    )
    worker_blocked_seconds: int = option(
        COUNT,
        5,
        "Seconds for which cloud code may hold the event loop of a worker before another takes its place; 0 for no bound, "
        "and then one process serves unless there is a `cluster`.",
        variable="PARSEPY_WORKER_BLOCKED_SECONDS",
        process=True,
        ours=True,
    )
    worker_memory: int | None = option(
        COUNT,
        None,
        "Megabytes that a worker may take before another takes its place, 0 for no bound; by default its part of three "
        "quarters of the computer's memory.",
        variable="PARSEPY_WORKER_MEMORY",
        process=True,
        ours=True,
    )
    enable_express_error_handler: bool = option(BOOL, False, "Errors are handed to the surrounding Express app.")
    middleware: str | None = option(STRING, None, "Express middleware in front of the API.")
    request_context_middleware: str | None = option(
        STRING, None, "Express middleware that alters a request's settings."
    )
    server_close_complete: str | None = option(STRING, None, "Function called when the server has stopped.")


@dataclass(frozen=True, kw_only=True)
class LogOptions(Options):
    """Log and cache"""

    log_level: str | None = option(LOG_LEVEL, None, "Lowest level that is logged; info by default.", process=True)
    log_levels: LogLevels = option(group(LogLevels), LogLevels(), "Levels at which single events are logged.")
    logs_folder: str | None = option(
        FOLDER, "./logs", "Folder for log files; null for none.", shown='"./logs"', process=True
    )
    json_logs: bool = option(BOOL, False, "Log lines are JSON.", variable="JSON_LOGS", process=True)
    silent: bool = option(BOOL, False, "Nothing is logged to the console.", variable="SILENT", process=True)
    verbose: bool = option(BOOL, False, "Everything up to level verbose is logged.", variable="VERBOSE", process=True)
    max_log_files: Retention | None = option(
        RETENTION, None, "How many log files are kept, or for how long (`10d`).", process=True
    )
    logger_adapter: Adapter | None = option(LOGGER_ADAPTER, None, "What writes the log.")
    cache_adapter: Adapter | None = option(CACHE_ADAPTER, None, "What keeps sessions and roles at hand.")
    cache_max_size: int = option(POSITIVE, 10000, "Most entries in the cache.")
    cache_ttl: int = option(POSITIVE, 5000, "Milliseconds for which an entry stays in the cache.", wire="cacheTTL")
