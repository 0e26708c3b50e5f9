"""What cloud code registers: functions with their validators, and the names of what sets them off."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from parsepy.cloud import validate
from parsepy.cloud.config import Config
from parsepy.cloud.files import File
from parsepy.cloud.objects import ParseObject
from parsepy.cloud.timing import timing_of
from parsepy.cloud.validate import Validator
from parsepy.cloud.validators.rates import LIMITED_TRIGGERS
from parsepy.model.timing.base import Timing
from parsepy.settings import RateLimit

OfClass = str | type[ParseObject] | type[File] | type[Config]
"""What a trigger is for: a class by its name or its ParseObject subclass, `Config`, or `File`."""

USER_CLASS = "_User"
SESSION_CLASS = "_Session"
FILE_CLASS = "@File"
CONFIG_CLASS = "@Config"
CONNECT_CLASS = "@Connect"

_CLASS_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9_]*")
_FORBIDDEN = re.compile("['\"`]")
_PUSH_STATUS = "_PushStatus"


class CloudError(Exception):
    """Cloud code that cannot be registered; the text is for its author."""


class Trigger(StrEnum):
    """What may set off a function, by Parse's names."""

    BEFORE_SAVE = "beforeSave"
    AFTER_SAVE = "afterSave"
    BEFORE_DELETE = "beforeDelete"
    AFTER_DELETE = "afterDelete"
    BEFORE_FIND = "beforeFind"
    AFTER_FIND = "afterFind"
    BEFORE_LOGIN = "beforeLogin"
    AFTER_LOGIN = "afterLogin"
    AFTER_LOGOUT = "afterLogout"
    BEFORE_CONNECT = "beforeConnect"
    BEFORE_SUBSCRIBE = "beforeSubscribe"
    AFTER_EVENT = "afterEvent"
    ON_LIVE_QUERY_EVENT = "onLiveQueryEvent"


_SAVES = frozenset({Trigger.BEFORE_SAVE, Trigger.AFTER_SAVE})
_OF_FOLLOWED = frozenset({Trigger.BEFORE_SUBSCRIBE, Trigger.AFTER_EVENT})


@dataclass(frozen=True, slots=True)
class Hook:
    """A registered function with its validator, where it is written (`file:line`), and the type of its objects.

    A job with a `timing` runs by itself.
    """

    function: Callable[..., Any]
    validator: Validator | None
    location: str
    object_type: type[ParseObject] = ParseObject
    timing: Timing | None = None

    @property
    def limit(self) -> RateLimit | None:
        """How often clients may have it run."""
        return self.validator.rate_limit if self.validator else None


def class_of(trigger: Trigger, of: OfClass) -> tuple[str, type[ParseObject]]:
    """The name of what a trigger is for, and the type of its objects.

    Raises CloudError where the server would never run the trigger.
    """
    if trigger in _OF_FOLLOWED and (of is File or of is Config):
        raise CloudError(f"{trigger} is for classes: nobody can follow files or Config")
    if of is File:
        return FILE_CLASS, ParseObject
    if of is Config:
        if trigger not in _SAVES:
            raise CloudError(f"{trigger} of Config is never run: it can only be saved")
        return CONFIG_CLASS, ParseObject
    class_name = of if isinstance(of, str) else getattr(of, "class_name", "")
    if not isinstance(class_name, str) or not _CLASS_NAME.fullmatch(class_name):
        raise CloudError(f"{trigger} is registered for a class name or a ParseObject subclass, not for {of!r}")
    if class_name == SESSION_CLASS:
        raise CloudError("Only the afterLogout trigger is allowed for the _Session class.")
    if class_name == _PUSH_STATUS and trigger is Trigger.BEFORE_SAVE:
        raise CloudError("Only afterSave is allowed on _PushStatus")
    return class_name, of if isinstance(of, type) and issubclass(of, ParseObject) else ParseObject


def hook(
    what: str, function: Callable[..., Any], rules: Mapping[str, Any], object_type: type[ParseObject] = ParseObject
) -> Hook:
    """A function as it is registered. Raises CloudError for one that cannot be called with a request, and wrong rules."""
    location = location_of(function)
    try:
        inspect.signature(function).bind(None)
    except TypeError as exc:
        raise CloudError(f"{location}: {what} must take one argument, the request") from exc
    try:
        return Hook(function, validate.parsed(rules), location, object_type)
    except TypeError as exc:
        raise CloudError(f"{location}: {what}: {exc}") from exc


def job_hook(
    name: str, function: Callable[..., Any], *, cron: str | None, every: timedelta | None, time_zone: str | None
) -> Hook:
    """A job as it is registered. Raises CloudError as `hook`, and for times that cannot be."""
    made = hook(f"job {name}", function, {})
    try:
        return replace(made, timing=timing_of(cron, every, time_zone))
    except TypeError as exc:
        raise CloudError(f"{made.location}: job {name}: {exc}") from exc


def refuse_idle_rules(trigger: Trigger, class_name: str, hook: Hook) -> None:
    """Raises CloudError for a rule that the trigger would never apply, so that nobody relies on it."""
    rules = hook.validator
    if rules is None:
        return
    if rules.rate_limit and trigger not in LIMITED_TRIGGERS:
        instead = ": limit the trigger before it" if trigger.startswith("after") else ""
        raise CloudError(f"{hook.location}: rate_limit has no effect on {trigger}{instead}")
    if rules.schema and (trigger not in _SAVES or class_name == FILE_CLASS):
        raise CloudError(f"{hook.location}: schema has no effect on {trigger} of {class_name}: only saves have fields")


def refuse_name(what: str, name: object) -> None:
    """Raises CloudError for what cannot be the name of a function or job."""
    if not isinstance(name, str) or not name or _FORBIDDEN.search(name):
        raise CloudError(f"a {what} cannot be called {name!r}: quotes and backticks are not allowed")


def refuse_second(what: str, first: Hook | None, second: Hook) -> None:
    """Raises CloudError, naming both places, if there is a first."""
    if first is not None:
        raise CloudError(f"{what} is registered twice: {first.location} and {second.location}")


def location_of(function: Callable[..., Any]) -> str:
    """Where a function is written, `file:line`."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return f"{short_path(code.co_filename)}:{code.co_firstlineno}" if code else repr(function)


def short_path(filename: str) -> str:
    """A file's path from the working directory, if it lies there."""
    path = Path(filename)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else filename
