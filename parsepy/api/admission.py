"""How a request is let in: which app it is for, with what power it comes, what it asks once the envelope is off.

The order of the steps decides which error a client sees, and is that of Parse Server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import field, replace
from typing import Any

from parsepy.api import features
from parsepy.api.envelope import bodies, credentials, query_string
from parsepy.api.envelope.bodies import Body
from parsepy.api.envelope.credentials import Credentials
from parsepy.api.envelope.uploads import Upload, from_base64, one_chunk
from parsepy.api.gates import Door, Gate
from parsepy.api.limits import Caller
from parsepy.api.refusals import SANITIZED, RefusalError, unauthorized
from parsepy.api.router import Match, Need, Request, Response, Route
from parsepy.core.context import Call, Context
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.principal import ANYBODY, CLOUD_INSTALLATION, Level, Principal
from parsepy.model.record import record
from parsepy.settings import Settings

METADATA = "/metadata/*"
UPGRADE = "/upgradeToRevocableSession"
BUNDLES = frozenset({"/cloud_code/releases", "/cloud_code/releases/"})
"""Where the body is bytes, which are read only once the caller is known to be allowed to."""


@record(frozen=True, slots=True)
class Incoming:
    """A request as it arrived. `path` lies below the mount, percent-encoded, and begins with one `/`.

    `ip` is the client's address, `origin` scheme and host it reached us by. `headers` ignores case.
    `mount` is what stood before the path, in the client's letters. Headers in `told` go with the answer, whatever it is.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    query: str = ""
    ip: str = ""
    origin: str = ""
    body: Body | None = None
    request_id: str = ""
    mount: str = ""
    told: dict[str, str] = field(default_factory=dict)


@record(frozen=True, slots=True)
class Admitted:
    """A request that may go on. Without a route it is answered as not found."""

    ctx: Context
    request: Request
    route: Route | None


@record(frozen=True, slots=True)
class _Asked:
    """A request between the steps: whom it is for and what came with it."""

    gate: Gate
    shown: Credentials
    method: str
    body: Any
    upload: Upload | None = None
    match: Match | None = None


async def admit(door: Door, incoming: Incoming) -> Admitted | Response:
    """Let a request in, or answer it at once (health). Raises RefusalError and ParseError."""
    shown = credentials.from_headers(incoming.headers, door.gates)
    gate = door.gates.get(shown.app_id) if shown.app_id else None
    level = Level.USER
    if shown.master_key or shown.maintenance_key:
        level = (gate or door.default).keys.level(shown, incoming.ip)
        if level is not Level.USER and not shown.installation_id:
            shown = replace(shown, installation_id=CLOUD_INSTALLATION)
    path = incoming.path.lower()
    if gates := door.endpoint_gates(path):
        return await _admit_to_endpoint(door, incoming, shown, gates)
    if path.startswith("/files") and path[6:7] in {"", "/"}:
        return await _admit_file(door, incoming, shown, gate)
    if path.startswith("/health") and path[7:8] in {"", "/"}:
        check_allow_list((gate or door.default).app.settings, incoming.method, incoming.path, level)
        return await features.health((gate or door.default).app)
    if incoming.method == "POST" and path in BUNDLES and gate is not None:
        asked = _Asked(gate, _with_context(shown, incoming.headers), "POST", {}, _raw_upload(incoming))
    else:
        asked = await _with_body(door, incoming, shown, gate)
    return await _recognised(door, incoming, asked, is_listed=True)


async def _with_body(door: Door, incoming: Incoming, shown: Credentials, gate: Gate | None) -> _Asked:
    """Read body and envelope."""
    method, body = incoming.method, {}
    if incoming.body is not None:
        bodies.check_encoding(incoming.headers.get("Content-Encoding", ""))
        content_type = incoming.headers.get("Content-Type") or ""
        most = (gate or door.default).app.settings.max_upload_size
        body = bodies.parsed(await bodies.read_whole(incoming.body, most, content_type), content_type)
    if isinstance(body, dict) and body:
        override = body.get("_method") if method == "POST" else False
        if override is None or credentials.truthy(override):
            method = override.upper() if isinstance(override, str) else method
            body.pop("_method", None)
        body.pop("_noBody", None)
    shown = _with_context(shown, incoming.headers)
    if gate is None:
        gate, shown, _ = _from_envelope(door, shown, body)
    return _Asked(gate, shown, method, body)


def _with_context(shown: Credentials, headers: Mapping[str, str]) -> Credentials:
    text = headers.get("X-Parse-Cloud-Context")
    return shown if text is None else replace(shown, context=credentials.context_of(text))


def _from_envelope(door: Door, shown: Credentials, body: Any) -> tuple[Gate, Credentials, str | None]:
    """The app that the body names, its credentials, and the content type of a file. Raises RefusalError 403."""
    app_id = body.get("_ApplicationId") if isinstance(body, dict) else None
    gate = door.gates.get(app_id) if isinstance(app_id, str) else None
    if gate is None:
        raise unauthorized(_unknown_app(door, shown, app_id))
    if shown.master_key and not gate.keys.is_master_key(shown.master_key):
        raise unauthorized("the body names an app that X-Parse-Master-Key does not belong to")
    body.pop("_RevocableSession", None)
    envelope = credentials.from_envelope(shown, body)
    return gate, envelope.credentials, envelope.content_type


def _unknown_app(door: Door, shown: Credentials, named: Any) -> str:
    known = ", ".join(door.gates)
    if shown.app_id or named:
        return f"there is no app with the application id that was sent; X-Parse-Application-Id must be {known}"
    return f"no application id was sent; send X-Parse-Application-Id: {known}"


async def _recognised(door: Door, incoming: Incoming, asked: _Asked, *, is_listed: bool) -> Admitted:
    """Check keys, allow-list and session, and find the route."""
    gate, shown = asked.gate, asked.shown
    level = gate.keys.level(shown, incoming.ip)
    match = asked.match or door.router.match(asked.method, incoming.path)
    if level is Level.USER:
        refusal = gate.keys.refusal_of_client(shown)
        if refusal is not None:
            raise refusal
        if match is not None and match.route.path == "/login":
            shown = replace(shown, session_token=None)
    if gate.limits:
        await _count(door, incoming, replace(asked, shown=shown), level, match)
    if is_listed:
        check_allow_list(gate.app.settings, asked.method, incoming.path, level)
    principal = await _principal(door, gate, shown, level, match)
    return _admitted(door, incoming, asked, principal, match)


async def _count(door: Door, incoming: Incoming, asked: _Asked, level: Level, match: Match | None) -> None:
    """Count the request under the limits that it falls under. Raises TooManyRequestsError."""
    limits = asked.gate.limits
    rates = limits.on(asked.method, incoming.path)
    principal = Principal(level)
    if any(rate.asks_for_user for rate in rates):
        # Who shows a token that is not valid is told so later, and counts as nobody.
        with suppress(ParseError):
            principal = await _principal(door, asked.gate, asked.shown, level, match)
    incoming.told.update(await limits.take(rates, Caller(incoming.ip, principal)))


async def _principal(door: Door, gate: Gate, shown: Credentials, level: Level, match: Match | None) -> Principal:
    token, installation_id = shown.session_token, shown.installation_id
    if token is None or token == "":
        if level is Level.USER and installation_id is None:
            return ANYBODY
        return Principal(level, installation_id=installation_id)
    # Tells of any session, also one that is no longer valid: its handler looks the token up itself.
    is_own_session = match is not None and match.route.method == "GET" and match.route.path == "/sessions/me"
    if level is not Level.USER or is_own_session:
        return Principal(level, session_token=token, installation_id=installation_id)
    if match is not None and match.route.path == UPGRADE and not token.startswith("r:"):
        raise ParseError(ErrorCode.INVALID_SESSION_TOKEN, "invalid legacy session token")
    return await door.authenticate(gate.app, token, installation_id)


def _admitted(door: Door, incoming: Incoming, asked: _Asked, principal: Principal, match: Match | None) -> Admitted:
    app = asked.gate.app
    server_url = asked.gate.public_url or incoming.origin + incoming.mount
    call = Call(incoming.request_id, incoming.ip, incoming.headers, server_url)
    ctx = Context(app, principal, app.storage, call, asked.shown.context)
    request = Request(
        asked.method,
        incoming.path,
        match.params if match else {},
        query_string.parse(incoming.query) if incoming.query else {},
        asked.body,
        asked.upload,
        door.router,
        incoming.mount,
        incoming.query,
        asked.gate.limits,
    )
    return Admitted(ctx, request, match.route if match else None)


def check_allow_list(settings: Settings, method: str, path: str, level: Level) -> None:
    """Raises ParseError 119 for a route that `routeAllowList` does not open; master and maintenance keys pass."""
    allowed = settings.route_allow_list
    if allowed is None or level is not Level.USER:
        return
    normalised = path.removeprefix("/").removesuffix("/")
    if any(pattern.fullmatch(normalised) for pattern in allowed):
        return
    text = f"Route not allowed by routeAllowList: {method} {normalised}"
    shown = SANITIZED if settings.enable_sanitized_error_response else text
    raise ParseError(ErrorCode.OPERATION_FORBIDDEN, shown, detail=f"{text}; add a pattern for it to allow it")


async def _admit_to_endpoint(
    door: Door, incoming: Incoming, shown: Credentials, gates: Sequence[Gate]
) -> Admitted | Response:
    """Endpoints: who names an app is let in as everywhere; who names none is nobody, and meets the first app's public ones."""
    named = door.gates.get(shown.app_id) if shown.app_id else None
    if shown.app_id and named is None:
        raise unauthorized(_unknown_app(door, shown, None))
    if named is not None:
        gates = [named]
    bodies.check_encoding(incoming.headers.get("Content-Encoding", ""))
    for gate in gates:
        match = gate.endpoints.match(incoming.method, incoming.path)
        if match is not None:
            asked = _Asked(gate, shown, incoming.method, {}, _raw_upload(incoming), match)
            return await _admit_caller(door, incoming, asked, match)
    methods = {method: None for gate in gates for method in gate.endpoints.methods(incoming.path)}
    if methods:
        return Response({"error": "method not allowed"}, 405, {"Allow": ", ".join((*methods, "OPTIONS"))})
    return _admitted(door, incoming, _Asked(gates[0], Credentials(), incoming.method, {}), ANYBODY, None)


async def _admit_caller(door: Door, incoming: Incoming, asked: _Asked, match: Match) -> Admitted:
    """Let the caller of an endpoint in. Raises RefusalError 403 if it is not for the public and he names no app."""
    if asked.shown.app_id:
        shown = _with_context(asked.shown, incoming.headers)
        return await _recognised(door, incoming, replace(asked, shown=shown), is_listed=True)
    if match.route.need is not Need.PUBLIC:
        raise unauthorized(_unknown_app(door, asked.shown, None))
    if asked.gate.limits:
        await _count(door, incoming, replace(asked, shown=Credentials()), Level.USER, match)
    check_allow_list(asked.gate.app.settings, incoming.method, incoming.path, Level.USER)
    return _admitted(door, incoming, replace(asked, shown=Credentials()), ANYBODY, match)


async def _admit_file(door: Door, incoming: Incoming, shown: Credentials, gate: Gate | None) -> Admitted | Response:
    """File routes: downloads need no app id but the one in their path; uploads are not read here."""
    match = door.router.match(incoming.method, incoming.path)
    if match is None:
        asked = await _with_body(door, incoming, shown, gate)
        return await _recognised(door, incoming, asked, is_listed=True)
    if match.route.path == "/files":
        raise ParseError(ErrorCode.INVALID_FILE_NAME, "Filename not provided.")
    if match.route.need is Need.PUBLIC:
        return await _admit_download(door, incoming, shown, match)
    shown = _with_context(shown, incoming.headers)
    if gate is not None:
        asked = _Asked(gate, shown, incoming.method, {}, _raw_upload(incoming))
    else:
        asked = await _enveloped_upload(door, incoming, shown)
    return await _recognised(door, incoming, asked, is_listed=False)


async def _admit_download(door: Door, incoming: Incoming, shown: Credentials, match: Match) -> Admitted | Response:
    gate = door.gates.get(match.params["appId"])
    if gate is None and METADATA in match.route.path:
        return Response({})
    if gate is None:
        raise RefusalError(403, SANITIZED, detail="the URL of the file names an app that is not here")
    asked = _Asked(gate, shown, incoming.method, {})
    principal = await _principal(door, gate, shown, gate.keys.level(shown, incoming.ip), match)
    if gate.limits:
        rates = gate.limits.on(incoming.method, incoming.path, download=True)
        incoming.told.update(await gate.limits.take(rates, Caller(incoming.ip, principal)))
    return _admitted(door, incoming, asked, principal, match)


def _raw_upload(incoming: Incoming) -> Upload:
    content_type = incoming.headers.get("Content-Type")
    if incoming.body is None:
        return Upload(one_chunk(b""), content_type, 0, is_raw=True)
    return Upload(incoming.body.chunks(), content_type, incoming.body.length, is_raw=True)


async def _enveloped_upload(door: Door, incoming: Incoming, shown: Credentials) -> _Asked:
    """The form of SDKs that send no headers: JSON with the credentials and the file as base64."""
    limit = door.default.app.settings.max_upload_size
    content = b"" if incoming.body is None else await bodies.read(incoming.body, limit)
    try:
        body = bodies.from_json(content)
    except RefusalError as exc:
        raise unauthorized(_unknown_app(door, shown, None)) from exc
    gate, shown, content_type = _from_envelope(door, shown, body)
    encoded, details = body.get("base64"), body.get("fileData")
    if encoded and not isinstance(encoded, str):
        raise unauthorized("base64 in the body is not a text")
    data = from_base64(encoded or "")
    upload = Upload(one_chunk(data), content_type, len(data), details if isinstance(details, dict) else {})
    return _Asked(gate, shown, incoming.method, {}, upload)
