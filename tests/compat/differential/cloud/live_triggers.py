"""parsepy's side of live_triggers.js: keep the two alike."""

from __future__ import annotations

from typing import Any

from parsepy import (
    Cloud,
    ConnectRequest,
    FunctionRequest,
    LiveEventRequest,
    LiveServerRequest,
    ParseError,
    ParseObject,
    Query,
    SubscribeRequest,
)

cloud = Cloud()
seen: list[dict[str, Any]] = []


@cloud.before_connect
async def meet(request: ConnectRequest) -> None:
    """Some are not let in."""
    user = request.user.id if request.user else None
    seen.append({"who": request.installation_id, "event": "before", "user": user})
    match (request.installation_id or "").split("-")[0]:
        case "refused":
            raise ParseError(119, "Not you.")
        case "broken":
            raise RuntimeError("It is broken.")
        case "text":
            raise RuntimeError("A text.")


@cloud.before_subscribe("Room")
async def lead(request: SubscribeRequest) -> None:
    """Change what is followed."""
    query = request.query
    match query.where.get("how"):
        case "refused":
            raise ParseError(1234, "No room.")
        case "open":
            query.equal_to("open", True)
        case "own":
            query.equal_to("owner", request.user.id if request.user else "nobody")
        case "short":
            query.select("text")
        case "watched":
            request.watch = ["text"]
        case "other":
            request.query = Query("Room").equal_to("tag", query.where["tag"])
        case "wrong":
            query.where = {"$or": 1}


@cloud.after_live_query_event("Room")
async def tell(request: LiveEventRequest) -> None:
    """Change what is told."""
    room = request.object
    match room.get("how"):
        case "dropped":
            request.send_event = room["text"] != "drop"
        case "renamed":
            request.event = "leave"
        case "unknown":
            request.event = "nonsense"
        case "marked":
            room["mark"] = f"{request.event} for {request.user.id if request.user else 'nobody'}"
            room["list"] = [1, {"a": 1}]
            room.increment("n")
        case "taken":
            del room["text"]
        case "told" if request.original:
            request.original["text"] = "told"
        case "replaced":
            request.object = ParseObject("Cellar", text="below")
        case "plain":
            request.object = {"text": "plain"}  # type: ignore[assignment]  # what is no object does not count
        case how:
            fail(how)


def fail(how: str | None) -> None:
    """Some events are not told."""
    if how == "refused":
        raise ParseError(1234, "Not told.")
    if how == "broken":
        raise RuntimeError("It is broken.")


async def empty(request: Any) -> None:
    """Only the rules count."""


def check(request: SubscribeRequest) -> None:
    """Only users."""
    if not request.user:
        raise ParseError(1234, "Checked.")


cloud.before_subscribe("Members", require_user=True)(empty)
cloud.before_subscribe("Club", require_any_user_roles=["Nobodies"])(empty)
cloud.before_subscribe("Checked", validator=check)(empty)
cloud.after_live_query_event("Told", require_user=True)(empty)
cloud.after_live_query_event("Full", fields=["text"])(empty)
cloud.after_live_query_event("Filled", fields={"n": {"type": int, "default": 7}})(empty)


@cloud.on_live_query_event
async def note(request: LiveServerRequest) -> None:
    """Who came, and went."""
    if request.installation_id:
        seen.append({"who": request.installation_id, "event": request.event})


@cloud.on_live_query_event
async def note_again(request: LiveServerRequest) -> None:
    """Several may listen."""
    if request.event == "connect" and request.installation_id:
        seen.append({"who": request.installation_id, "event": "again", "master": request.master})


@cloud.define("seen")
async def what_was_seen(request: FunctionRequest) -> list[dict[str, Any]]:
    """What was seen of one installation."""
    return [{name: one[name] for name in one if name != "who"} for one in seen if one["who"] == request.params["who"]]
