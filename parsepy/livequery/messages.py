"""What clients send over a live connection, checked; and what is sent to them.

Protocol: https://github.com/parse-community/parse-server/wiki/Parse-LiveQuery-Protocol-Specification, with the field `keys`
of later servers. `fields` is its older name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from parsepy.errors import ParseError

WRONG_FORM, NO_SUBSCRIPTION, WRONG_KEY = 1, 2, 4
"""Error codes of this protocol; all others are those of Parse."""


class RefusedError(Exception):
    """A message that is not carried out; `reconnect` tells the client to try again on another connection."""

    def __init__(self, message: str, code: int, *, reconnect: bool = True, request_id: float | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reconnect = reconnect
        self.request_id = request_id

    @classmethod
    def of(cls, refusal: ParseError, request_id: float | None = None) -> RefusedError:
        """The refusal as it is told over a live connection."""
        return cls(refusal.message, int(refusal.code), reconnect=False, request_id=request_id)

    def encoded(self) -> bytes:
        """The message to the client."""
        told = {"op": "error", "error": str(self), "code": self.code, "reconnect": self.reconnect}
        return orjson.dumps({**told, "requestId": self.request_id})


@dataclass(frozen=True, slots=True)
class Connect:
    """The first message: which app, with which keys, as whom. `keys` are by their names in the message."""

    application_id: str
    keys: Mapping[str, str] = field(default_factory=dict)
    session_token: str | None = None
    installation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Follow what a query finds. With `replaces` an earlier subscription of that number ends.

    `keys` are the fields to be sent, `watch` those whose changes count; None stands for all. `resume` is the cursor of the
    last event that was seen; with `snapshot` what the query finds now is sent first.
    """

    request_id: float
    class_name: str
    where: Mapping[str, Any]
    keys: tuple[str, ...] | None = None
    watch: tuple[str, ...] | None = None
    session_token: str | None = None
    replaces: bool = False
    resume: str | None = None
    snapshot: bool = False


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """End the subscription of that number."""

    request_id: float


Message = Connect | Subscribe | Unsubscribe


@dataclass(frozen=True, slots=True)
class _Form:
    """What a JSON object must be: the forms of its keys, and those that must be there, in the order they are missed."""

    keys: Mapping[str, str | _Form]
    required: tuple[str, ...] = ()


_STRING, _NUMBER, _OBJECT, _NAMES, _FLAG = "string", "number", "object", "array", "boolean"
_CLIENT_KEYS = ("javascriptKey", "masterKey", "clientKey", "windowsKey", "restAPIKey")
_QUERY = _Form(
    {"className": _STRING, "where": _OBJECT, "keys": _NAMES, "fields": _NAMES, "watch": _NAMES}, ("where", "className")
)
_SUBSCRIBE = _Form(
    {
        "op": _STRING,
        "requestId": _NUMBER,
        "query": _QUERY,
        "sessionToken": _STRING,
        "resume": _STRING,
        "snapshot": _FLAG,
    },
    ("requestId", "query"),
)
_FORMS: Mapping[str, _Form] = {
    "connect": _Form(
        {
            "op": _STRING,
            "applicationId": _STRING,
            "sessionToken": _STRING,
            "installationId": _STRING,
            **dict.fromkeys(_CLIENT_KEYS, _STRING),
        },
        ("applicationId",),
    ),
    "subscribe": _SUBSCRIBE,
    "update": _SUBSCRIBE,
    "unsubscribe": _Form({"op": _STRING, "requestId": _NUMBER}, ("requestId",)),
}


def parsed(text: str | bytes) -> Message | None:
    """The message, None for what is no JSON: that is passed over. Raises RefusedError with code 1 for any other form."""
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    _check(given, _OBJECT)
    if "op" not in given:
        raise _wrong("Missing required property: op")
    _check(given["op"], _STRING)
    form = _FORMS.get(given["op"])
    if form is None:
        raise _wrong(f"No enum match for: {orjson.dumps(given['op']).decode()}")
    _check_object(given, form)
    match given["op"]:
        case "connect":
            keys = {name: given[name] for name in _CLIENT_KEYS if name in given}
            return Connect(given["applicationId"], keys, given.get("sessionToken"), given.get("installationId"))
        case "unsubscribe":
            return Unsubscribe(given["requestId"])
        case op:
            return _subscribe(given, replaces=op == "update")


def _subscribe(given: Mapping[str, Any], *, replaces: bool) -> Subscribe:
    query = given["query"]
    keys = query.get("keys", query.get("fields"))
    watch = query.get("watch")
    return Subscribe(
        given["requestId"],
        query["className"],
        query["where"],
        None if keys is None else tuple(keys),
        None if watch is None else tuple(watch),
        given.get("sessionToken"),
        replaces,
        given.get("resume"),
        given.get("snapshot", False),
    )


def _check_object(given: Mapping[str, Any], form: _Form) -> None:
    for name in form.required:
        if name not in given:
            raise _wrong(f"Missing required property: {name}")
    for name, value in given.items():
        expected = form.keys.get(name)
        if expected is None:
            raise _wrong("Additional properties not allowed")
        if isinstance(expected, _Form):
            _check(value, _OBJECT)
            _check_object(value, expected)
        else:
            _check(value, expected)


def _check(value: Any, expected: str) -> None:
    actual = _type_name(value)
    if actual != expected:
        raise _wrong(f"Invalid type: {actual} (expected {expected})")
    if expected == _NAMES:
        _check_names(value)


def _check_names(names: Sequence[Any]) -> None:
    if not names:
        raise _wrong("Array is too short (0), minimum 1")
    first: dict[Any, int] = {}
    for position, name in enumerate(names):
        _check(name, _STRING)
        if name in first:
            raise _wrong(f"Array items are not unique (indices {first[name]} and {position})")
        first[name] = position


def _type_name(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case str():
            return "string"
        case int() | float():
            return "number"
        case list():
            return "array"
        case _:
            return "object"


def _wrong(text: str) -> RefusedError:
    return RefusedError(text, WRONG_FORM)


def not_connected(verb: str) -> RefusedError:
    """The refusal of a message that comes before `connect`."""
    text = f"Can not find this client, make sure you connect to server before {verb}"
    return RefusedError(text, NO_SUBSCRIPTION)


def no_subscription(client_id: str, request_id: float) -> RefusedError:
    """The refusal to change a subscription that is not there."""
    text = (
        f"Cannot find subscription with clientId {client_id} subscriptionId {request_id}. "
        "Make sure you subscribe to live query server before unsubscribing."
    )
    return RefusedError(text, NO_SUBSCRIPTION)
