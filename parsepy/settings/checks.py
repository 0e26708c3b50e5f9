"""What must hold between settings: the checks that stop the start although each value is of its kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from parsepy.settings.database import scheme_of
from parsepy.settings.limits import AccountLockout, PasswordPolicy, RateLimit
from parsepy.settings.settings import Settings

# In seconds; dates end with the year 9999.
_LONGEST_SESSION = 300 * 366 * 86400


@dataclass(frozen=True)
class Fault:
    """A rule that is broken at the option of that dotted name."""

    option: str
    problem: str
    fix: str


def faults(settings: Settings) -> Iterator[Fault]:
    """Every broken rule of one app's settings."""
    for check in _CHECKS:
        yield from check(settings)


def _required(settings: Settings) -> Iterator[Fault]:
    needed = (("appId", settings.app_id), ("masterKey", settings.master_key), ("serverURL", settings.server_url))
    for name, value in needed:
        if not value:
            yield Fault(name, "is missing", f"Set {name}; no app starts without it")


def _workers_share(settings: Settings) -> Iterator[Fault]:
    if (settings.cluster or 1) > 1 and scheme_of(settings.database_uri) == "memory":
        yield Fault(
            "cluster",
            "needs a database that processes share, and memory:// lives in one",
            "Use another databaseURI, or leave cluster out",
        )


def _releases_last(settings: Settings) -> Iterator[Fault]:
    if settings.cloud_deploy and scheme_of(settings.database_uri) == "memory":
        yield Fault(
            "cloudDeploy",
            "needs a database that keeps the releases, and memory:// forgets",
            "Use another databaseURI, or leave cloudDeploy out",
        )


def _keys_differ(settings: Settings) -> Iterator[Fault]:
    others = (("readOnlyMasterKey", settings.read_only_master_key), ("maintenanceKey", settings.maintenance_key))
    for name, key in others:
        if key and key == settings.master_key:
            yield Fault(name, "is the same as masterKey", "Choose another key, or leave it out")


def _one_way_to_the_data(settings: Settings) -> Iterator[Fault]:
    if settings.database_adapter is None:
        return
    yield Fault(
        "databaseAdapter", "names an adapter for Node, which cannot run here", "Set databaseURI and leave this one out"
    )
    others = {
        "databaseURI": settings.database_uri is not None,
        "collectionPrefix": settings.collection_prefix != "",
        "databaseOptions": settings.database_options != Settings().database_options,
    }
    for name, is_set in others.items():
        if is_set:
            yield Fault(name, "cannot be combined with databaseAdapter", "Leave databaseAdapter out")


def _limits(settings: Settings) -> Iterator[Fault]:
    if settings.default_limit < 1:
        yield Fault("defaultLimit", "must be above 0", "Choose a number of at least 1")
    if settings.max_limit is not None and settings.max_limit < 1:
        yield Fault("maxLimit", "must be above 0", "Choose a number of at least 1, or leave it out for no bound")
    if settings.expire_inactive_sessions and settings.session_length < 1:
        yield Fault("sessionLength", "must be above 0", "Choose seconds, or set expireInactiveSessions to false")
    if settings.session_length > _LONGEST_SESSION:
        yield Fault(
            "sessionLength", "is longer than 300 years", "Choose seconds, or set expireInactiveSessions to false"
        )
    if settings.idempotency_options.ttl < 1:
        yield Fault("idempotencyOptions.ttl", "must be above 0", "Choose a number of seconds")


def _headers(settings: Settings) -> Iterator[Fault]:
    if any(not header.strip() for header in settings.allow_headers or ()):
        yield Fault("allowHeaders", "contains an empty text", "Name a header, or remove the entry")


def _verification(settings: Settings) -> Iterator[Fault]:
    duration = settings.email_verify_token_validity_duration
    if duration is not None and duration < 1:
        yield Fault("emailVerifyTokenValidityDuration", "must be above 0", "Choose seconds, or leave it out")
    if settings.email_verify_token_reuse_if_valid and duration is None:
        yield Fault(
            "emailVerifyTokenReuseIfValid",
            "needs emailVerifyTokenValidityDuration",
            "Set that too: how many seconds a token is valid",
        )
    if not settings.verify_user_emails:
        return
    needed = {
        "emailAdapter": settings.email_adapter,
        "appName": settings.app_name,
        "publicServerURL": settings.public_server_url,
    }
    for name, value in needed.items():
        if not value:
            yield Fault(name, "is missing, and verifyUserEmails needs it", "Set it, or set verifyUserEmails to false")


def _lockout(settings: Settings) -> Iterator[Fault]:
    lockout = settings.account_lockout
    if lockout is None:
        return
    for name, value, maximum in _lockout_bounds(lockout):
        if value is None or not 1 <= value <= maximum:
            yield Fault(f"accountLockout.{name}", f"must be a number from 1 to {maximum}", "Choose a number within")


def _lockout_bounds(lockout: AccountLockout) -> tuple[tuple[str, int | None, int], ...]:
    return ("duration", lockout.duration, 99999), ("threshold", lockout.threshold, 999)


def _policy(settings: Settings) -> Iterator[Fault]:
    policy = settings.password_policy
    if policy is None:
        return
    if policy.max_password_history is not None and not 0 <= policy.max_password_history <= 20:
        yield Fault("passwordPolicy.maxPasswordHistory", "must be a number from 0 to 20", "Choose a number within")
    yield from _reset_tokens(policy)


def _reset_tokens(policy: PasswordPolicy) -> Iterator[Fault]:
    duration = policy.reset_token_validity_duration
    if duration is not None and duration < 1:
        yield Fault("passwordPolicy.resetTokenValidityDuration", "must be above 0", "Choose seconds, or leave it out")
    if policy.reset_token_reuse_if_valid and duration is None:
        yield Fault(
            "passwordPolicy.resetTokenReuseIfValid",
            "needs passwordPolicy.resetTokenValidityDuration",
            "Set that too: how many seconds a token is valid",
        )


def _rates(settings: Settings) -> Iterator[Fault]:
    for index, limit in enumerate(settings.rate_limit):
        for name, value in _rate_needs(limit):
            if not value:
                yield Fault(f"rateLimit[{index}].{name}", "is missing", "Every rate limit needs it")
            elif isinstance(value, int) and value < 1:
                yield Fault(f"rateLimit[{index}].{name}", "must be above 0", "Choose a number of at least 1")


def _rate_needs(limit: RateLimit) -> tuple[tuple[str, str | int | None], ...]:
    return (
        ("requestPath", limit.request_path),
        ("requestTimeWindow", limit.request_time_window),
        ("requestCount", limit.request_count),
    )


def _page_routes(settings: Settings) -> Iterator[Fault]:
    for index, route in enumerate(settings.pages.custom_routes):
        for name, value in (("method", route.method), ("path", route.path), ("handler", route.handler)):
            if not value:
                yield Fault(f"pages.customRoutes[{index}].{name}", "is missing", "Every page route needs it")


def _providers(settings: Settings) -> Iterator[Fault]:
    for name, given in (settings.auth or {}).items():
        if not isinstance(given, dict | str):
            yield Fault(f"auth.{name}", "must be an object", 'Write it as {"enabled": true, …}')
        elif isinstance(given, dict) and not isinstance(given.get("enabled", True), bool):
            yield Fault(f"auth.{name}.enabled", "must be true or false", "Write true or false")


def files_are_in_gridfs(settings: Settings) -> bool:
    """Whether files are kept in MongoDB: named so, or not named beside a MongoDB database."""
    if settings.files_adapter is not None:
        return settings.files_adapter.name == "gridfs"
    return scheme_of(settings.database_uri) == "mongodb"


def _files_have_their_database(settings: Settings) -> Iterator[Fault]:
    if not files_are_in_gridfs(settings):
        return
    if scheme_of(settings.database_uri) != "mongodb":
        yield Fault(
            "filesAdapter",
            "keeps files in MongoDB, and databaseURI names another database",
            "Leave filesAdapter out, or name a MongoDB database",
        )
    if settings.file_key:
        yield Fault(
            "fileKey",
            "means encrypted files in GridFS, which this version can neither write nor read",
            "Leave it out if no file was encrypted, or choose another filesAdapter",
        )


def _files_stay_readable(settings: Settings) -> Iterator[Fault]:
    adapter = settings.files_adapter
    if adapter is None:
        return
    if "encryptionKey" in adapter.options:
        yield Fault(
            "filesAdapter.options.encryptionKey",
            "asks for encrypted files, which this version can neither write nor read",
            "Leave it out if no file was encrypted; files then lie on the disk as they are",
        )
    for name in adapter.options.keys() - {"encryptionKey", "filesSubDirectory"}:
        place = "in GridFS" if adapter.name == "gridfs" else "on disk"
        yield Fault(f"filesAdapter.options.{name}", f"is not an option of files {place}", "Remove it")


def _is_redis_url(url: str) -> bool:
    """Whether the text is the URL of a Redis; what the parser says of others could hold a piece of the password."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"redis", "rediss"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _redis(settings: Settings) -> Iterator[Fault]:
    groups = {"liveQuery": settings.live_query, "liveQueryServerOptions": settings.live_query_server_options}
    for name, options in groups.items():
        if options is None:
            continue
        if options.redis_url and not _is_redis_url(options.redis_url):
            yield Fault(f"{name}.redisURL", "is no address of a Redis", "Write it as redis://host:6379")
        adapter = options.pub_sub_adapter
        if adapter and adapter.name == "redis" and not (options.redis_url or adapter.options.get("redisURL")):
            yield Fault(f"{name}.pubSubAdapter", "needs the address of the Redis", f"Set {name}.redisURL")


_CHECKS: tuple[Callable[[Settings], Iterator[Fault]], ...] = (
    _required,
    _workers_share,
    _releases_last,
    _keys_differ,
    _files_have_their_database,
    _one_way_to_the_data,
    _limits,
    _headers,
    _verification,
    _lockout,
    _policy,
    _rates,
    _page_routes,
    _providers,
    _files_stay_readable,
    _redis,
)
