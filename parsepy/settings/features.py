"""Nested options of single features: files, pages, LiveQuery, schemas, security report, aggregation, log levels."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from parsepy.settings.adapters import PUBSUB_ADAPTER, SOCKET_ADAPTER, Adapter
from parsepy.settings.kinds import (
    BOOL,
    COUNT,
    LIST,
    LOG_LEVEL,
    OBJECT,
    OBJECT_LIST,
    STRING,
    URL,
    group,
    group_list,
    number,
)
from parsepy.settings.options import Options, option
from parsepy.settings.patterns import EXTENSIONS, MARKUP_BLOCKED, PATTERNS, extension_patterns


@dataclass(frozen=True, kw_only=True)
class FileUpload(Options):
    """Who may upload files, and which."""

    ENV_PREFIX = "PARSE_SERVER_FILE_UPLOAD_"

    allowed_file_url_domains: tuple[str, ...] = option(
        LIST, ("*",), "Hosts that the URL of a file in an object may name; `*.example.com` covers all below it."
    )
    enable_for_anonymous_user: bool = option(BOOL, False, "Anonymous users may upload.")
    enable_for_authenticated_user: bool = option(BOOL, True, "Signed-in users may upload.")
    enable_for_public: bool = option(BOOL, False, "Everybody may upload.")
    file_extensions: tuple[re.Pattern[str], ...] = option(
        EXTENSIONS,
        extension_patterns(MARKUP_BLOCKED),
        "Regular expressions, one of which the extension must match; `*` allows all; markup is blocked by default.",
        shown="all but markup",
    )


@dataclass(frozen=True, kw_only=True)
class FileDownload(Options):
    """Who may download files."""

    ENV_PREFIX = "PARSE_SERVER_FILE_DOWNLOAD_"

    enable_for_anonymous_user: bool = option(BOOL, True, "Anonymous users may download.")
    enable_for_authenticated_user: bool = option(BOOL, True, "Signed-in users may download.")
    enable_for_public: bool = option(BOOL, True, "Everybody may download.")


@dataclass(frozen=True, kw_only=True)
class PageUrls(Options):
    """Where the browser is sent instead of each built-in page."""

    ENV_PREFIX = "PARSE_SERVER_PAGES_CUSTOM_URL_"

    email_verification_link_expired: str | None = option(STRING, None, "Page for an expired verification link.")
    email_verification_link_invalid: str | None = option(STRING, None, "Page for an unusable verification link.")
    email_verification_send_fail: str | None = option(STRING, None, "Page after a mail could not be sent again.")
    email_verification_send_success: str | None = option(STRING, None, "Page after a mail was sent again.")
    email_verification_success: str | None = option(STRING, None, "Page after an address was verified.")
    password_reset: str | None = option(STRING, None, "Page with the form for a new password.")
    password_reset_link_invalid: str | None = option(STRING, None, "Page for an unusable reset link.")
    password_reset_success: str | None = option(STRING, None, "Page after a password was changed.")


@dataclass(frozen=True, kw_only=True)
class PageRoute(Options):
    """One page route of the user's own."""

    ENV_PREFIX = ""

    handler: str | None = option(STRING, None, "Function that makes the page.")
    method: str | None = option(STRING, None, "HTTP method.")
    path: str | None = option(STRING, None, "Path of the page.")


@dataclass(frozen=True, kw_only=True)
class Pages(Options):
    """The pages for password resets and e-mail verification."""

    ENV_PREFIX = "PARSE_SERVER_PAGES_"

    custom_routes: tuple[PageRoute, ...] = option(group_list(PageRoute), (), "Page routes of your own.")
    custom_urls: PageUrls = option(group(PageUrls), PageUrls(), "Pages of your own to send the browser to.")
    enable_localization: bool = option(BOOL, False, "Pages are shown in the language of the browser.")
    encode_page_param_headers: bool = option(BOOL, False, "Page parameters in headers are URI-encoded.")
    force_redirect: bool = option(BOOL, False, "Pages are always reached by a redirect.")
    localization_fallback_locale: str = option(STRING, "en", "Language if there is no translation.")
    localization_json_path: str | None = option(STRING, None, "File with translations.")
    pages_endpoint: str = option(STRING, "apps", "First part of the path of all pages.")
    pages_path: str | None = option(STRING, None, "Folder with pages of your own.")
    placeholders: Mapping[str, Any] = option(OBJECT, {}, "Values for placeholders in the pages.")


@dataclass(frozen=True, kw_only=True)
class CustomPages(Options):
    """The old way to name pages; only `parseFrameURL` still matters to clients."""

    ENV_PREFIX = "PARSE_SERVER_CUSTOM_PAGES_"

    choose_password: str | None = option(STRING, None, "Page with the form for a new password.")
    expired_verification_link: str | None = option(STRING, None, "Page for an expired verification link.")
    invalid_link: str | None = option(STRING, None, "Page for an unusable link.")
    invalid_password_reset_link: str | None = option(STRING, None, "Page for an unusable reset link.")
    invalid_verification_link: str | None = option(STRING, None, "Page for an unusable verification link.")
    link_send_fail: str | None = option(STRING, None, "Page after a mail could not be sent again.")
    link_send_success: str | None = option(STRING, None, "Page after a mail was sent again.")
    parse_frame_url: str | None = option(STRING, None, "Page that shows the others in a frame.", wire="parseFrameURL")
    password_reset_success: str | None = option(STRING, None, "Page after a password was changed.")
    verify_email_success: str | None = option(STRING, None, "Page after an address was verified.")


@dataclass(frozen=True, kw_only=True)
class LiveQuery(Options):
    """Which classes are published to LiveQuery clients."""

    ENV_PREFIX = "PARSE_SERVER_LIVEQUERY_"

    class_names: tuple[re.Pattern[str], ...] | None = option(
        PATTERNS, None, "Regular expressions of the published classes.", env="CLASSNAMES"
    )
    pub_sub_adapter: Adapter | None = option(PUBSUB_ADAPTER, None, "What carries changes between servers.")
    redis_options: Mapping[str, Any] | None = option(OBJECT, None, "Options of the Redis client.", secret=True)
    redis_url: str | None = option(STRING, None, "Redis that carries the changes.", wire="redisURL", secret=True)
    regex_timeout: int = option(COUNT, 100, "Milliseconds that the test of one regular expression may take.")
    resume_seconds: int = option(
        COUNT, 3600, "Seconds for which changes are kept for clients that catch up; 0 keeps none.", ours=True
    )
    wss_adapter: Adapter | None = option(SOCKET_ADAPTER, None, "What speaks WebSocket.")


@dataclass(frozen=True, kw_only=True)
class LiveQueryServer(Options):
    """The server of LiveQuery's sockets; naming it starts it."""

    ENV_PREFIX = "PARSE_LIVE_QUERY_SERVER_"

    app_id: str | None = option(STRING, None, "Application id; the server's by default.")
    cache_timeout: int | None = option(COUNT, None, "Milliseconds for which sessions are remembered.")
    key_pairs: Mapping[str, Any] | None = option(OBJECT, None, "Keys that clients must show.", secret=True)
    log_level: str | None = option(LOG_LEVEL, None, "Lowest level that is logged.")
    master_key: str | None = option(STRING, None, "Master key; the server's by default.", secret=True)
    max_clients: int = option(COUNT, 20_000, "Live connections that one process takes in.", ours=True)
    max_clients_per_address: int = option(COUNT, 10_000, "Of these, connections of one address.", ours=True)
    max_subscriptions_per_client: int = option(COUNT, 1_000, "Subscriptions of one live connection.", ours=True)
    port: int | None = option(number(0, 65535), None, "Port for live connections alone; the server's own by default.")
    pub_sub_adapter: Adapter | None = option(PUBSUB_ADAPTER, None, "What carries changes between servers.")
    redis_options: Mapping[str, Any] | None = option(OBJECT, None, "Options of the Redis client.", secret=True)
    redis_url: str | None = option(STRING, None, "Redis that carries the changes.", wire="redisURL", secret=True)
    server_url: str | None = option(URL, None, "URL of the Parse server; its own by default.", wire="serverURL")
    websocket_timeout: int | None = option(COUNT, None, "Milliseconds between two pings.")
    wss_adapter: Adapter | None = option(SOCKET_ADAPTER, None, "What speaks WebSocket.")


@dataclass(frozen=True, kw_only=True)
class DefinedSchema(Options):
    """Classes that are declared in the settings."""

    ENV_PREFIX = "PARSE_SERVER_SCHEMA_"

    after_migration: str | None = option(STRING, None, "Function that runs after the classes were changed.")
    before_migration: str | None = option(STRING, None, "Function that runs before the classes are changed.")
    definitions: tuple[Mapping[str, Any], ...] = option(OBJECT_LIST, (), "The classes, as the schemas API shows them.")
    delete_extra_fields: bool = option(BOOL, False, "Fields that are not declared are deleted with their data.")
    keep_unknown_indexes: bool = option(BOOL, False, "Indexes that are not declared stay.")
    lock_schemas: bool = option(BOOL, False, "The schemas API refuses to create and change classes.")
    recreate_modified_fields: bool = option(BOOL, False, "A field of another type is deleted and made anew.")
    strict: bool = option(BOOL, False, "What is in the database and not declared is reported.")


@dataclass(frozen=True, kw_only=True)
class SecurityReport(Options):
    """The report on how safe the settings are."""

    ENV_PREFIX = "PARSE_SERVER_SECURITY_"

    check_groups: tuple[str, ...] | None = option(
        LIST, None, "Names of the groups of checks to run, those of cloud code among them; all by default."
    )
    enable_check: bool = option(BOOL, False, "The route `/security` answers with the report.")
    enable_check_log: bool = option(BOOL, False, "The report is logged at start.")


@dataclass(frozen=True, kw_only=True)
class QueryDefaults(Options):
    """What aggregate requests mean if they do not say it."""

    ENV_PREFIX = "PARSE_SERVER_QUERY_"

    aggregation_raw_field_names: bool = option(BOOL, False, "Stages name the fields as the database does.")
    aggregation_raw_values: bool = option(BOOL, False, "Results hold the values as the database does.")


@dataclass(frozen=True, kw_only=True)
class LogLevels(Options):
    """At which level single events are logged."""

    ENV_PREFIX = "PARSE_SERVER_LOG_LEVELS_"

    cloud_function_error: str = option(LOG_LEVEL, "error", "A cloud function failed.")
    cloud_function_success: str = option(LOG_LEVEL, "info", "A cloud function succeeded.")
    signup_username_taken: str = option(LOG_LEVEL, "info", "A user name at sign-up was taken.")
    trigger_after: str = option(LOG_LEVEL, "info", "An after trigger ran.")
    trigger_before_error: str = option(LOG_LEVEL, "error", "A before trigger refused.")
    trigger_before_success: str = option(LOG_LEVEL, "info", "A before trigger accepted.")
