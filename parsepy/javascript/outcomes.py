"""What came of a call: what Node tells of it is done to the request, and becomes the result."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson

from parsepy.cloud.files import File
from parsepy.cloud.objects import ParseObject
from parsepy.cloud.pending import MISSING
from parsepy.cloud.query import Query
from parsepy.cloud.requests import (
    CloudRequest,
    FileRequest,
    FindRequest,
    FunctionRequest,
    LiveEventRequest,
    SaveRequest,
    SubscribeRequest,
)
from parsepy.errors import ParseError, known
from parsepy.model import apply_ops
from parsepy.model.find_params import FindParams
from parsepy.model.ops import Add, AddUnique, Increment, Op, Relate, Remove, Set, Unset

Outcome = Mapping[str, Any]

_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_BREAKS = re.compile(r"[\r\n\0]")


class ScriptError(Exception):
    """What a handler threw that is no Parse.Error; its text is for the client, the note with its stack for the log."""


def taken(request: CloudRequest, outcome: Outcome) -> Any:
    """Do to the request what the handler did to its own; the result as Python cloud code would return it.

    Raises ParseError and ScriptError for what was thrown.
    """
    result = result_of(outcome)
    context = outcome.get("context")
    if isinstance(context, dict):
        request.context = context
    match request:
        case FunctionRequest():
            _reply(request, outcome)
            return result
        case SaveRequest():
            _change(request.object, outcome)
        case FindRequest():
            return _found(request, outcome)
        case FileRequest():
            return _file(request, outcome)
        case SubscribeRequest():
            _subscribe(request, outcome)
        case LiveEventRequest():
            _event(request, outcome)
    return None if result is MISSING else result


def result_of(outcome: Outcome) -> Any:
    """The plain result, MISSING for none. Raises ParseError and ScriptError for what was thrown."""
    error = outcome.get("error")
    if error is not None:
        raise _thrown(error)
    return outcome.get("result", MISSING)


def _thrown(error: Mapping[str, Any]) -> Exception:
    message = error.get("message")
    text = message if isinstance(message, str) else orjson.dumps(message).decode()
    code = error.get("code")
    if isinstance(code, int):
        return ParseError(known(code), text)
    exc = ScriptError(text)
    if error.get("stack"):
        exc.add_note(str(error["stack"]))
    return exc


def _reply(request: FunctionRequest, outcome: Outcome) -> None:
    """Status and headers that the handler set. Raises ScriptError for impossible ones."""
    status = outcome.get("status")
    if status is not None:
        if not isinstance(status, int) or not 200 <= status <= 599:
            raise ScriptError(f"{status} is no status of an answer.")
        request.reply.status = status
    for name, value in (outcome.get("headers") or {}).items():
        if _HEADER.fullmatch(name) is None or _BREAKS.search(value):
            raise ScriptError(f"{name!r} cannot be a header of an answer.")
        request.reply.headers[name] = value


def _change(subject: ParseObject, outcome: Outcome) -> None:
    """Let the object's changes be those that the handler left."""
    if "id" in outcome:
        subject.id = outcome["id"]
    changes = outcome.get("changes")
    if changes is None:
        return
    subject.revert()
    for path, op in apply_ops.parse_ops(changes).items():
        _apply(subject, path, op)


def _apply(subject: ParseObject, path: str, op: Op) -> None:
    match op:
        case Set(value):
            subject.set(path, value)
        case Unset():
            subject.unset(path)
        case Increment(amount):
            subject.increment(path, amount)
        case Add(objects):
            subject.add(path, *objects)
        case AddUnique(objects):
            subject.add_unique(path, *objects)
        case Remove(objects):
            subject.remove(path, *objects)
        case Relate(class_name):
            relation = subject.relation(path)
            relation.add(*(ParseObject(class_name, object_id) for object_id in op.add))
            relation.remove(*(ParseObject(class_name, object_id) for object_id in op.remove))


def _found(request: FindRequest, outcome: Outcome) -> Any:
    """What a find trigger gives: other objects, another query, or None for the request's own as it is now."""
    if "result" in outcome:
        return outcome["result"]
    preferences = outcome.get("readPreferences") or [None, None, None]
    request.read_preference, request.include_read_preference, request.subquery_read_preference = preferences
    if "objects" in outcome:
        return [ParseObject.from_json(row) for row in outcome["objects"]]
    if "other" in outcome:
        return _query(outcome["other"], FindParams())
    if "query" in outcome:
        request.query = _query(outcome["query"], request.query.to_params())
    return None


def _subscribe(request: SubscribeRequest, outcome: Outcome) -> None:
    """Let what is followed be what the handler left."""
    told = outcome.get("query")
    if told is None:
        return
    watch = told.get("watch")
    request.watch = list(_names(watch)) if isinstance(watch, str) else watch
    request.query = _query({"className": request.query.class_name, **told}, request.query.to_params())


def _event(request: LiveEventRequest, outcome: Outcome) -> None:
    """Let the event be what the handler left of it."""
    if "sendEvent" in outcome:
        request.send_event, request.event = bool(outcome["sendEvent"]), str(outcome.get("event"))
    if isinstance(outcome.get("object"), dict):
        request.object = _whole(outcome["object"])
    if "original" in outcome:
        original = outcome["original"]
        request.original = _whole(original) if isinstance(original, dict) else None


def _whole(told: Mapping[str, Any]) -> ParseObject:
    return ParseObject.from_json({name: told[name] for name in told if name != "className"}, told["className"])


def _query(told: Mapping[str, Any], before: FindParams) -> Query[ParseObject]:
    params = replace(
        before,
        where=told.get("where", {}),
        limit=told.get("limit"),
        skip=told.get("skip", 0),
        order=_names(told.get("order")),
        keys=_names(told["keys"]) if "keys" in told else None,
        exclude_keys=_names(told.get("excludeKeys")),
        include=_names(told.get("include")),
        explain=told.get("explain"),
        hint=told.get("hint"),
        comment=told.get("comment"),
        read_preference=told.get("readPreference"),
        include_read_preference=told.get("includeReadPreference"),
        subquery_read_preference=told.get("subqueryReadPreference"),
    )
    return Query.from_params(ParseObject, told["className"], params)


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _file(request: FileRequest, outcome: Outcome) -> File | None:
    """The file that the handler returned in place of its own; what it did to its own is done here."""
    told = outcome["file"]
    request.force_download = bool(outcome.get("forceDownload"))
    headers = outcome.get("responseHeaders")
    if headers is not None:
        request.response_headers = {str(name): str(value) for name, value in headers.items()}
    data = None if told["base64"] is None else base64.b64decode(told["base64"])
    if outcome.get("isOther"):
        details = {"metadata": told["metadata"], "tags": told["tags"], "directory": told["directory"]}
        return File(told["name"], data, told["type"], url=told["url"], **details)
    file = request.file
    file.name, file.metadata, file.tags = told["name"], told["metadata"] or {}, told["tags"] or {}
    file.directory = told["directory"]
    if file.data is not None:
        file.data = data
    return None
