"""Validators: what a function or trigger asks of its callers before it runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from importlib import import_module
from typing import Any, Protocol, TypedDict

import orjson

from parsepy.cloud.codec import encode
from parsepy.cloud.objects import ParseObject
from parsepy.cloud.pending import MISSING
from parsepy.cloud.requests import (
    CloudRequest,
    ConfigRequest,
    DeleteRequest,
    FunctionRequest,
    LiveEventRequest,
    SaveRequest,
)
from parsepy.cloud.validators import rates
from parsepy.cloud.validators.rates import RateRules
from parsepy.errors import ErrorCode, ParseError
from parsepy.settings import RateLimit

LOGIN_FIRST = "Validation failed. Please login to continue."
USER_CLASS = "_User"
SHORT = 16_384
"""Bytes of JSON up to which a schema is checked at once; more of it would keep other requests waiting, and is left to a thread."""

Names = Sequence[str] | Callable[[], Any]


class Rules(TypedDict, total=False):
    """The keyword arguments of the decorators.

    `validate_master_key` checks callers with the master key too; with `skip_with_master_key` a trigger does not run for
    them. `fields` lists names that must be given, or maps names to `FieldRule` keywords; role lists may be functions.
    `rate_limit` bounds how often clients may call (see `RateRules`). `schema` is a JSON Schema for the parameters, or for
    the fields of the object that is saved. `validator` is a function of the request that refuses by raising; only
    `rate_limit` goes with it.
    """

    require_user: bool
    require_master: bool
    require_any_user_roles: Names
    require_all_user_roles: Names
    require_user_keys: Sequence[str] | Mapping[str, Mapping[str, Any]]
    fields: Sequence[str] | Mapping[str, Mapping[str, Any]]
    validate_master_key: bool
    skip_with_master_key: bool
    rate_limit: RateRules
    schema: Mapping[str, Any]
    validator: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What one field must be: `type` is str, int, float, bool, list, dict or datetime, `options` the values to choose
    from or a function of the value, `error` the text for a wrong choice. `constant` keeps a stored field as it is.
    """

    type: type[Any] | None = None
    default: Any = None
    required: bool = False
    constant: bool = False
    options: Any = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Validator:
    """Checked rules. `schema` tells what is wrong with a JSON value; `validator` stands instead of all others."""

    require_user: bool = False
    require_master: bool = False
    require_any_user_roles: Names | None = None
    require_all_user_roles: Names | None = None
    require_user_keys: Sequence[str] | Mapping[str, FieldRule] = ()
    fields: Sequence[str] | Mapping[str, FieldRule] = ()
    validate_master_key: bool = False
    skip_with_master_key: bool = False
    rate_limit: RateLimit | None = None
    schema: Callable[[Any], list[str]] | None = None
    validator: Callable[..., Any] | None = field(default=None)


class Call(Protocol):
    """Calls a function of the user, sync or async."""

    def __call__(self, function: Callable[..., Any], *arguments: Any) -> Awaitable[Any]: ...


_TYPE_NAMES: Mapping[type[Any], str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    list: "array",
    dict: "object",
    datetime: "date",
}
_NO_FIELDS = frozenset({"__type", "className", "objectId", "createdAt", "updatedAt", "ACL"})
_BOOLEANS = frozenset({"require_user", "require_master", "validate_master_key", "skip_with_master_key"})


def parsed(rules: Mapping[str, Any]) -> Validator | None:
    """The validator of a decorator's keyword arguments, None without any. Raises TypeError for what is no such rule."""
    if not rules:
        return None
    known = {each.name for each in fields(Validator)}
    for key, value in rules.items():
        if key not in known:
            raise TypeError(f"{key} is not a supported parameter for Cloud Function validations.")
        _check_rule(key, value)
    if "validator" in rules and rules.keys() - {"validator", "rate_limit"}:
        raise TypeError("validator stands alone: check everything in the function")
    return Validator(**{key: _READERS[key](value) if key in _READERS else value for key, value in rules.items()})


def _check_rule(key: str, value: Any) -> None:
    if key in _BOOLEANS:
        _expect(key, value, "bool", ok=isinstance(value, bool))
    elif key == "validator":
        _expect(key, value, "function", ok=callable(value))
    elif key in {"fields", "require_user_keys"}:
        _expect(key, value, "list|dict", ok=isinstance(value, Mapping) or _is_list(value))
    elif key not in _READERS:
        _expect(key, value, "list|function", ok=callable(value) or _is_list(value))


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _expect(key: str, value: Any, expected: str, *, ok: bool) -> None:
    if not ok:
        actual = type(value).__name__
        raise TypeError(f"Invalid type for Cloud Function validation key {key}. Expected {expected}, actual {actual}")


def _field_rules(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return tuple(value)
    return {name: _field_rule(name, rule) for name, rule in value.items()}


def _field_rule(name: str, rule: Any) -> FieldRule:
    _expect(name, rule, "dict", ok=isinstance(rule, Mapping))
    known = {each.name for each in fields(FieldRule)}
    for key, value in rule.items():
        if key not in known:
            raise TypeError(f"{key} is not a supported parameter for Cloud Function validations.")
        if key in {"required", "constant"}:
            _expect(key, value, "bool", ok=isinstance(value, bool))
        if key == "error":
            _expect(key, value, "str", ok=isinstance(value, str))
        if key == "type":
            expected = "|".join(each.__name__ for each in _TYPE_NAMES)
            _expect(key, value, expected, ok=isinstance(value, type) and value in _TYPE_NAMES)
    return FieldRule(**rule)


def _schema(schema: Any) -> Any:
    """Loaded only where it is used: the library takes longer to import than all of the server."""
    return import_module("parsepy.cloud.validators.json_schema").compiled(schema)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "fields": _field_rules,
    "require_user_keys": _field_rules,
    "rate_limit": rates.parsed,
    "schema": _schema,
}


async def check(validator: Validator, request: CloudRequest, roles: frozenset[str], call: Call) -> None:
    """Refuse the call or let it pass, filling in defaults; `roles` are ACL keys. Raises ParseError 142."""
    if validator.validator is not None:
        await call(validator.validator, request)
        return
    if request.master and not validator.validate_master_key:
        return
    user = request.user or _new_user(request)
    by_role = validator.require_any_user_roles or validator.require_all_user_roles
    if (validator.require_user or by_role) and user is None:
        raise _refusal(LOGIN_FIRST)
    if validator.require_master and not request.master:
        raise _refusal("Validation failed. Master key is required to complete this request.")
    given = _Given(request)
    await _check_fields(validator.fields, given, call)
    if validator.schema is not None:
        await _check_schema(validator.schema, given.as_json(), call)
    await _check_roles(validator, roles, call)
    await _check_user_keys(validator.require_user_keys, user, call)


def _new_user(request: CloudRequest) -> ParseObject | None:
    """A user who is signing up counts as the user of the call."""
    if isinstance(request, SaveRequest) and request.object.class_name == USER_CLASS and request.object.is_new:
        return request.object
    return None


class _Given:
    """The fields that a call gives: parameters of a function, or those of the object that is saved."""

    def __init__(self, request: CloudRequest) -> None:
        self.object = request.object if isinstance(request, SaveRequest | DeleteRequest | LiveEventRequest) else None
        self.is_stored = isinstance(request, SaveRequest | LiveEventRequest) and request.original is not None
        self._params = _parameters(request)

    def get(self, key: str) -> Any:
        return self._params.get(key, MISSING) if self.object is None else self.object.get(key, MISSING)

    def put(self, key: str, value: Any) -> None:
        if self.object is None:
            self._params[key] = value
        else:
            self.object.set(key, value)

    def as_json(self) -> Any:
        """All of it as REST JSON, of an object its own fields."""
        if self.object is None:
            return encode(self._params)
        return {key: value for key, value in self.object.to_json().items() if key not in _NO_FIELDS}

    def require(self, key: str) -> None:
        if self.get(key) in (MISSING, None):
            raise _refusal(f"Validation failed. Please specify data for {key}.")


def _parameters(request: CloudRequest) -> dict[str, Any]:
    match request:
        case FunctionRequest():
            return request.params
        case ConfigRequest():
            return dict(request.object)
        case _:
            return {}


async def _check_schema(problems_of: Callable[[Any], list[str]], value: Any, call: Call) -> None:
    is_short = len(orjson.dumps(value)) <= SHORT
    problems = problems_of(value) if is_short else await call(problems_of, value)
    if problems:
        raise _refusal(f"Validation failed. {'; '.join(problems)}")


async def _check_fields(rules: Sequence[str] | Mapping[str, FieldRule], given: _Given, call: Call) -> None:
    if not isinstance(rules, Mapping):
        for key in rules:
            given.require(key)
        return
    chosen = [(key, rule, value) for key, rule in rules.items() if (value := _settled(given, key, rule)) is not MISSING]
    for key, rule, value in chosen:
        await _check_choice(key, rule, value, call)


def _settled(given: _Given, key: str, rule: FieldRule) -> Any:
    """The field's value after defaults, checked for its type; MISSING if there is nothing more to check."""
    value = given.get(key)
    if rule.default is not None and value in (MISSING, None):
        value = rule.default
        given.put(key, value)
    if rule.constant and given.object is not None:
        if given.is_stored:
            given.object.revert(key)
        elif rule.default is not None:
            given.put(key, rule.default)
    if rule.required:
        given.require(key)
    if value is not MISSING and rule.type is not None and not _has_type(value, rule.type):
        raise _refusal(f"Validation failed. Invalid type for {key}. Expected: {_TYPE_NAMES[rule.type]}")
    return value


def _has_type(value: Any, expected: type[Any]) -> bool:
    if expected is datetime:
        return isinstance(value, datetime)
    return _kind(value) == _TYPE_NAMES[expected]


def _kind(value: Any) -> str:
    """The type as JavaScript names it: everything that is not plain is an object, null too."""
    match value:
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list() | tuple():
            return "array"
        case _:
            return "object"


async def _check_choice(key: str, rule: FieldRule, value: Any, call: Call) -> None:
    if rule.options is None:
        return
    if callable(rule.options):
        await _check_by_function(key, rule, value, call)
        return
    choices = rule.options if _is_list(rule.options) else [rule.options]
    if not any(_kind(choice) == _kind(value) and choice == value for choice in choices):
        listed = ", ".join(_shown(choice) for choice in choices)
        raise _refusal(rule.error or f"Validation failed. Invalid option for {key}. Expected: {listed}")


async def _check_by_function(key: str, rule: FieldRule, value: Any, call: Call) -> None:
    invalid = f"Validation failed. Invalid value for {key}."
    try:
        answer = await call(rule.options, value)
    except ParseError as exc:
        raise _refusal(rule.error or exc.message or invalid) from exc
    except Exception as exc:
        raise _refusal(rule.error or str(exc) or invalid) from exc
    if not answer and answer is not None:
        raise _refusal(rule.error or invalid)


def _shown(choice: Any) -> str:
    match choice:
        case bool():
            return "true" if choice else "false"
        case None:
            return ""
        case float() if choice.is_integer():
            return str(int(choice))
        case _:
            return str(choice)


async def _check_roles(validator: Validator, roles: frozenset[str], call: Call) -> None:
    any_of = await _names(validator.require_any_user_roles, call)
    all_of = await _names(validator.require_all_user_roles, call)
    if any_of is not None and not any(f"role:{name}" in roles for name in any_of):
        raise _refusal("Validation failed. User does not match the required roles.")
    if all_of is not None and not all(f"role:{name}" in roles for name in all_of):
        raise _refusal("Validation failed. User does not match all the required roles.")


async def _names(names: Names | None, call: Call) -> Sequence[str] | None:
    if callable(names):
        found: Sequence[str] = await call(names)
        return found
    return names


async def _check_user_keys(
    rules: Sequence[str] | Mapping[str, FieldRule], user: ParseObject | None, call: Call
) -> None:
    for key in rules:
        if user is None:
            raise _refusal("Please login to make this request.")
        if isinstance(rules, Mapping):
            await _check_choice(key, rules[key], user.get(key, MISSING), call)
        elif user.get(key) is None:
            raise _refusal(f"Validation failed. Please set data for {key} on your account.")


def _refusal(message: str) -> ParseError:
    return ParseError(ErrorCode.VALIDATION_ERROR, message)
