"""parsepy's side of dashboard.js: keep the two alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from parsepy import Cloud, FunctionRequest, JobRequest, ParseError

cloud = Cloud()


@cloud.define("panel")
async def panel(request: FunctionRequest) -> dict[str, Any]:
    shown = request.params["object"]
    await shown.fetch(use_master_key=True)
    items = [{"type": "text", "text": shown["name"]}, {"type": "keyValue", "key": "id", "value": shown.id}]
    return {"panel": {"segments": [{"title": "Purchases", "items": items}]}}


@cloud.define("archive")
async def archive(request: FunctionRequest) -> str:
    row = request.params["object"]
    row["archived"] = True
    await row.save(use_master_key=True)
    return "archived"


@cloud.define("form")
def form(request: FunctionRequest) -> dict[str, Any]:
    choice = {"elementType": "dropDown", "name": "count", "label": "Count", "items": [{"title": "One", "value": 1}]}
    return {
        "__type": "ScriptResponse",
        "form": {"title": "How many?", "elements": [choice]},
        "payload": {"from": "form"},
    }


@cloud.define("refuses")
def refuses(request: FunctionRequest) -> None:
    raise ParseError(1234, "not this row")


@cloud.define("totals")
def totals(request: FunctionRequest) -> list[dict[str, Any]]:
    return [
        {"kind": "a", "amount": 3, "nested": {"deep": True}},
        {"kind": "b", "amount": 4, "at": datetime(2020, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)},
    ]


@cloud.job("sweep")
async def sweep(request: JobRequest) -> str:
    await request.message("sweeping")
    return "swept"


@cloud.job("breaks")
def breaks(request: JobRequest) -> None:
    raise RuntimeError("it broke")
