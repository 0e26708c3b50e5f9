"""What a caller shows: keys, session and installation, from headers, Basic authentication or the body's envelope."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from parsepy.api.envelope.uploads import from_base64
from parsepy.api.refusals import unauthorized
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.record import record

JAVASCRIPT_KEY = "javascript-key="


@record(frozen=True, slots=True)
class Credentials:
    """What was shown, unchecked. `context` is the caller's cloud context."""

    app_id: str | None = None
    master_key: str | None = None
    maintenance_key: str | None = None
    session_token: str | None = None
    installation_id: str | None = None
    client_key: str | None = None
    javascript_key: str | None = None
    dot_net_key: str | None = None
    rest_api_key: str | None = None
    context: dict[str, Any] = field(default_factory=dict)


def from_headers(headers: Mapping[str, str], apps: Container[str]) -> Credentials:
    """Read the headers, all but the cloud context; Basic authentication counts if it names one of `apps`."""
    get = headers.get
    shown = Credentials(
        get("X-Parse-Application-Id"),
        get("X-Parse-Master-Key"),
        get("X-Parse-Maintenance-Key"),
        get("X-Parse-Session-Token"),
        get("X-Parse-Installation-Id"),
        get("X-Parse-Client-Key"),
        get("X-Parse-Javascript-Key"),
        get("X-Parse-Windows-Key"),
        get("X-Parse-REST-API-Key"),
    )
    basic = get("Authorization")
    return shown if basic is None else _with_basic(shown, basic, apps)


def _with_basic(shown: Credentials, header: str, apps: Container[str]) -> Credentials:
    """`base64(appId:masterKey)` or `base64(appId:javascript-key=KEY)`."""
    if header[:6].lower() != "basic ":
        return shown
    app_id, *rest = from_base64(header[6:]).decode(errors="replace").split(":")
    if len(rest) != 1 or app_id not in apps:
        return shown
    key = rest[0]
    if key.startswith(JAVASCRIPT_KEY):
        return replace(shown, app_id=app_id, javascript_key=key[len(JAVASCRIPT_KEY) :] or shown.javascript_key)
    return replace(shown, app_id=app_id, master_key=key or shown.master_key)


def context_of(text: Any) -> dict[str, Any]:
    """The cloud context: an object, or the JSON text of one. Raises ParseError 107."""
    try:
        context = orjson.loads(text) if isinstance(text, str) else text
    except orjson.JSONDecodeError as exc:
        raise _bad_context() from exc
    if not isinstance(context, dict):
        raise _bad_context()
    return context


def _bad_context() -> ParseError:
    return ParseError(ErrorCode.INVALID_JSON, "Invalid object for context.")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Credentials that came in the body. `content_type` is that of a file in the body."""

    credentials: Credentials
    content_type: str | None = None


def from_envelope(shown: Credentials, body: dict[str, Any]) -> Envelope:
    """Take the envelope's keys out of a body whose `_ApplicationId` is known. Raises RefusalError 403, ParseError 107."""
    app_id = body.pop("_ApplicationId")
    javascript_key = body.pop("_JavaScriptKey", None) or None
    if javascript_key is not None and not isinstance(javascript_key, str):
        javascript_key = None
    body.pop("_ClientVersion", None)
    found = replace(
        shown,
        app_id=app_id,
        javascript_key=javascript_key,
        installation_id=_text(body, "_InstallationId") or shown.installation_id,
        session_token=_text(body, "_SessionToken") or shown.session_token,
        master_key=_text(body, "_MasterKey") or shown.master_key,
    )
    if truthy(body.get("_context")):
        found = replace(found, context=context_of(body.pop("_context")))
    return Envelope(found, _text(body, "_ContentType"))


def truthy(value: Any) -> bool:
    """Whether JavaScript takes the value for true. What it does not stays in the body and is an ordinary field."""
    return bool(value) or isinstance(value, (dict, list))


def _text(body: dict[str, Any], name: str) -> str | None:
    if not truthy(body.get(name)):
        return None
    value = body.pop(name)
    if not isinstance(value, str):
        raise unauthorized(f"{name} in the body is not a text")
    return value
