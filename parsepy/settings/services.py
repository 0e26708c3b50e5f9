"""Options of what runs beside the objects: cloud code, LiveQuery, push, GraphQL, pages, reports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from parsepy.settings.adapters import ANALYTICS_ADAPTER, PUSH_ADAPTER, Adapter
from parsepy.settings.features import CustomPages, LiveQuery, LiveQueryServer, Pages, SecurityReport
from parsepy.settings.kinds import (
    BOOL,
    CLOUD,
    PATH,
    STRING,
    Kind,
    group,
    group_list,
    read_bool,
    read_object,
    read_path,
)
from parsepy.settings.limits import Idempotency, InstallationRules, RateLimit
from parsepy.settings.mistakes import InvalidError
from parsepy.settings.options import Options, option


@dataclass(frozen=True)
class Push:
    """What sends push messages: the `adapter` named, if any, and the settings as they were given."""

    adapter: Adapter | None
    given: Mapping[str, Any]


def _read_push(value: object) -> Push:
    given = read_object(value)
    named = given.get("adapter")
    return Push(None if named is None else PUSH_ADAPTER.read(named), given)


PUSH = Kind("object", _read_push)


@dataclass(frozen=True)
class CloudDeploy:
    """Cloud code may be deployed over REST; with `allow_install` what it requires is installed for it."""

    allow_install: bool = False


def _read_deploy(value: object) -> CloudDeploy | None:
    """Raises InvalidError for what is neither a boolean nor an object with `allowInstall`."""
    if not isinstance(value, Mapping) and not (isinstance(value, str) and value.strip().startswith("{")):
        return CloudDeploy() if read_bool(value) else None
    given = read_object(value)
    if not given.keys() <= {"allowInstall"}:
        raise InvalidError("knows allowInstall only", 'Write it as {"allowInstall": true}')
    return CloudDeploy(read_bool(given.get("allowInstall", False)))


DEPLOY = Kind("bool or object", _read_deploy)


@dataclass(frozen=True)
class ServedDashboard:
    """The dashboard is served: as its own configuration `file` says, or as `given` says in the form of such a file."""

    file: str = ""
    given: Mapping[str, Any] = field(default_factory=dict, repr=False)


def _read_dashboard(value: object) -> ServedDashboard | None:
    """Raises InvalidError for what is no boolean, path or object; what the object says is read with its apps and users."""
    if isinstance(value, Mapping) or (isinstance(value, str) and value.strip().startswith("{")):
        return ServedDashboard(given=read_object(value))
    if isinstance(value, str) and value.strip().lower() not in {"true", "false", "1", "0"}:
        return ServedDashboard(_read_file_name(value))
    return ServedDashboard() if read_bool(value) else None


def _read_file_name(text: str) -> str:
    if not text.strip():
        raise InvalidError("is empty", "Write true, or name a parse-dashboard-config.json")
    return text.strip()


DASHBOARD = Kind("bool, path or object", _read_dashboard)

TAKEN = re.compile(
    "aggregate|apps|batch|challenge|classes|cloud_code|config|events|files|functions|graphql|health|hooks|installations|jobs"
    "|livequery|login|loginas|logout|products|purge|push|push_audiences|requestpasswordreset|roles|schemas|scriptlog|security"
    "|serverinfo|sessions|upgradetorevocablesession|users|validate_purchase|verificationemailrequest|verifypassword",
    re.IGNORECASE,
)
"""How the paths of the API itself begin."""


def _read_endpoints_path(value: object) -> str:
    """Raises InvalidError for a path that is none, or that hides a part of the API."""
    path = read_path(value)
    if not re.fullmatch(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+", path):
        raise InvalidError("must be a path of plain names", "Write it as /endpoints")
    if TAKEN.fullmatch(path.split("/")[1]):
        raise InvalidError("would hide a part of the API", "Choose another name, such as /endpoints")
    return path


ENDPOINTS_PATH = Kind("path", _read_endpoints_path)


@dataclass(frozen=True, kw_only=True)
class ServiceOptions(Options):
    """Cloud code, LiveQuery, push and the rest"""

    cloud: str | None = option(CLOUD, None, "Cloud code: a `.py` file, a package, `module:name`, or a `.js` file.")
    cloud_deploy: CloudDeploy | None = option(
        DEPLOY,
        None,
        'Cloud code may be deployed over REST with the master key; `{"allowInstall": true}` also installs what it '
        "requires.",
        variable="PARSEPY_CLOUD_DEPLOY",
        ours=True,
        shown="false",
    )
    endpoints_path: str = option(
        ENDPOINTS_PATH,
        "/endpoints",
        "Path below the mount path under which HTTP endpoints of cloud code stand.",
        variable="PARSEPY_ENDPOINTS_PATH",
        ours=True,
    )
    dashboard: ServedDashboard | None = option(
        DASHBOARD,
        None,
        "The Parse Dashboard is served too: true, the path of a `parse-dashboard-config.json`, or what stands in one. "
        "Without users only this computer gets in.",
        variable="PARSEPY_DASHBOARD",
        ours=True,
        process=True,
        secret=True,
        shown="false",
    )
    schedule_jobs: bool = option(
        BOOL,
        True,
        "Jobs run by themselves when their schedules say so; false leaves that to other servers.",
        variable="PARSEPY_SCHEDULE_JOBS",
        ours=True,
    )
    direct_access: bool = option(BOOL, True, "Cloud code reaches the data without HTTP.")
    rate_limit: tuple[RateLimit, ...] = option(group_list(RateLimit), (), "Limits on how often routes may be called.")
    idempotency_options: Idempotency = option(
        group(Idempotency),
        Idempotency(),
        "Requests that are refused when repeated.",
        env="EXPERIMENTAL_IDEMPOTENCY_OPTIONS",
    )
    installation: InstallationRules = option(
        group(InstallationRules), InstallationRules(), "What happens to installations with the same device token."
    )
    security: SecurityReport = option(group(SecurityReport), SecurityReport(), "Report on how safe the settings are.")
    live_query: LiveQuery | None = option(group(LiveQuery), None, "Classes that clients may follow live.")
    live_query_server_options: LiveQueryServer | None = option(
        group(LiveQueryServer), None, "Server of the live connections."
    )
    start_live_query_server: bool = option(BOOL, False, "Live connections are served on the same port.")
    push: Push | None = option(PUSH, None, "What sends push messages.", secret=True)
    scheduled_push: bool = option(BOOL, False, "Push messages with a time are kept as scheduled.")
    pages: Pages = option(group(Pages), Pages(), "Pages for password resets and e-mail verification.")
    custom_pages: CustomPages = option(group(CustomPages), CustomPages(), "Old way to name pages.")
    mount_graphql: bool = option(BOOL, False, "GraphQL is served.", wire="mountGraphQL", env="MOUNT_GRAPHQL")
    graphql_path: str = option(PATH, "/graphql", "Path of GraphQL.", wire="graphQLPath", env="GRAPHQL_PATH")
    graphql_public_introspection: bool = option(
        BOOL,
        False,
        "Everybody may read the GraphQL schema.",
        wire="graphQLPublicIntrospection",
        env="GRAPHQL_PUBLIC_INTROSPECTION",
    )
    graphql_schema: str | None = option(STRING, None, "GraphQL schema of your own.", wire="graphQLSchema")
    mount_playground: bool = option(BOOL, False, "Deprecated: the GraphQL playground is served.")
    playground_path: str = option(PATH, "/playground", "Deprecated: its path.")
    analytics_adapter: Adapter | None = option(ANALYTICS_ADAPTER, None, "What receives analytics events.")
    enable_product_purchase_legacy_api: bool = option(BOOL, True, "Deprecated: `/validate_purchase` is served.")
