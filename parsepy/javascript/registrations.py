"""What a script registered, as hooks of the registry: their functions call into Node, their rules are checked here."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from parsepy.cloud import validate
from parsepy.cloud.codec import encode
from parsepy.cloud.hooks import CloudError, Hook, Trigger
from parsepy.cloud.objects import decode
from parsepy.cloud.pending import MISSING
from parsepy.cloud.requests import CloudRequest
from parsepy.cloud.validators.rates import LIMITED_TRIGGERS
from parsepy.javascript.outcomes import Outcome, result_of, taken
from parsepy.javascript.requests import Told, told

CallNode = Callable[[str, Told, CloudRequest | None], Awaitable[Outcome]]
"""Runs what is registered under a key with what it is told; the request is that of a call, if it is one."""

RUN_HERE = frozenset(
    {
        Trigger.BEFORE_SAVE,
        Trigger.AFTER_SAVE,
        Trigger.BEFORE_DELETE,
        Trigger.AFTER_DELETE,
        Trigger.BEFORE_FIND,
        Trigger.AFTER_FIND,
        Trigger.BEFORE_LOGIN,
        Trigger.AFTER_LOGIN,
        Trigger.AFTER_LOGOUT,
        Trigger.BEFORE_CONNECT,
        Trigger.BEFORE_SUBSCRIBE,
        Trigger.AFTER_EVENT,
        Trigger.ON_LIVE_QUERY_EVENT,
    }
)
"""The triggers whose requests Node can be told of."""
_USUAL_LIMIT = {"request_count": 5, "request_time_window": 60_000}
"""What Parse Server takes for the parts of a rate limit that are left out."""
_CAPITAL = re.compile("(?<!^)[A-Z]")
_TYPES: Mapping[str, type[Any]] = {
    "string": str,
    "number": float,
    "boolean": bool,
    "array": list,
    "object": dict,
    "date": datetime,
}


@dataclass(frozen=True, slots=True)
class Registered:
    """All that a script registered. `later` names what the server has no use for yet."""

    functions: Mapping[str, Hook] = field(default_factory=dict)
    jobs: Mapping[str, Hook] = field(default_factory=dict)
    triggers: Mapping[tuple[Trigger, str], Hook] = field(default_factory=dict)
    later: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()


def registered(entries: Iterable[Mapping[str, Any]], call: CallNode) -> Registered:
    """The hooks of `{kind, name, key, rules, place, isTwice}` entries. Raises CloudError for rules that are none."""
    functions, jobs, triggers = {}, {}, {}
    later, twice = [], []
    for entry in entries:
        kind, name, key = entry["kind"], entry["name"], entry["key"]
        if entry.get("isTwice"):
            twice.append(f"{key} ({entry['place']})")
        if kind == "function":
            functions[name] = _hook(entry, call)
        elif kind == "job":
            jobs[name] = _hook(entry, call)
        elif kind in RUN_HERE and isinstance(name, str):
            triggers[Trigger(kind), name] = _hook(entry, call)
        else:
            later.append(key)
    return Registered(functions, jobs, triggers, tuple(later), tuple(twice))


def _hook(entry: Mapping[str, Any], call: CallNode) -> Hook:
    key = entry["key"]
    try:
        validator = validate.parsed(_rules(entry, call))
    except TypeError as exc:
        raise CloudError(f"{entry['place']}: {key}: {exc}") from exc

    async def run(request: CloudRequest) -> Any:
        return taken(request, await call(key, {"request": told(request)}, request))

    return Hook(run, validator, entry["place"])


def _rules(entry: Mapping[str, Any], call: CallNode) -> dict[str, Any]:
    """The keyword arguments that a decorator would be given for a validator of Parse Server's form."""
    given, key = entry.get("rules"), entry["key"]
    if not given:
        return {}
    if _is_function(given):
        return {"validator": _validator(key, given["$function"], call)}
    rules = {_snake(name): _live(value, key, call) for name, value in given.items() if value is not None}
    for name in ("fields", "require_user_keys"):
        if isinstance(rules.get(name), dict):
            rules[name] = {field_name: _field(rule) for field_name, rule in rules[name].items()}
    limit = rules.pop("rate_limit", None)
    # A limit after the fact is none, and Parse Server forgets it.
    if isinstance(limit, dict) and (entry["kind"] == "function" or entry["kind"] in LIMITED_TRIGGERS):
        rules["rate_limit"] = _USUAL_LIMIT | {_snake(name): value for name, value in limit.items()}
    return rules


def _field(rule: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in rule.items() if value is not None}
    if kept.get("type") in _TYPES:
        kept["type"] = _TYPES[kept["type"]]
    return kept


def _is_function(value: Any) -> bool:
    return isinstance(value, Mapping) and "$function" in value


def _live(value: Any, key: str, call: CallNode) -> Any:
    """The value with functions in place of what stands for them."""
    if _is_function(value):
        return _asking(key, value["$function"], call)
    if isinstance(value, list):
        return [_live(item, key, call) for item in value]
    if isinstance(value, dict) and "__type" not in value:
        return {name: _live(item, key, call) for name, item in value.items()}
    return decode(value)


def _validator(key: str, path: list[Any], call: CallNode) -> Callable[[CloudRequest], Awaitable[None]]:
    async def validator(request: CloudRequest) -> None:
        outcome = await call(key, {"rule": path, "request": told(request)}, request)
        taken(request, {name: value for name, value in outcome.items() if name != "result"})

    return validator


def _asking(key: str, path: list[Any], call: CallNode) -> Callable[..., Awaitable[Any]]:
    async def ask(*values: Any) -> Any:
        given = [None if value is MISSING else encode(value) for value in values]
        result = result_of(await call(key, {"rule": path, "values": given}, None))
        return None if result is MISSING else result

    return ask


def _snake(name: str) -> str:
    return _CAPITAL.sub(lambda match: f"_{match.group().lower()}", name)
