"""What a script registers becomes hooks: rules in Python's form, functions that ask Node."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from parsepy.cloud.hooks import CloudError, Trigger
from parsepy.cloud.requests import CloudRequest, FunctionRequest
from parsepy.cloud.validate import FieldRule
from parsepy.javascript.cloud import is_script
from parsepy.javascript.registrations import Registered, registered


class Node:
    """Answers every call the same and notes it."""

    def __init__(self, **outcome: Any) -> None:
        self.outcome = outcome
        self.calls: list[tuple[str, Mapping[str, Any]]] = []

    async def call(self, key: str, given: dict[str, Any], request: CloudRequest | None) -> Mapping[str, Any]:
        """Note the call."""
        self.calls.append((key, given))
        return self.outcome


def entry(kind: str, name: str, rules: Any = None, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "name": name, "key": f"{kind} {name}", "rules": rules, "place": "main.js:3", **more}


def found(*entries: Mapping[str, Any], node: Node | None = None) -> Registered:
    return registered(entries, (node or Node()).call)


def test_functions_jobs_and_triggers_are_told_apart() -> None:
    result = found(entry("function", "f"), entry("job", "j"), entry("beforeSave", "Score"), entry("beforeFly", "Bird"))

    assert (list(result.functions), list(result.jobs)) == (["f"], ["j"])
    assert list(result.triggers) == [(Trigger.BEFORE_SAVE, "Score")]
    assert result.later == ("beforeFly Bird",)
    assert result.functions["f"].location == "main.js:3"


def test_what_is_registered_twice_is_told() -> None:
    assert found(entry("function", "f", isTwice=True)).twice == ("function f (main.js:3)",)


async def test_a_hook_asks_node_and_gives_its_result() -> None:
    node = Node(result={"a": 1})
    hook = found(entry("function", "f"), node=node).functions["f"]

    result = await hook.function(FunctionRequest(function_name="f", params={"x": 1}))

    assert result == {"a": 1}
    [(key, given)] = node.calls
    assert (key, given["request"]["kind"], given["request"]["params"]) == ("function f", "function", {"x": 1})


def test_rules_have_the_names_and_types_of_python() -> None:
    rules = {
        "requireUser": True,
        "requireAnyUserRoles": ["A"],
        "validateMasterKey": None,
        "fields": {"a": {"type": "string", "required": True, "error": None}, "b": {"type": "date", "default": 1}},
    }

    validator = found(entry("function", "f", rules)).functions["f"].validator

    assert validator is not None
    assert (validator.require_user, validator.require_any_user_roles) == (True, ["A"])
    assert validator.fields == {"a": FieldRule(str, required=True), "b": FieldRule(datetime, default=1)}


async def test_functions_inside_of_rules_are_asked_for_by_their_path() -> None:
    node = Node(result=False)
    rules = {"fields": {"a": {"options": {"$function": ["fields", "a", "options"]}}}}
    validator = found(entry("function", "f", rules), node=node).functions["f"].validator
    assert validator is not None
    assert isinstance(validator.fields, Mapping)

    answer = await validator.fields["a"].options(datetime(2020, 1, 1))

    date = {"__type": "Date", "iso": "2020-01-01T00:00:00.000Z"}
    assert answer is False
    assert node.calls == [("function f", {"rule": ["fields", "a", "options"], "values": [date]})]


async def test_a_function_as_validator_gets_the_request() -> None:
    node = Node(context={"checked": True})
    validator = found(entry("function", "f", {"$function": []}), node=node).functions["f"].validator
    assert validator is not None
    assert validator.validator is not None
    request = FunctionRequest(function_name="f")

    await validator.validator(request)

    assert request.context == {"checked": True}
    assert node.calls[0][1]["rule"] == []


def test_a_limit_has_the_usual_size_and_stands_before_what_it_limits() -> None:
    rules = {"rateLimit": {"requestCount": 2, "zone": "user"}}
    result = found(entry("function", "f", rules), entry("afterSave", "Score", rules))

    limit = result.functions["f"].limit
    assert limit is not None
    assert (limit.request_count, limit.request_time_window, limit.zone) == (2, 60_000, "user")
    assert result.triggers[Trigger.AFTER_SAVE, "Score"].limit is None


def test_rules_that_are_none_name_their_place() -> None:
    with pytest.raises(CloudError, match=r"main\.js:3: function f: .* requireUser|require_user"):
        found(entry("function", "f", {"requireUser": "yes"}))


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("main.js", True),
        ("./cloud/main.mjs", True),
        ("a.cjs", True),
        ("main.py", False),
        ("cloud.js:app", False),
        (None, False),
    ],
)
def test_scripts_are_known_by_their_suffix(spec: str | None, expected: bool) -> None:
    assert is_script(spec) is expected
