"""The cloud code behind the flows; main.js is the same for the real Parse Server."""

from __future__ import annotations

from typing import Any

from parsepy import Cloud, ErrorCode, FunctionRequest, JobRequest, ParseError, Query

cloud = Cloud()


@cloud.define("hello")
async def hello(request: FunctionRequest) -> str:
    """Greet by name."""
    return f"Hello {request.params.get('name', 'world')}"


@cloud.define("search")
async def search(request: FunctionRequest) -> list[dict[str, Any]]:
    """The notes with a text, as lines of a view."""
    query = Query("Note").contains("text", request.params["text"]).ascending("text")
    found = await query.find(use_master_key=True)
    return [{"note": note.to_pointer(), "stars": note["stars"], "text": note["text"]} for note in found]


@cloud.define("about", require_master=True)
async def about(request: FunctionRequest) -> dict[str, Any]:
    """The info panel of a note."""
    note = await request.params["object"].fetch(use_master_key=True)
    neighbours = await Query("Note").equal_to("kind", note["kind"]).ascending("text").find(use_master_key=True)
    story = [
        {"type": "text", "text": f"{note['stars']} stars"},
        {"type": "keyValue", "key": "Task", "value": note["text"]},
    ]
    rows = [{"Task": other["text"], "Stars": other["stars"]} for other in neighbours]
    columns = [{"name": "Task", "type": "string"}, {"name": "Stars", "type": "number"}]
    table = {"type": "table", "columns": columns, "rows": rows}
    return {"panel": {"segments": [{"title": "Story", "items": story}, {"title": "Neighbours", "items": [table]}]}}


@cloud.define("finish", require_master=True)
async def finish(request: FunctionRequest) -> str:
    """A script on a row: its note is done."""
    note = await request.params["object"].fetch(use_master_key=True)
    note["isDone"] = True
    await note.save(use_master_key=True)
    return f"Finished {note['text']}"


@cloud.define("askColour", require_master=True)
async def ask_colour(request: FunctionRequest) -> dict[str, Any]:
    """A script that asks something before it does something."""
    items = [{"title": "Red", "value": "red"}, {"title": "Blue", "value": "blue"}]
    colour = {"element": "dropDown", "name": "colour", "label": "Colour", "items": items}
    form = {"title": "Paint", "cloudCodeFunction": "paint", "elements": [colour]}
    return {"__type": "ScriptResponse", "payload": {"brush": "broad"}, "form": form}


@cloud.define("paint", require_master=True)
async def paint(request: FunctionRequest) -> str:
    """What follows the answer to `askColour`."""
    note, colour = request.params["object"], request.params["formData"]["colour"]
    note["colour"] = colour
    await note.save(use_master_key=True)
    return f"Painted {colour} with a {request.params['payload']['brush']} brush"


@cloud.define("stumble")
async def stumble(request: FunctionRequest) -> None:
    """Fail, so that there is something in the log of errors."""
    raise ParseError(ErrorCode.SCRIPT_FAILED, f"stumbled over step {request.params['step']}")


@cloud.job("tidy")
async def tidy(request: JobRequest) -> str:
    """A job that has nothing to do. Whoever runs it on its page wraps its parameters; a schedule does not."""
    await request.message("looking")
    bed = {**request.params, **request.params.get("input", {})}.get("bed")
    return f"tidied the {bed}" if bed else "tidied"
