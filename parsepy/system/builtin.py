"""The rules and indexes of the built-in classes and the caches they share: what `app` puts together."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from parsepy.core import own_classes
from parsepy.core.live import creations, intents, switches
from parsepy.core.rules import ClassRules
from parsepy.model.schema import Index
from parsepy.model.system_classes import STARTUP_SWITCHES, startup_indexes
from parsepy.settings import Settings, parse_database_uri
from parsepy.system import log_lines, role_cache, roles, session_cache, sessions
from parsepy.system.installation_rules import InstallationRules
from parsepy.system.releases import log_tail
from parsepy.system.schedules import news as schedules
from parsepy.system.schedules.plan import SCHEDULE_CLASS
from parsepy.system.schedules.rules import ScheduleRules
from parsepy.system.schedules.scheduler import Scheduler
from parsepy.system.session_rules import SessionRules
from parsepy.system.user_rules import UserRules

HOOKED_TTL = 0.9
"""Seconds: who watches for schema changes wants to see revocations by other servers within a second as well."""


def builtin_rules() -> Mapping[str, ClassRules]:
    """The rules of each built-in class that has any."""
    return MappingProxyType(
        {
            sessions.USER_CLASS: UserRules(),
            sessions.SESSION_CLASS: SessionRules(),
            roles.ROLE_CLASS: roles.RoleRules(),
            "_Installation": InstallationRules(),
            SCHEDULE_CLASS: ScheduleRules(),
        }
    )


def builtin_indexes(settings: Settings) -> Mapping[str, Mapping[str, Index]]:
    """The indexes of the built-in classes, by class, as the settings leave them on."""
    options = settings.database_options
    switched_off = frozenset(name for name in STARTUP_SWITCHES if not getattr(options, name))
    anonymous = ("anonymous",) if settings.enable_anonymous_users else ()
    return startup_indexes(
        switched_off,
        providers=dict.fromkeys((*(settings.auth or {}), *anonymous)),
        collation=settings.enable_collation_case_comparison,
    )


def is_in_memory(settings: Settings) -> bool:
    """Whether the data are this process's alone."""
    return settings.database_uri is not None and parse_database_uri(settings.database_uri).scheme == "memory"


def new_caches(settings: Settings) -> dict[str, Any]:
    """Empty caches for one app, bounded by `cacheMaxSize` and `cacheTTL`; with schema hooks all are seen within a second."""
    ttl = settings.cache_ttl / 1000
    if settings.database_options.enable_schema_hooks:
        ttl = min(ttl, HOOKED_TTL)
    return {
        session_cache.CACHE: session_cache.SessionCache(settings.cache_max_size, ttl),
        role_cache.CACHE: role_cache.RoleCache(settings.cache_max_size, ttl),
        own_classes.CACHE: set(),
        switches.CACHE: switches.Switches(
            settings.live_query.resume_seconds if settings.live_query else 0, is_shared=not is_in_memory(settings)
        ),
        creations.CACHE: creations.Creations(),
        intents.CACHE: intents.Intents(),
        log_tail.CACHE: log_tail.LogTail(),
        log_lines.CACHE: log_lines.new_turns(),
        schedules.CACHE: Scheduler(is_shared=not is_in_memory(settings)),
    }
