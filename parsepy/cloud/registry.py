"""The registry of an app's cloud code: which function runs for which name, trigger and class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar, Unpack, overload

from parsepy.cloud import checks, hooks
from parsepy.cloud.calls import Calls
from parsepy.cloud.checks import DEFAULT_GROUP, SecurityCheck
from parsepy.cloud.endpoints import routes
from parsepy.cloud.endpoints.messages import HttpRequest
from parsepy.cloud.endpoints.routes import Endpoint, RouteRules
from parsepy.cloud.endpoints.signatures import Signature
from parsepy.cloud.hooks import CloudError as CloudError
from parsepy.cloud.hooks import Hook as Hook
from parsepy.cloud.hooks import OfClass
from parsepy.cloud.hooks import Trigger as Trigger
from parsepy.cloud.requests import (
    ConfigRequest,
    ConnectRequest,
    DeleteRequest,
    FileRequest,
    FindRequest,
    FunctionRequest,
    JobRequest,
    LiveEventRequest,
    LiveServerRequest,
    LoginRequest,
    LogoutRequest,
    SaveRequest,
    SubscribeRequest,
)
from parsepy.cloud.sdk import mail, work
from parsepy.cloud.validate import Rules
from parsepy.cloud.validators import rates
from parsepy.cloud.validators.rates import CloudLimit, RateRules

OnFile = Callable[[FileRequest], Any]
OnCall = TypeVar("OnCall", bound=Callable[[FunctionRequest], Any])
OnRoute = TypeVar("OnRoute", bound=Callable[[HttpRequest], Any])
OnSave = TypeVar("OnSave", bound=Callable[[SaveRequest], Any] | Callable[[ConfigRequest], Any] | OnFile)
OnDelete = TypeVar("OnDelete", bound=Callable[[DeleteRequest], Any] | OnFile)
OnFind = TypeVar("OnFind", bound=Callable[[FindRequest], Any] | OnFile)
OnJob = TypeVar("OnJob", bound=Callable[[JobRequest], Any])
OnLogin = TypeVar("OnLogin", bound=Callable[[LoginRequest], Any])
OnLogout = TypeVar("OnLogout", bound=Callable[[LogoutRequest], Any])
OnConnect = TypeVar("OnConnect", bound=Callable[[ConnectRequest], Any])
OnSubscribe = TypeVar("OnSubscribe", bound=Callable[[SubscribeRequest], Any])
OnLiveEvent = TypeVar("OnLiveEvent", bound=Callable[[LiveEventRequest], Any])
OnLiveServer = TypeVar("OnLiveServer", bound=Callable[[LiveServerRequest], Any])
OnCheck = TypeVar("OnCheck", bound=Callable[[], Any])
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
        self._endpoints: Mapping[tuple[str, str], Endpoint] = {}
        self._triggers: Mapping[tuple[Trigger, str], Hook] = {}
        self._checks: Mapping[tuple[str, str], SecurityCheck] = {}
        self.revision = 0
        """Another number after everything that is registered."""

    def define(self, name: str, **rules: Unpack[Rules]) -> Callable[[OnCall], OnCall]:
        """Register a function that clients call by name; dots may group names."""
        hooks.refuse_name("function", name)

        def register(function: OnCall) -> OnCall:
            self._add(functions={name: hooks.hook(f"function {name}", function, rules)})
            return function

        return register

    def job(
        self, name: str, *, cron: str | None = None, every: timedelta | None = None, time_zone: str | None = None
    ) -> Callable[[OnJob], OnJob]:
        """Register a job: it is started with the master key or by a schedule, and runs beside the requests.

        With `cron` it runs by itself at the times of that expression, on the clocks of `time_zone` (UTC if none is
        named); with `every` after each interval of whole seconds, counted from midnight in UTC on 1 January 1970.
        """
        hooks.refuse_name("job", name)

        def register(function: OnJob) -> OnJob:
            hook = hooks.job_hook(name, function, cron=cron, every=every, time_zone=time_zone)
            self._add(jobs={name: hook})
            return function

        return register

    def route(
        self,
        method: str,
        path: str,
        *,
        verify: Signature | None = None,
        stream: bool = False,
        **rules: Unpack[RouteRules],
    ) -> Callable[[OnRoute], OnRoute]:
        """Register what answers an HTTP method on a path below `/parse/endpoints`, for everybody unless rules say who.

        `path` may hold `:name` parameters and end in `*name`, which takes all that follows. `verify` is what
        `hmac_signature` gives. With `stream` the body is read by the function, as it arrives.
        """

        def register(function: OnRoute) -> OnRoute:
            made = routes.endpoint(method, path, function, verify=verify, stream=stream, rules=rules)
            self._add(endpoints={made.key: made})
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

    @overload
    def before_login(self, function: OnLogin, /) -> OnLogin: ...
    @overload
    def before_login(self, *, rate_limit: RateRules) -> Callable[[OnLogin], OnLogin]: ...
    def before_login(self, function: Any = None, *, rate_limit: RateRules | None = None) -> Any:
        """Register what runs before somebody is logged in, whose password was right; it may refuse by raising.

        It takes the function itself, `@cloud.before_login`, or a limit for log-ins, `@cloud.before_login(rate_limit={...})`.
        """
        rules = {} if rate_limit is None else {"rate_limit": rate_limit}
        register = partial(self._single_trigger, Trigger.BEFORE_LOGIN, hooks.USER_CLASS, rules=rules)
        return register if function is None else register(function)

    def after_login(self, function: OnLogin) -> OnLogin:
        """Register what runs after somebody was logged in; raising fails the login, though the session stays."""
        return self._single_trigger(Trigger.AFTER_LOGIN, hooks.USER_CLASS, function)

    def after_logout(self, function: OnLogout) -> OnLogout:
        """Register what runs after a session was ended by its owner."""
        return self._single_trigger(Trigger.AFTER_LOGOUT, hooks.SESSION_CLASS, function)

    @overload
    def before_connect(self, function: OnConnect, /) -> OnConnect: ...
    @overload
    def before_connect(self, **rules: Unpack[Rules]) -> Callable[[OnConnect], OnConnect]: ...
    def before_connect(self, function: Any = None, **rules: Any) -> Any:
        """Register what runs before a client of live queries is connected; it may refuse by raising.

        It takes the function itself, `@cloud.before_connect`, or rules, `@cloud.before_connect(require_user=True)`.
        """
        register = partial(self._single_trigger, Trigger.BEFORE_CONNECT, hooks.CONNECT_CLASS, rules=rules)
        return register if function is None else register(function)

    def before_subscribe(self, of: OfClass, **rules: Unpack[Rules]) -> Callable[[OnSubscribe], OnSubscribe]:
        """Register what runs before a client follows objects: it may change what is followed, or refuse by raising."""
        return self._trigger(Trigger.BEFORE_SUBSCRIBE, of, rules)

    def after_live_query_event(self, of: OfClass, **rules: Unpack[Rules]) -> Callable[[OnLiveEvent], OnLiveEvent]:
        """Register what runs before a subscriber is told of an event: it may change or hold back what he is told."""
        return self._trigger(Trigger.AFTER_EVENT, of, rules)

    def on_live_query_event(self, function: OnLiveServer) -> OnLiveServer:
        """Register what is told of clients that come and go and of their subscriptions; there may be several."""
        made = hooks.hook(Trigger.ON_LIVE_QUERY_EVENT, function, {})
        self._add(triggers={(Trigger.ON_LIVE_QUERY_EVENT, made.location): made})
        return function

    def security_check(
        self, title: str, *, warning: str, solution: str, group: str = DEFAULT_GROUP
    ) -> Callable[[OnCheck], OnCheck]:
        """Register a check of the security report: it fails if the function, which takes nothing, gives False or raises.

        `warning` tells what may happen then, `solution` what to do about it.
        """

        def register(function: OnCheck) -> OnCheck:
            made = checks.security_check(function, group=group, title=title, warning=warning, solution=solution)
            self._add(security_checks={(group, title): made})
            return function

        return register

    beforeSave = before_save  # noqa: N815 (the names of the JavaScript SDK)
    afterSave = after_save  # noqa: N815
    beforeDelete = before_delete  # noqa: N815
    afterDelete = after_delete  # noqa: N815
    beforeFind = before_find  # noqa: N815
    afterFind = after_find  # noqa: N815
    beforeLogin = before_login  # noqa: N815
    afterLogin = after_login  # noqa: N815
    afterLogout = after_logout  # noqa: N815
    beforeConnect = before_connect  # noqa: N815
    beforeSubscribe = before_subscribe  # noqa: N815
    afterLiveQueryEvent = after_live_query_event  # noqa: N815
    onLiveQueryEvent = on_live_query_event  # noqa: N815

    def hook(self, trigger: Trigger, class_name: str) -> Hook | None:
        """What runs for the trigger of the class."""
        return self._triggers.get((trigger, class_name))

    def listeners(self) -> tuple[Hook, ...]:
        """What is told of clients of live queries, as it was registered."""
        return tuple(hook for (trigger, _), hook in self._triggers.items() if trigger is Trigger.ON_LIVE_QUERY_EVENT)

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
    def endpoints(self) -> tuple[Endpoint, ...]:
        """What answers HTTP requests, as it was registered."""
        return tuple(self._endpoints.values())

    @property
    def security_checks(self) -> tuple[SecurityCheck, ...]:
        """The checks for the security report, as they were registered."""
        return tuple(self._checks.values())

    def limits(self, endpoints_path: str = "") -> tuple[CloudLimit, ...]:
        """How often clients may call what is registered; endpoints are served below the path."""
        functions = [rates.of_function(name, limit) for name, hook in self._functions.items() if (limit := hook.limit)]
        triggers = [
            rates.of_trigger(*key, limit)
            for key, hook in self._triggers.items()
            if key[0] in rates.LIMITED_TRIGGERS and (limit := hook.limit)
        ]
        endpoints = [
            rates.of_endpoint(made.name, endpoints_path + made.path, made.method, limit)
            for made in self._endpoints.values()
            if (limit := made.hook.limit)
        ]
        return (*functions, *triggers, *endpoints)

    @property
    def triggers(self) -> tuple[tuple[Trigger, str], ...]:
        """What is registered for classes, sorted."""
        return tuple(sorted(self._triggers))

    def include(self, other: Cloud) -> None:
        """Take in everything that is registered with `other`, or nothing if something is there already (CloudError)."""
        self._add(
            functions=other._functions,
            jobs=other._jobs,
            triggers=other._triggers,
            endpoints=other._endpoints,
            security_checks=other._checks,
        )

    run = staticmethod(work.run)

    send_email = staticmethod(mail.send_email)

    def close(self) -> None:
        """Let go of the threads of plain functions."""
        self.calls.close()

    def _trigger(self, trigger: Trigger, of: OfClass, rules: Rules) -> Callable[[Function], Function]:
        class_name, object_type = hooks.class_of(trigger, of)

        def register(function: Function) -> Function:
            hook = hooks.hook(f"{trigger} of {class_name}", function, rules, object_type)
            hooks.refuse_idle_rules(trigger, class_name, hook)
            self._add(triggers={(trigger, class_name): hook})
            return function

        return register

    def _single_trigger(
        self, trigger: Trigger, class_name: str, function: Function, *, rules: Mapping[str, Any] | None = None
    ) -> Function:
        """Register a trigger of which there is one, whatever class it is kept under."""
        hook = hooks.hook(str(trigger), function, rules or {})
        hooks.refuse_idle_rules(trigger, class_name, hook)
        self._add(triggers={(trigger, class_name): hook})
        return function

    def _add(
        self,
        *,
        functions: Mapping[str, Hook] | None = None,
        jobs: Mapping[str, Hook] | None = None,
        triggers: Mapping[tuple[Trigger, str], Hook] | None = None,
        endpoints: Mapping[tuple[str, str], Endpoint] | None = None,
        security_checks: Mapping[tuple[str, str], SecurityCheck] | None = None,
    ) -> None:
        functions, jobs, triggers, endpoints = functions or {}, jobs or {}, triggers or {}, endpoints or {}
        for name, hook in functions.items():
            hooks.refuse_second(f"function {name}", self._functions.get(name), hook)
        for name, hook in jobs.items():
            hooks.refuse_second(f"job {name}", self._jobs.get(name), hook)
        for key, hook in triggers.items():
            hooks.refuse_second(f"{key[0]} of {key[1]}", self._triggers.get(key), hook)
        for route, made in endpoints.items():
            first = self._endpoints.get(route)
            hooks.refuse_second(f"endpoint {made.name}", first.hook if first else None, made.hook)
        for key_of_check, check in (security_checks or {}).items():
            checks.refuse_second(self._checks.get(key_of_check), check)
        self._checks = {**self._checks, **(security_checks or {})}
        self._endpoints = {**self._endpoints, **endpoints}
        self._functions = {**self._functions, **functions}
        self._jobs = {**self._jobs, **jobs}
        self._triggers = {**self._triggers, **triggers}
        self.revision += 1
