"""Reads the settings of every app from all sources, checks them, and tells every mistake at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from parsepy.settings.checks import faults
from parsepy.settings.data import with_protected
from parsepy.settings.mistakes import Mistake, Notice, SettingsError
from parsepy.settings.not_yet import given_by, notices
from parsepy.settings.options import options_of
from parsepy.settings.reading import Outcome, read_options, variables_of
from parsepy.settings.settings import Settings
from parsepy.settings.sources import Sources, unknown_keys, unknown_variables


@dataclass(frozen=True)
class LoadedSettings:
    """The apps of the process, at least one, and what the user should read at start.

    Options of the whole process (`port`, `logLevel`, …) are the same in every app: read them from the first.
    """

    apps: tuple[Settings, ...]
    warnings: tuple[Notice, ...] = ()


def load(
    flags: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    file: Mapping[str, Any] | None = None,
    *,
    defaults: Mapping[str, Any] | None = None,
    file_name: str = "file",
) -> LoadedSettings:
    """The settings of all apps; flags win over environment, file, `defaults` and built-in defaults.

    Keys are wire names. A file with `{"apps": [{…}, {…}]}` describes several apps; what stands beside `apps`
    holds for all of them. `defaults` is what a start without configuration chose. Raises `SettingsError` with
    every mistake in it.
    """
    described, misshapen = _apps(Sources(flags or {}, environ or {}, {}, file or {}, defaults or {}, file_name))
    read = [_read_app(sources) for sources in described]
    apps = tuple(app.value for app in read)
    mistakes = [
        *misshapen,
        *chain.from_iterable(_unknown(sources) for sources in described),
        *chain.from_iterable(app.mistakes for app in read),
        *_between_apps(apps, file_name),
    ]
    if mistakes:
        raise SettingsError(dict.fromkeys(mistakes))
    warnings = chain(*(notices(app.value, app.sources) for app in read), _odd_variables(environ or {}))
    return LoadedSettings(apps, tuple(sorted(dict.fromkeys(warnings), key=lambda notice: not notice.loud)))


def _apps(whole: Sources) -> tuple[list[Sources], list[Mistake]]:
    """The sources of each app, with what the file says beside `apps` as the shared ones."""
    if "apps" not in whole.shared:
        return [whole], []
    shared = {key: value for key, value in whole.shared.items() if key != "apps"}
    entries = whole.shared["apps"]
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        problem = Mistake("apps", whole.file_name, "must be a list of objects, one for each app", 'Write "apps": [{…}]')
        return [replace(whole, shared=shared)], [problem]
    return [
        replace(whole, file=entry, shared=shared, app_name=f"{whole.file_name}, app {number}")
        for number, entry in enumerate(entries, start=1)
    ], []


def _unknown(sources: Sources) -> Iterator[Mistake]:
    yield from unknown_keys(Settings, sources.flags, "--", "flag")
    yield from unknown_keys(Settings, sources.file, "", sources.app_name)
    yield from unknown_keys(Settings, sources.shared, "", sources.file_name)


def _read_app(sources: Sources) -> Outcome[Settings]:
    read = read_options(Settings, sources)
    wrong = {mistake.option for mistake in read.mistakes}
    broken = tuple(
        Mistake(fault.option, given_by(fault.option, read.sources) or "not given", fault.problem, fault.fix)
        for fault in faults(read.value)
        if fault.option not in wrong
    )
    return Outcome(_joined(read.value), (*read.mistakes, *broken), read.sources)


def _joined(settings: Settings) -> Settings:
    """Options that only add to another one are joined into it."""
    sensitive = {"_User": {"*": settings.user_sensitive_fields or ()}}
    anonymous = (settings.auth or {}).get("anonymous")
    switched_off = isinstance(anonymous, dict) and anonymous.get("enabled") is False
    below = settings.files_adapter.options.get("filesSubDirectory") if settings.files_adapter else None
    uncached = settings.cache_adapter is not None and settings.cache_adapter.name == "none"
    return replace(
        settings,
        # What the caches of the server cannot do without: one entry for one millisecond.
        cache_max_size=1 if uncached else settings.cache_max_size,
        cache_ttl=1 if uncached else settings.cache_ttl,
        protected_fields=with_protected(settings.protected_fields, sensitive),
        enable_anonymous_users=settings.enable_anonymous_users and not switched_off,
        files_folder=f"{settings.files_folder}/{below}" if below else settings.files_folder,
    )


def _between_apps(apps: tuple[Settings, ...], file_name: str) -> Iterator[Mistake]:
    """What several apps of one process cannot share, and what they cannot have each for itself."""
    ids = Counter(app.app_id for app in apps if app.app_id)
    for app_id, count in ids.items():
        if count > 1:
            yield Mistake("appId", file_name, f'"{app_id}" names {count} apps', "Give every app its own id")
    stores = Counter(app.database_uri for app in apps if app.database_uri and app.database_uri != "memory://")
    if any(count > 1 for count in stores.values()):
        yield Mistake("databaseURI", file_name, "is the same for several apps", "Give every app its own database")
    for option in options_of(Settings):
        if option.process and any(getattr(app, option.name) != getattr(apps[0], option.name) for app in apps):
            yield Mistake(
                option.wire, file_name, "differs between the apps of one process", 'Set it once, beside "apps"'
            )


def _odd_variables(environ: Mapping[str, str]) -> Iterator[Notice]:
    return unknown_variables(environ, frozenset(variables_of(Settings)) - {""})
