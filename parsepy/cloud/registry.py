"""The registry of an app's cloud code: which function runs for which name, trigger and class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, Unpack

from parsepy.cloud import actions, hooks
from parsepy.cloud.actions import CallOptions
from parsepy.cloud.calls import Calls
from parsepy.cloud.hooks import CloudError as CloudError
from parsepy.cloud.hooks import Hook as Hook
from parsepy.cloud.hooks import OfClass
from parsepy.cloud.hooks import Trigger as Trigger
from parsepy.cloud.objects import decode
from parsepy.cloud.requests import (
    ConfigRequest,
    DeleteRequest,
    FileRequest,
    FindRequest,
    FunctionRequest,
    JobRequest,
    LoginRequest,
    LogoutRequest,
    SaveRequest,
)
from parsepy.cloud.validate import Rules

OnFile = Callable[[FileRequest], Any]
OnCall = TypeVar("OnCall", bound=Callable[[FunctionRequest], Any])
OnSave = TypeVar("OnSave", bound=Callable[[SaveRequest], Any] | Callable[[ConfigRequest], Any] | OnFile)
OnDelete = TypeVar("OnDelete", bound=Callable[[DeleteRequest], Any] | OnFile)
OnFind = TypeVar("OnFind", bound=Callable[[FindRequest], Any] | OnFile)
OnJob = TypeVar("OnJob", bound=Callable[[JobRequest], Any])
OnLogin = TypeVar("OnLogin", bound=Callable[[LoginRequest], Any])
OnLogout = TypeVar("OnLogout", bound=Callable[[LogoutRequest], Any])
Function = TypeVar("Function", bound=Callable[..., Any])


class Cloud:
    """The functions and triggers of an app. Decorators register, `include` takes in another registry.

    Plain functions run on at most `threads` threads, `async` ones in the server's loop. A function or trigger that takes
    more than `timeout` seconds is given up (124); jobs take as long as they need. A second function for the same
    name or trigger is refused with CloudError.
    """

    def __init__(self, *, threads: int = 16, timeout: float = 30.0) -> None:
        self.calls = Calls(threads, timeout)
        self._functions: Mapping[str, Hook] = {}
        self._jobs: Mapping[str, Hook] = {}
        self._triggers: Mapping[tuple[Trigger, str], Hook] = {}

    def define(self, name: str, **rules: Unpack[Rules]) -> Callable[[OnCall], OnCall]:
        """Register a function that clients call by name; dots may group names."""
        hooks.refuse_name("function", name)

        def register(function: OnCall) -> OnCall:
            self._add(functions={name: hooks.hook(f"function {name}", function, rules)})
            return function

        return register

    def job(self, name: str) -> Callable[[OnJob], OnJob]:
        """Register a job: it is started with the master key or by a schedule, and runs beside the requests."""
        hooks.refuse_name("job", name)

        def register(function: OnJob) -> OnJob:
            self._add(jobs={name: hooks.hook(f"job {name}", function, {})})
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

    def before_login(self, function: OnLogin) -> OnLogin:
        """Register what runs before somebody is logged in, whose password was right; it may refuse by raising."""
        return self._session_trigger(Trigger.BEFORE_LOGIN, hooks.USER_CLASS, function)

    def after_login(self, function: OnLogin) -> OnLogin:
        """Register what runs after somebody was logged in; raising fails the login, though the session stays."""
        return self._session_trigger(Trigger.AFTER_LOGIN, hooks.USER_CLASS, function)

    def after_logout(self, function: OnLogout) -> OnLogout:
        """Register what runs after a session was ended by its owner."""
        return self._session_trigger(Trigger.AFTER_LOGOUT, hooks.SESSION_CLASS, function)

    beforeSave = before_save  # noqa: N815 (the names of the JavaScript SDK)
    afterSave = after_save  # noqa: N815
    beforeDelete = before_delete  # noqa: N815
    afterDelete = after_delete  # noqa: N815
    beforeFind = before_find  # noqa: N815
    afterFind = after_find  # noqa: N815
    beforeLogin = before_login  # noqa: N815
    afterLogin = after_login  # noqa: N815
    afterLogout = after_logout  # noqa: N815

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

    def job_named(self, name: str) -> Hook | None:
        """The job of that name."""
        return self._jobs.get(name)

    @property
    def job_names(self) -> tuple[str, ...]:
        """Names of all jobs, as they were registered."""
        return tuple(self._jobs)

    @property
    def triggers(self) -> tuple[tuple[Trigger, str], ...]:
        """What is registered for classes, sorted."""
        return tuple(sorted(self._triggers))

    def include(self, other: Cloud) -> None:
        """Take in everything that is registered with `other`, or nothing if something is there already (CloudError)."""
        self._add(functions=other._functions, jobs=other._jobs, triggers=other._triggers)

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
        class_name, object_type = hooks.class_of(trigger, of)

        def register(function: Function) -> Function:
            hook = hooks.hook(f"{trigger} of {class_name}", function, rules, object_type)
            self._add(triggers={(trigger, class_name): hook})
            return function

        return register

    def _session_trigger(self, trigger: Trigger, class_name: str, function: Function) -> Function:
        self._add(triggers={(trigger, class_name): hooks.hook(str(trigger), function, {})})
        return function

    def _add(
        self,
        *,
        functions: Mapping[str, Hook] | None = None,
        jobs: Mapping[str, Hook] | None = None,
        triggers: Mapping[tuple[Trigger, str], Hook] | None = None,
    ) -> None:
        functions, jobs, triggers = functions or {}, jobs or {}, triggers or {}
        for name, hook in functions.items():
            hooks.refuse_second(f"function {name}", self._functions.get(name), hook)
        for name, hook in jobs.items():
            hooks.refuse_second(f"job {name}", self._jobs.get(name), hook)
        for key, hook in triggers.items():
            hooks.refuse_second(f"{key[0]} of {key[1]}", self._triggers.get(key), hook)
        self._functions = {**self._functions, **functions}
        self._jobs = {**self._jobs, **jobs}
        self._triggers = {**self._triggers, **triggers}
