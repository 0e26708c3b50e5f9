"""The checks of the server's settings."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from parsepy.settings import Settings
from parsepy.system.security.checks import Check, Group, is_strong, setting

NAME = "Parse Server Configuration"
EVERYWHERE = frozenset({ip_network("0.0.0.0/0"), ip_network("::/0")})


def group(settings: Settings) -> Group:
    """All of them."""
    return Group(NAME, (*_keys(settings), *_data(settings), *_users(settings), *_doors(settings)))


def _keys(settings: Settings) -> Iterator[Check]:
    yield setting(
        "Secure master key",
        "The master key is short or simple: it can be guessed, and it opens everything.",
        "Set a master key of 14 or more characters that mixes capitals, small letters, digits and others.",
        is_safe=is_strong(settings.master_key),
    )
    yield setting(
        "Security log disabled",
        "This report is written to the log: whoever may read the log learns what is weak.",
        "Set 'security.enableCheckLog' to false.",
        is_safe=not settings.security.enable_check_log,
    )


def _data(settings: Settings) -> Iterator[Check]:
    yield setting(
        "Client class creation disabled",
        "Everybody who knows the application id can make classes, and fill the database with them.",
        "Set 'allowClientClassCreation' to false.",
        is_safe=not settings.allow_client_class_creation,
    )


def _users(settings: Settings) -> Iterator[Check]:
    yield setting(
        "Users are created without public access",
        "New users can be read by everybody who finds them or knows their ids.",
        "Set 'enforcePrivateUsers' to true.",
        is_safe=settings.enforce_private_users,
    )
    yield setting(
        "Insecure auth adapters disabled",
        "Providers whose word cannot be checked may be used: somebody may sign in as somebody else.",
        "Set 'enableInsecureAuthAdapters' to false.",
        is_safe=not settings.enable_insecure_auth_adapters,
    )


def _doors(settings: Settings) -> Iterator[Check]:
    yield setting(
        "GraphQL public introspection disabled",
        "Everybody may ask for the GraphQL schema, and so for the names of all classes and fields.",
        "Set 'graphQLPublicIntrospection' to false; whoever has the master key can still ask.",
        is_safe=not settings.graphql_public_introspection,
    )
    yield setting(
        "GraphQL Playground disabled",
        "The page of the GraphQL playground holds the master key.",
        "Set 'mountPlayground' to false, and use the dashboard instead.",
        is_safe=not settings.mount_playground,
    )
    yield setting(
        "Public database explain disabled",
        "Everybody may ask how the database carries out a query, which tells of indexes and amounts.",
        "Set 'databaseOptions.allowPublicExplain' to false; whoever has the master key can still ask.",
        is_safe=not settings.database_options.allow_public_explain,
    )
    yield setting(
        "Read-only master key IP range restricted",
        "The read-only master key works from every address: whoever gets hold of it can use it.",
        'Set \'readOnlyMasterKeyIps\' to the addresses that need it, for example ["127.0.0.1", "::1"].',
        is_safe=not settings.read_only_master_key or EVERYWHERE.isdisjoint(settings.read_only_master_key_ips),
    )
    yield from _limits(settings)


def _limits(settings: Settings) -> Iterator[Check]:
    bounds = settings.request_complexity
    limits = (
        *(bounds.include_depth, bounds.include_count, bounds.subquery_depth, bounds.query_depth),
        *(bounds.graphql_depth, bounds.graphql_fields, bounds.batch_request_limit),
    )
    yield setting(
        "Request complexity limits enabled",
        "A limit on the size of requests is switched off: one client can keep the server busy.",
        "Give every option in 'requestComplexity' a number above 0; -1 switches a limit off.",
        is_safe=-1 not in limits,
    )
    policy = settings.password_policy
    yield setting(
        "Password reset endpoint user enumeration mitigated",
        "A password reset for an unknown address is answered differently: that tells who is a user.",
        "Set 'passwordPolicy.resetPasswordSuccessOnInvalidEmail' to true.",
        is_safe=policy is None or policy.reset_password_success_on_invalid_email,
    )
    yield setting(
        "Email verification endpoint user enumeration mitigated",
        "A verification of an unknown address is answered differently: that tells who is a user.",
        "Set 'emailVerifySuccessOnInvalidEmail' to true.",
        is_safe=settings.email_verify_success_on_invalid_email,
    )
    live = settings.live_query
    yield setting(
        "LiveQuery regex timeout enabled",
        "Regular expressions of clients that follow objects have no limit of time.",
        "Set 'liveQuery.regexTimeout' to a number of milliseconds, for example 100.",
        is_safe=live is None or not live.class_names or live.regex_timeout > 0,
    )
