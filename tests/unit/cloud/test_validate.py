"""Validators: what passes, and what refused clients are told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from parsepy import Cloud, CloudError, FunctionRequest, ParseError, ParseObject, SaveRequest, User
from parsepy.cloud import running, validate
from parsepy.cloud.requests import CloudRequest

MISSING = "Validation failed. Please specify data for {}."
ANN = User.from_json({"objectId": "u1", "name": "ann"})
Rules = dict[str, Any]


async def refusal(rules: Rules, request: CloudRequest, roles: tuple[str, ...] = ()) -> tuple[int, str] | None:
    """Code and text that the client is told; None if the call passes."""
    cloud = Cloud()
    cloud.define("f", **rules)(lambda request: None)
    hook = cloud.function("f")
    assert hook is not None
    keys = frozenset(f"role:{role}" for role in roles)
    try:
        await running.run(hook, request, calls=cloud.calls, actions=None, roles=keys)
    except ParseError as exc:
        return int(exc.code), exc.message
    return None


async def told(rules: Rules, params: dict[str, Any] | None = None, **caller: Any) -> str | None:
    refused = await refusal(rules, FunctionRequest(params=params or {}, **caller))
    assert refused is None or refused[0] == 142
    return refused and refused[1]


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        ({"require_user": True}, "Validation failed. Please login to continue."),
        ({"require_any_user_roles": ["A"]}, "Validation failed. Please login to continue."),
        ({"require_all_user_roles": ["A"]}, "Validation failed. Please login to continue."),
        ({"require_master": True}, "Validation failed. Master key is required to complete this request."),
        ({"require_user_keys": ["name"]}, "Please login to make this request."),
        ({"require_user_keys": {"name": {"options": ["x"]}}}, "Please login to make this request."),
    ],
)
async def test_strangers_are_refused_and_the_master_key_is_not(rules: Rules, text: str) -> None:
    assert await told(rules) == text
    assert await told(rules, master=True) is None


async def test_the_master_key_is_checked_where_asked() -> None:
    rules = {"require_user": True, "validate_master_key": True}

    assert await told(rules, master=True) == "Validation failed. Please login to continue."
    assert await told({"require_master": True, "validate_master_key": True}, master=True) is None


@pytest.mark.parametrize(
    ("rules", "roles", "text"),
    [
        ({"require_any_user_roles": ["A", "B"]}, ("B",), None),
        ({"require_any_user_roles": ["A"]}, ("B",), "Validation failed. User does not match the required roles."),
        ({"require_all_user_roles": ["A", "B"]}, ("A", "B"), None),
        (
            {"require_all_user_roles": ["A", "B"]},
            ("A",),
            "Validation failed. User does not match all the required roles.",
        ),
        ({"require_any_user_roles": lambda: ["A"]}, ("A",), None),
        (
            {"require_all_user_roles": lambda: ["A"]},
            (),
            "Validation failed. User does not match all the required roles.",
        ),
    ],
)
async def test_roles_are_compared_by_name(rules: Rules, roles: tuple[str, ...], text: str | None) -> None:
    refused = await refusal(rules, FunctionRequest(user=ANN), roles)

    assert refused == (None if text is None else (142, text))


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (["name"], None),
        (["phone"], "Validation failed. Please set data for phone on your account."),
        ({"name": {"options": ["ann"]}}, None),
        ({"name": {"options": ["bob"]}}, "Validation failed. Invalid option for name. Expected: bob"),
        ({"name": {"options": ["bob"], "error": "not bob"}}, "not bob"),
    ],
)
async def test_accounts_are_asked_for_data(keys: Any, text: str | None) -> None:
    assert await told({"require_user_keys": keys}, user=ANN) == text


def _large(value: Any) -> bool:
    return bool(value > 3)


def _undecided(value: Any) -> None:
    return None


def _raises(value: Any) -> None:
    raise ValueError("bad value")


def _raises_nothing(value: Any) -> None:
    raise ValueError


async def _never(value: Any) -> bool:
    return False


OPTIONS: dict[str, Any] = {"options": ["x", 3, True, None, 2.0]}
FIELDS: list[tuple[Any, dict[str, Any], str | None]] = [
    (["a"], {"a": 0}, None),
    (["a"], {"a": None}, MISSING.format("a")),
    (["a", "b"], {"a": 1}, MISSING.format("b")),
    ({"a": {"required": True}}, {}, MISSING.format("a")),
    ({"a": {"type": str}}, {"a": "s"}, None),
    ({"a": {"type": str}}, {}, None),
    ({"a": {"type": str}}, {"a": 1}, "Validation failed. Invalid type for a. Expected: string"),
    ({"a": {"type": str}}, {"a": None}, "Validation failed. Invalid type for a. Expected: string"),
    ({"a": {"type": int}}, {"a": 1.5}, None),
    ({"a": {"type": float}}, {"a": True}, "Validation failed. Invalid type for a. Expected: number"),
    ({"a": {"type": bool}}, {"a": 1}, "Validation failed. Invalid type for a. Expected: boolean"),
    ({"a": {"type": list}}, {"a": {}}, "Validation failed. Invalid type for a. Expected: array"),
    ({"a": {"type": dict}}, {"a": None}, None),
    ({"a": {"type": dict}}, {"a": []}, "Validation failed. Invalid type for a. Expected: object"),
    ({"a": {"type": datetime}}, {"a": datetime(2026, 1, 1, tzinfo=UTC)}, None),
    ({"a": {"type": datetime}}, {"a": {}}, "Validation failed. Invalid type for a. Expected: date"),
    ({"a": OPTIONS}, {"a": True}, None),
    ({"a": OPTIONS}, {"a": 1}, "Validation failed. Invalid option for a. Expected: x, 3, true, , 2"),
    ({"a": {"options": "only"}}, {"a": "z"}, "Validation failed. Invalid option for a. Expected: only"),
    ({"a": {"options": ["x"], "error": "Wrong."}}, {"a": "z"}, "Wrong."),
    ({"a": {"options": ["x"]}}, {}, None),
    ({"a": {"options": _large}}, {"a": 4}, None),
    ({"a": {"options": _large}}, {"a": 1}, "Validation failed. Invalid value for a."),
    ({"a": {"options": _large, "error": "Too small."}}, {"a": 1}, "Too small."),
    ({"a": {"options": _never}}, {"a": 1}, "Validation failed. Invalid value for a."),
    ({"a": {"options": _undecided}}, {"a": 1}, None),
    ({"a": {"options": _raises}}, {"a": 1}, "bad value"),
    ({"a": {"options": _raises_nothing}}, {"a": 1}, "Validation failed. Invalid value for a."),
    ({"a": {"options": ["x"]}, "b": {"required": True}}, {"a": "z"}, MISSING.format("b")),
]


@pytest.mark.parametrize(("fields", "params", "text"), FIELDS, ids=[f"{n}" for n in range(len(FIELDS))])
async def test_parameters_are_checked(fields: Any, params: dict[str, Any], text: str | None) -> None:
    assert await told({"fields": fields}, params) == text


async def test_defaults_fill_in_parameters() -> None:
    request = FunctionRequest(params={"a": None, "c": "own"})
    fields = {"a": {"default": 1}, "b": {"default": [2], "type": list}, "c": {"default": "x", "constant": True}}

    assert await refusal({"fields": fields}, request) is None
    assert request.params == {"a": 1, "b": [2], "c": "own"}


async def test_fields_of_a_new_object_get_defaults_and_constants() -> None:
    new = ParseObject("S", kind="own", level=2)
    fields = {"kind": {"constant": True, "default": "fixed"}, "level": {"default": 1}, "n": {"default": 0}}

    assert await refusal({"fields": fields}, SaveRequest(object=new)) is None
    assert new.changes() == {"kind": "fixed", "level": 2, "n": 0}


async def test_constants_of_a_stored_object_stay() -> None:
    before = ParseObject.from_json({"objectId": "s1", "kind": "a"}, "S")
    changed = ParseObject.from_json({"objectId": "s1", "kind": "a"}, "S")
    changed["kind"] = "b"

    await refusal({"fields": {"kind": {"constant": True}}}, SaveRequest(object=changed, original=before))
    assert changed.changes() == {}


async def test_who_signs_up_counts_as_the_user() -> None:
    rules = {"require_user": True, "require_user_keys": ["name"]}

    assert await refusal(rules, SaveRequest(object=ParseObject("_User", name="ann"))) is None
    assert await refusal(rules, SaveRequest(object=ParseObject("Team", name="ann"))) is not None


def _refuses(error: Exception | None) -> Callable[[FunctionRequest], Any]:
    def validator(request: FunctionRequest) -> bool:
        if error:
            raise error
        return False

    return validator


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (None, None),
        (ValueError("nope"), (142, "nope")),
        (ValueError(), (142, "Validation failed.")),
        (ParseError(999, "own"), (999, "own")),
    ],
    ids=["falsy", "text", "empty", "own code"],
)
async def test_a_function_refuses_by_raising(error: Exception | None, expected: tuple[int, str] | None) -> None:
    assert await refusal({"validator": _refuses(error)}, FunctionRequest(master=True)) == expected


POINTS = {"type": "object", "required": ["points"], "properties": {"points": {"type": "integer", "minimum": 0}}}


async def test_parameters_must_be_as_the_schema_says() -> None:
    rules = {"schema": POINTS}

    assert await told(rules, {"points": 1}) is None
    assert await told(rules, {"points": -1}) == "Validation failed. points: must be at least 0"
    assert await told(rules, {}) == "Validation failed. points: is required"
    assert await told(rules, {}, master=True) is None


async def test_dates_and_pointers_are_objects_to_a_schema() -> None:
    rules = {"schema": {"properties": {"when": {"properties": {"__type": {"const": "Date"}}, "type": "object"}}}}

    assert await told(rules, {"when": datetime(2026, 1, 1, tzinfo=UTC)}) is None
    assert await told(rules, {"when": ANN}) == 'Validation failed. when.__type: must be "Date"'


async def test_defaults_are_filled_in_before_the_schema_is_asked() -> None:
    assert await told({"schema": POINTS, "fields": {"points": {"default": 3}}}) is None


async def test_long_parameters_are_checked_as_short_ones() -> None:
    long = {"points": -1, "text": "x" * (2 * validate.SHORT)}

    assert await told({"schema": POINTS}, long) == "Validation failed. points: must be at least 0"


async def test_a_save_is_checked_by_the_fields_that_result() -> None:
    rules = {"schema": {**POINTS, "additionalProperties": False}}
    stored = ParseObject.from_json({"objectId": "o1", "points": 3, "createdAt": "2026-01-01T00:00:00.000Z"}, "Score")
    request = SaveRequest(object=stored, original=stored)

    assert await refusal(rules, request) is None
    stored["points"] = -2
    assert await refusal(rules, request) == (142, "Validation failed. points: must be at least 0")


@pytest.mark.parametrize("register", [Cloud().before_find, Cloud().before_delete, Cloud().after_find])
def test_a_schema_is_for_what_has_fields(register: Callable[..., Any]) -> None:
    with pytest.raises(CloudError, match=r"schema has no effect on .* only saves have fields"):
        register("Score", schema=POINTS)(lambda request: None)


@pytest.mark.parametrize(
    ("rules", "text"),
    [
        ({"bogus": 1}, "bogus is not a supported parameter for Cloud Function validations."),
        ({"require_user": "x"}, "validation key require_user. Expected bool, actual str"),
        ({"require_any_user_roles": "A"}, "validation key require_any_user_roles. Expected list|function, actual str"),
        ({"fields": 3}, "validation key fields. Expected list|dict, actual int"),
        ({"require_user_keys": "x"}, "validation key require_user_keys. Expected list|dict, actual str"),
        ({"fields": {"a": 3}}, "validation key a. Expected dict, actual int"),
        ({"fields": {"a": {"bogus": 1}}}, "bogus is not a supported parameter"),
        ({"fields": {"a": {"required": "x"}}}, "validation key required. Expected bool, actual str"),
        ({"fields": {"a": {"error": 1}}}, "validation key error. Expected str, actual int"),
        ({"fields": {"a": {"type": "str"}}}, "validation key type. Expected str|int|float|bool|list|dict|datetime"),
        ({"rate_limit": {}}, "rate_limit needs request_count"),
        ({"schema": {"type": "strin"}}, "schema is no JSON Schema: type: "),
        ({"schema": []}, "schema must be a dict, not a list"),
        ({"validator": 1}, "validation key validator. Expected function, actual int"),
        ({"validator": print, "require_user": True}, "validator stands alone"),
    ],
)
def test_mistaken_rules_stop_the_registration(rules: Rules, text: str) -> None:
    with pytest.raises(CloudError) as refused:
        Cloud().define("f", **rules)(lambda request: None)

    assert text in str(refused.value)
    assert "test_validate.py:" in str(refused.value)
