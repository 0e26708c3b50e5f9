"""Calling functions and triggers that another server runs: what it is told, and what its answer means."""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

import orjson

from parsepy.adapters.webhooks.base import Reply, WebhookError
from parsepy.cloud.codec import decode, encode
from parsepy.cloud.config import Config
from parsepy.cloud.hooks import Trigger
from parsepy.cloud.objects import ParseObject
from parsepy.cloud.pending import MISSING
from parsepy.cloud.query import Query
from parsepy.cloud.requests import CloudRequest, FindRequest, FunctionRequest, SaveRequest
from parsepy.core.context import App
from parsepy.errors import ErrorCode, ParseError
from parsepy.model import values

KEY_HEADER = "X-Parse-Webhook-Key"
SIGNATURE_HEADER = "X-Parse-Webhook-Signature"
RETRY_SECONDS = (1.0, 5.0, 25.0)
"""How long to wait before a trigger that has nothing to decide any more is told again."""

_RETRIED = frozenset({Trigger.AFTER_SAVE, Trigger.AFTER_DELETE, Trigger.AFTER_LOGIN, Trigger.AFTER_LOGOUT})
_NEVER_TOLD = frozenset({"log", "config", "reply", "client"})
_NOT_REPLACED = frozenset({"objectId", "createdAt", "updatedAt", "className", "__type"})
_NAMES = {
    "is_read_only": "isReadOnly",
    "installation_id": "installationId",
    "function_name": "functionName",
    "trigger_name": "triggerName",
    "is_get": "isGet",
    "request_id": "requestId",
    "send_event": "sendEvent",
    "session_token": "sessionToken",
}

log = logging.getLogger(__name__)


def caller_of(app: App, url: str) -> Callable[[CloudRequest], Any]:
    """The function that stands for one at `url`, as cloud code would register it."""

    async def call(request: CloudRequest) -> Any:
        body = orjson.dumps(told(request), option=orjson.OPT_NON_STR_KEYS)
        try:
            return _taken(request, await _post(app, url, body))
        except WebhookError as exc:
            if getattr(request, "trigger_name", "") in _RETRIED:
                app.background.start(_again(app, url, body), f"webhook {url}")
            raise ParseError(ErrorCode.SCRIPT_FAILED, f"The webhook failed: {exc}") from exc

    return call


def told(request: CloudRequest) -> dict[str, Any]:
    """A request as JSON: dates as plain texts, objects with all their fields, and nothing for what is None."""
    given = {field.name: getattr(request, field.name) for field in fields(request) if field.name not in _NEVER_TOLD}
    if isinstance(request, FindRequest) and request.trigger_name == Trigger.BEFORE_FIND:
        del given["objects"]
    shown = {_NAMES.get(name, name): _plain(value) for name, value in given.items() if value is not None}
    for name in ("object", "original"):
        if isinstance(given.get(name), ParseObject):
            shown[name]["className"] = given[name].class_name
    return shown


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return values.iso(value)
        case ParseObject():
            return value.to_json()
        case Query():
            return _query(value)
        case Mapping() | Config():
            return {str(name): _plain(item) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return encode(value)


def _query(query: Query[Any]) -> dict[str, Any]:
    params = query.to_params()
    lists = {"include": params.include, "keys": params.keys, "excludeKeys": params.exclude_keys, "order": params.order}
    window = {"limit": params.limit, "skip": params.skip or None}
    shown = {name: ",".join(given) for name, given in lists.items() if given}
    return {"where": query.where, **shown} | {name: number for name, number in window.items() if number is not None}


async def _post(app: App, url: str, body: bytes) -> Reply:
    """Send it, signed if there is a key. Raises WebhookError, also for an answer that tells of a failure."""
    headers = {"Content-Type": "application/json"}
    if app.settings.webhook_key:
        headers[KEY_HEADER] = app.settings.webhook_key
        headers[SIGNATURE_HEADER] = signature(app.settings.webhook_key, body, app.now())
    reply = await app.webhooks.post(url, body, headers)
    if not 200 <= reply.status < 400:
        raise WebhookError(f"it answered with HTTP {reply.status}")
    return reply


def signature(key: str, body: bytes, now: datetime) -> str:
    """`t=SECONDS,v1=HEX`: the time, and HMAC-SHA256 (RFC 2104) of the time, a dot and the body under the webhook key."""
    seconds = int(now.timestamp())
    digest = hmac.new(key.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


async def _again(app: App, url: str, body: bytes) -> None:
    for seconds in RETRY_SECONDS:
        await app.clock.sleep(seconds)
        try:
            await _post(app, url, body)
        except WebhookError as exc:
            log.warning("webhook %s failed again: %s", url, exc)
        else:
            return


def _taken(request: CloudRequest, reply: Reply) -> Any:
    """What the answer means; a function whose answer is no JSON object, or tells no success, has no result at all.

    Raises ParseError 141 for an error in it.
    """
    try:
        answer = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        answer = None
    if not isinstance(answer, Mapping):
        answer = {}
    if error := answer.get("error"):
        text = error.get("message") if isinstance(error, Mapping) else error
        raise ParseError(ErrorCode.SCRIPT_FAILED, text if isinstance(text, str) and text else "Script failed.")
    result = answer.get("success")
    if isinstance(request, SaveRequest) and request.trigger_name == Trigger.BEFORE_SAVE:
        if isinstance(result, Mapping):
            _replace(request.object, result)
        return None
    if isinstance(request, FindRequest) and request.trigger_name == Trigger.BEFORE_FIND:
        return None
    if isinstance(request, FunctionRequest):
        return decode(result) if "success" in answer else MISSING
    return result


def _replace(subject: ParseObject, new: Mapping[str, Any]) -> None:
    """Make the fields of `new` all that is to be saved."""
    subject.revert()
    for name, value in new.items():
        if name not in _NOT_REPLACED:
            subject.set(name, decode(value))
