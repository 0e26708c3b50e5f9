"""The registry of an app's cloud code: which function runs for which name, trigger and class."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, Unpack

from parsepy.cloud import actions, validate
from parsepy.cloud.actions import CallOptions
from parsepy.cloud.calls import Calls
from parsepy.cloud.objects import ParseObject, decode
from parsepy.cloud.requests import DeleteRequest, FindRequest, FunctionRequest, SaveRequest
from parsepy.cloud.validate import Rules, Validator

OnCall = TypeVar("OnCall", bound=Callable[[FunctionRequest], Any])
OnSave = TypeVar("OnSave", bound=Callable[[SaveRequest], Any])
OnDelete = TypeVar("OnDelete", bound=Callable[[DeleteRequest], Any])
OnFind = TypeVar("OnFind", bound=Callable[[FindRequest], Any])
Function = TypeVar("Function", bound=Callable[..., Any])
OfClass = str | type[ParseObject]

_CLASS_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9_]*")
_FORBIDDEN = re.compile("['\"`]")
_SESSION = "_Session"
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


@dataclass(frozen=True, slots=True)
class Hook:
    """A registered function with its validator, where it is written (`file:line`), and the type of its objects."""

    function: Callable[..., Any]
    validator: Validator | None
    location: str
    object_type: type[ParseObject] = ParseObject


class Cloud:
    """The functions and triggers of an app. Decorators register, `include` takes in another registry.

    Plain functions run on at most `threads` threads, `async` ones in the server's loop. A second function for the same
    name or trigger is refused with CloudError.
    """

    def __init__(self, *, threads: int = 16) -> None:
        self.calls = Calls(threads)
        self._functions: Mapping[str, Hook] = {}
        self._triggers: Mapping[tuple[Trigger, str], Hook] = {}

    def define(self, name: str, **rules: Unpack[Rules]) -> Callable[[OnCall], OnCall]:
        """Register a function that clients call by name; dots may group names."""
        if not isinstance(name, str) or not name or _FORBIDDEN.search(name):
            raise CloudError(f"a function cannot be called {name!r}: quotes and backticks are not allowed")

        def register(function: OnCall) -> OnCall:
            self._add(f"function {name}", functions={name: _hook(f"function {name}", function, rules)})
            return function

        return register

    def before_save(self, of: OfClass, **rules: Unpack[Rules]) -> Callable[[OnSave], OnSave]:
        """Register what runs before an object is stored: it may change the object, or refuse by raising."""
        return self._trigger(Trigger.BEFORE_SAVE, of, rules)

    def after_save(self, of: OfClass, **rules: Unpack[Rules]) -> Callable[[OnSave], OnSave]:
        """Register what runs after an object was stored; a dict that it returns replaces the client's answer."""
        return self._trigger(Trigger.AFTER_SAVE, of, rules)

    def before_delete(self, of: OfClass, **rules: Unpack[Rules]) -> Callable[[OnDelete], OnDelete]:
        """Register what runs before an object is deleted; it may refuse by raising."""
        return self._trigger(Trigger.BEFORE_DELETE, of, rules)

    def after_delete(self, of: OfClass, **rules: Unpack[Rules]) -> Callable[[OnDelete], OnDelete]:
        """Register what runs after an object was deleted."""
        return self._trigger(Trigger.AFTER_DELETE, of, rules)

    def before_find(self, of: OfClass, **rules: Unpack[Rules]) -> Callable[[OnFind], OnFind]:
        """Register what runs before a find: it may change the query, return another, or return the results."""
        return self._trigger(Trigger.BEFORE_FIND, of, rules)

    def after_find(self, of: OfClass, **rules: Unpack[Rules]) -> Callable[[OnFind], OnFind]:
        """Register what runs on the results of a find: it may change them or return others."""
        return self._trigger(Trigger.AFTER_FIND, of, rules)

    beforeSave = before_save  # noqa: N815 (the names of the JavaScript SDK)
    afterSave = after_save  # noqa: N815
    beforeDelete = before_delete  # noqa: N815
    afterDelete = after_delete  # noqa: N815
    beforeFind = before_find  # noqa: N815
    afterFind = after_find  # noqa: N815

    def hook(self, trigger: Trigger, class_name: str) -> Hook | None:
        """What runs for the trigger of the class."""
        return self._triggers.get((trigger, class_name))

    def function(self, name: str) -> Hook | None:
        """The function of that name."""
        return self._functions.get(name)

    @property
    def function_names(self) -> tuple[str, ...]:
        """Names that clients can call, sorted."""
        return tuple(sorted(self._functions))

    @property
    def triggers(self) -> tuple[tuple[Trigger, str], ...]:
        """What is registered for classes, sorted."""
        return tuple(sorted(self._triggers))

    def include(self, other: Cloud) -> None:
        """Take in everything that is registered with `other`, or nothing if something is there already (CloudError)."""
        self._add("", functions=other._functions, triggers=other._triggers)

    async def run(
        self,
        name: str,
        params: Mapping[str, Any] | None = None,
        *,
        use_master_key: bool = False,
        context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call a function of the running app from cloud code, as its caller unless `use_master_key`; its result."""
        result = await actions.current().run(name, params or {}, CallOptions(use_master_key, context))
        return decode(result)

    def close(self) -> None:
        """Let go of the threads of plain functions."""
        self.calls.close()

    def _trigger(self, trigger: Trigger, of: OfClass, rules: Rules) -> Callable[[Function], Function]:
        class_name = _admitted(trigger, of)
        object_type = ParseObject if isinstance(of, str) else of

        def register(function: Function) -> Function:
            hook = _hook(f"{trigger} of {class_name}", function, rules, object_type)
            self._add("", triggers={(trigger, class_name): hook})
            return function

        return register

    def _add(
        self,
        what: str,
        *,
        functions: Mapping[str, Hook] | None = None,
        triggers: Mapping[tuple[Trigger, str], Hook] | None = None,
    ) -> None:
        functions, triggers = functions or {}, triggers or {}
        for name, hook in functions.items():
            _refuse_second(f"function {name}", self._functions.get(name), hook)
        for key, hook in triggers.items():
            _refuse_second(f"{key[0]} of {key[1]}", self._triggers.get(key), hook)
        self._functions = {**self._functions, **functions}
        self._triggers = {**self._triggers, **triggers}


def _refuse_second(what: str, first: Hook | None, second: Hook) -> None:
    if first is not None:
        raise CloudError(f"{what} is registered twice: {first.location} and {second.location}")


def _admitted(trigger: Trigger, of: OfClass) -> str:
    """The name of the class. Raises CloudError where the server would never run the trigger."""
    class_name = of if isinstance(of, str) else getattr(of, "class_name", "")
    if not isinstance(class_name, str) or not _CLASS_NAME.fullmatch(class_name):
        raise CloudError(f"{trigger} is registered for a class name or a ParseObject subclass, not for {of!r}")
    if class_name == _SESSION:
        raise CloudError("Only the afterLogout trigger is allowed for the _Session class.")
    if class_name == _PUSH_STATUS and trigger is Trigger.BEFORE_SAVE:
        raise CloudError("Only afterSave is allowed on _PushStatus")
    return class_name


def _hook(what: str, function: Callable[..., Any], rules: Rules, object_type: type[ParseObject] = ParseObject) -> Hook:
    location = _location(function)
    try:
        inspect.signature(function).bind(None)
    except TypeError as exc:
        raise CloudError(f"{location}: {what} must take one argument, the request") from exc
    try:
        return Hook(function, validate.parsed(rules), location, object_type)
    except TypeError as exc:
        raise CloudError(f"{location}: {what}: {exc}") from exc


def _location(function: Callable[..., Any]) -> str:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return f"{_short(code.co_filename)}:{code.co_firstlineno}" if code else repr(function)


def _short(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else filename
