"""A chat: its page, and the rules of its messages.

Run it with `parsepy serve --cloud main.py` in this folder, after `npm install parse`, and open the page in two windows:
http://localhost:1337/parse/endpoints/chat?app=APPLICATION_ID
"""

from __future__ import annotations

from pathlib import Path

from parsepy import Cloud, ErrorCode, HttpRequest, HttpResponse, ParseError, ParseObject, SaveRequest

HERE = Path(__file__).parent
SDK = "node_modules/parse/dist/parse.min.js"
LONGEST = 500

cloud = Cloud()


class Message(ParseObject):
    """One line in a room."""

    room: str
    name: str
    text: str


@cloud.before_save(Message)
async def check_message(request: SaveRequest) -> None:
    """Refuse empty and endless lines; nobody changes what is said."""
    message = Message.of(request.object)
    if request.original is not None:
        raise ParseError(ErrorCode.OPERATION_FORBIDDEN, "What is said is said.")
    if not 0 < len(str(message.text).strip()) <= LONGEST:
        raise ParseError(ErrorCode.VALIDATION_ERROR, f"Say something, in at most {LONGEST} characters.")


@cloud.route("GET", "/chat")
async def page(request: HttpRequest) -> HttpResponse:
    """The page."""
    return HttpResponse(200, {"Content-Type": "text/html; charset=utf-8"}, (HERE / "chat.html").read_bytes())


@cloud.route("GET", "/parse.min.js")
async def sdk(request: HttpRequest) -> HttpResponse:
    """Parse's JavaScript SDK, from the folder that `npm install parse` made here or above."""
    for folder in (HERE, *HERE.parents):
        if (folder / SDK).is_file():
            return HttpResponse(200, {"Content-Type": "text/javascript; charset=utf-8"}, (folder / SDK).read_bytes())
    raise ParseError(ErrorCode.OBJECT_NOT_FOUND, "Run `npm install parse` in the folder of the example.")
