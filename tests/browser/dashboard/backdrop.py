"""The servers behind a flow: a Parse Server with a few rows, and a dashboard in front of it."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import aiohttp
import orjson

from tests.browser.chromium import chromium
from tests.compat.processes import Command, free_port, require, running, temporary_folder
from tests.compat.servers import COMPAT, OwnStore, Server, Store, parsepy, reference, until_port_open

HERE = Path(__file__).parent
FLOWS = HERE / "flows"
SCREENSHOTS = "SCREENSHOTS"
"""This variable names a folder in which the pictures are kept."""

APP_NAME = "Garden"
KEYS = {"appId": "garden", "masterKey": "garden-master", "readOnlyMasterKey": "garden-reader"}
TASKS = (
    "Plant the seeds",
    "Water the roses",
    "Mow the lawn",
    "Prune the hedge",
    "Rake the leaves",
    "Paint the fence",
    "Pick the apples",
    "Feed the birds",
    "Mend the gate",
    "Weed the beds",
    "Turn the compost",
    "Oil the tools",
)
KINDS = ("daily", "weekly", "yearly")
FLOW_SECONDS = 280.0

Cast = Literal["parsepy", "borrowed", "reference"]
"""Who plays: parsepy's dashboard on parsepy; the original dashboard on parsepy; the original on the real Parse Server."""


@dataclass(frozen=True)
class Needs:
    """What a flow asks for: options of the Parse Server, and fields of the dashboard's configuration and of its app.

    `only` names the cast that it is for, if it shows something that the original does otherwise.
    """

    server: Mapping[str, Any] = field(default_factory=dict)
    dashboard: Mapping[str, Any] = field(default_factory=dict)
    app: Mapping[str, Any] = field(default_factory=dict)
    only: Cast | None = None


@dataclass(frozen=True)
class Setting:
    """Where a flow plays. `workers` is for parsepy alone; a page may keep the flow waiting for `patience` seconds."""

    cast: Cast = "parsepy"
    store: OwnStore = "sqlite"
    workers: int | None = None
    patience: float = 30


class FlowError(AssertionError):
    """A flow failed. The text tells where, what the page complained about, and what it asked the server last."""


async def play(flow: Path, screenshots: Path, setting: Setting) -> bool:
    """Play a flow on servers of its own; its pictures go into a folder that is there. Raises FlowError.

    False for a flow that is not meant for that cast.
    """
    asked = Needs(**orjson.loads(await _node("needs", str(flow))))
    if asked.only not in {None, setting.cast}:
        return False
    async with _staged(setting, asked) as (server, dashboard):
        await _prepare(server)
        with temporary_folder() as folder:
            scene = folder / "scene.json"
            places = {"server": server.url, "dashboard": dashboard, "folder": str(folder)}
            scene.write_bytes(orjson.dumps({**places, **_scene(setting), "screenshots": str(screenshots)}))
            try:
                await _node("play", str(flow), str(scene))
            except FlowError as error:
                raise FlowError(f"{error}\nlog of the server:\n{server.child.text()[-3000:]}") from None
    return True


def _scene(setting: Setting) -> dict[str, Any]:
    return {
        **KEYS,
        "cast": setting.cast,
        "patience": setting.patience,
        "appName": APP_NAME,
        "chromium": chromium(),
        "permissions": ["clipboard-read", "clipboard-write"],
    }


@contextlib.asynccontextmanager
async def _staged(setting: Setting, asked: Needs) -> AsyncIterator[tuple[Server, str]]:
    """The Parse Server, and the address of the dashboard with a slash at its end."""
    options = {**KEYS, "appName": APP_NAME, **asked.server}
    match setting.cast:
        case "reference":
            store: Store = "postgres" if setting.store == "postgres" else "mongo"
            async with (
                reference(options, store, cloud=HERE / "cloud" / "main.js") as server,
                original_dashboard(server, asked) as address,
            ):
                yield server, address
        case "borrowed":
            async with _ours(setting, options) as server, original_dashboard(server, asked) as address:
                yield server, address
        case "parsepy":
            dashboard = {"apps": [_app(asked)], **asked.dashboard}
            async with _ours(setting, {**options, "dashboard": dashboard}) as server:
                yield server, f"http://127.0.0.1:{server.port}/dashboard/"


def _ours(setting: Setting, options: Mapping[str, Any]) -> contextlib.AbstractAsyncContextManager[Server]:
    return parsepy(options, setting.store, cloud=HERE / "cloud" / "main.py", cluster=setting.workers)


@contextlib.asynccontextmanager
async def original_dashboard(server: Server, asked: Needs) -> AsyncIterator[str]:
    """The original dashboard, with its own Node server; gives its address."""
    port = free_port()
    app = {**KEYS, "serverURL": server.url, **_app(asked)}
    with temporary_folder() as folder:
        config = folder / "parse-dashboard-config.json"
        config.write_bytes(orjson.dumps({"apps": [app], **asked.dashboard}))
        program = COMPAT / "node_modules" / "parse-dashboard" / "bin" / "parse-dashboard"
        argv = [require("node", "nodejs"), str(program), "--config", str(config)]
        address = ["--host", "127.0.0.1", "--port", str(port), "--mountPath", "/dashboard"]
        async with running(Command([*argv, *address], folder)) as child:
            await until_port_open(child, port)
            yield f"http://127.0.0.1:{port}/dashboard/"


def _app(asked: Needs) -> dict[str, Any]:
    return {"appId": KEYS["appId"], "appName": APP_NAME, **asked.app}


async def _prepare(server: Server) -> None:
    """A dozen rows of the class Note: text, stars, kind, isDone, due."""
    keys = {"X-Parse-Application-Id": KEYS["appId"], "X-Parse-Master-Key": KEYS["masterKey"]}
    async with aiohttp.ClientSession(headers=keys) as session:
        for number, text in enumerate(TASKS):
            due = {"__type": "Date", "iso": f"2026-03-{number + 1:02}T08:00:00.000Z"}
            row = {"text": text, "stars": number % 5, "kind": KINDS[number % 3], "isDone": number % 2 == 0, "due": due}
            async with session.post(f"{server.url}/classes/Note", json=row) as answer:
                assert answer.status == 201, await answer.text()


async def _node(*argv: str) -> bytes:
    """What the stage prints; raises FlowError with its complaint."""
    process = await asyncio.create_subprocess_exec(
        require("node", "nodejs"),
        str(HERE / "stage.cjs"),
        *argv,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "NODE_PATH": str(COMPAT / "node_modules")},
    )
    try:
        output, complaint = await asyncio.wait_for(process.communicate(), FLOW_SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise FlowError(complaint.decode())
    return output
