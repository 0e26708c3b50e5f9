"""Nested options that bound what clients may ask for: complexity, rates, passwords, lockout, repeats, installations."""

from __future__ import annotations

import re
from dataclasses import dataclass

from parsepy.settings.kinds import BOOL, COUNT, LIMIT, NUMBER, STRING, choice
from parsepy.settings.options import Options, option
from parsepy.settings.path_patterns import PATH_PATTERN
from parsepy.settings.patterns import METHODS, PATTERN, PATTERNS


@dataclass(frozen=True, kw_only=True)
class RequestComplexity(Options):
    """Limits for clients without the master key; -1 switches one off."""

    ENV_PREFIX = "PARSE_SERVER_REQUEST_COMPLEXITY_"

    allow_regex: bool = option(BOOL, True, "Clients may use `$regex`.")
    batch_request_limit: int = option(LIMIT, 100, "Most requests in one batch.")
    graphql_depth: int = option(
        LIMIT, 20, "Deepest selection of a GraphQL request.", wire="graphQLDepth", env="GRAPHQL_DEPTH"
    )
    graphql_fields: int = option(
        LIMIT, 200, "Most selected fields of a GraphQL request.", wire="graphQLFields", env="GRAPHQL_FIELDS"
    )
    include_count: int = option(LIMIT, 100, "Most paths in `include`.")
    include_depth: int = option(LIMIT, 10, "Longest path in `include`.")
    query_depth: int = option(LIMIT, 10, "Deepest nesting of `$or`, `$and` and `$nor`.")
    subquery_depth: int = option(LIMIT, 10, "Deepest nesting of `$inQuery`, `$select` and their opposites.")
    subquery_limit: int = option(LIMIT, -1, "Most rows that a subquery may yield.")


@dataclass(frozen=True, kw_only=True)
class RateLimit(Options):
    """One limit on how often a route may be called; `requestPath`, `requestTimeWindow`, `requestCount` are needed."""

    ENV_PREFIX = "PARSE_SERVER_RATE_LIMIT_"

    error_response_message: str = option(STRING, "Too many requests.", "Text of the refusal.")
    include_internal_requests: bool = option(BOOL, False, "Requests from the server itself count too.")
    include_master_key: bool = option(BOOL, False, "Requests with the master key count too.")
    redis_url: str | None = option(STRING, None, "Redis that several processes count in together.", secret=True)
    request_count: int | None = option(NUMBER, None, "Requests that one window allows.")
    request_methods: tuple[str, ...] | re.Pattern[str] | None = option(
        METHODS, None, "HTTP methods that count, or a regular expression of them; all by default."
    )
    request_path: str | None = option(
        PATH_PATTERN, None, "Path pattern of the routes below the mount path: `/login`, `/functions/:name`, `/*path`."
    )
    request_time_window: int | None = option(NUMBER, None, "Length of a window in milliseconds.")
    zone: str = option(
        choice("ip", "user", "session", "global"), "ip", "What is counted separately: ip, user, session or global."
    )


@dataclass(frozen=True, kw_only=True)
class PasswordPolicy(Options):
    """What passwords must look like and how they are reset."""

    ENV_PREFIX = "PARSE_SERVER_PASSWORD_POLICY_"

    do_not_allow_username: bool = option(BOOL, False, "A password must not contain the user name.")
    max_password_age: int | None = option(COUNT, None, "Days after which a password expires.")
    max_password_history: int | None = option(NUMBER, None, "How many old passwords may not come back, 0 to 20.")
    reset_password_success_on_invalid_email: bool = option(
        BOOL, True, "A reset for an unknown e-mail address is answered like any other."
    )
    reset_token_reuse_if_valid: bool = option(BOOL, False, "A second mail carries the same token while it is valid.")
    reset_token_validity_duration: int | None = option(NUMBER, None, "Seconds for which a reset token is valid.")
    validation_error: str | None = option(STRING, None, "Text of the refusal of a password.")
    validator_callback: str | None = option(STRING, None, "Function that accepts or refuses a password.")
    validator_pattern: re.Pattern[str] | None = option(PATTERN, None, "Regular expression that a password must match.")


@dataclass(frozen=True, kw_only=True)
class AccountLockout(Options):
    """When an account is locked after failed log-ins; `duration` and `threshold` are needed."""

    ENV_PREFIX = "PARSE_SERVER_ACCOUNT_LOCKOUT_"

    duration: int | None = option(NUMBER, None, "Minutes for which the account stays locked, 1 to 99999.")
    threshold: int | None = option(NUMBER, None, "Failed log-ins that lock the account, 1 to 999.")
    unlock_on_password_reset: bool = option(BOOL, False, "A password reset opens the account again.")


@dataclass(frozen=True, kw_only=True)
class Idempotency(Options):
    """Which requests are refused when they arrive a second time with the same id."""

    ENV_PREFIX = "PARSE_SERVER_EXPERIMENTAL_IDEMPOTENCY_"

    paths: tuple[re.Pattern[str], ...] = option(PATTERNS, (), "Regular expressions of the paths it holds for.")
    ttl: int = option(NUMBER, 300, "Seconds for which a request id is remembered.")


@dataclass(frozen=True, kw_only=True)
class InstallationRules(Options):
    """What happens to other installations that carry the same device token."""

    ENV_PREFIX = "PARSE_SERVER_INSTALLATION_"

    duplicate_device_token_action: str = option(
        choice("delete", "update"), "delete", "Delete the others, or clear their token (update)."
    )
    duplicate_device_token_action_enforce_auth: bool = option(BOOL, False, "That happens with the caller's rights.")
    duplicate_device_token_merge_priority: str = option(
        choice("deviceToken", "installationId"), "deviceToken", "Which row survives when two are merged."
    )
