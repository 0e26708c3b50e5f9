"""Whoever writes at the same time, and whatever is lost of what servers tell each other: the log is true, and so is what
clients are told from it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from parsepy.core.live import change_log
from parsepy.core.live.change_log import Entry, Position, position_of
from parsepy.livequery.events import Sight, told

from .processes import PATIENCE, Hearsay, Process, Told, Visitor, process

POOL = 4
WRITERS = 4
STEPS = 12
LOST = 0.4
HIGH = {"points": {"$gt": 50}}
Rows = dict[str, dict[str, Any]]


@dataclass
class Scene:
    """Processes on one database, the objects that all writers change, and what clients were told, each over its whole life."""

    processes: Sequence[Process]
    start: Position
    pool: list[str] = field(default_factory=list)
    stories: list[list[Told]] = field(default_factory=list)

    async def entries(self) -> list[Entry]:
        """The whole log."""
        storage, at, found = self.processes[0].client.app.storage, self.start, list[Entry]()
        while page := await change_log.page(storage, at):
            found += page
            at = replace(at, number=page[-1].number)
        return found


@asynccontextmanager
async def scene(uri: str, folder: Path, seed: int) -> AsyncIterator[Scene]:
    """Two processes that hear each other badly, and objects made after the class was switched on."""
    hearsay = Hearsay(LOST, seed)
    async with process(uri, folder, hearsay) as one, process(uri, folder, hearsay) as other:
        await one.client.as_("master").post("/schemas/Score", {"fields": {"points": {"type": "Number"}}})
        first = await one.visitor()
        await first.follows(HIGH, resume="")
        place = position_of(first.cursor)
        assert place is not None
        first.goes()
        made = Scene((one, other), place)
        made.pool += [await one.client.create("Score", points=number * 30) for number in range(POOL)]
        yield made


async def write(scene: Scene, random_: random.Random) -> None:
    """Create, change and delete at random, alone and in transactions."""
    for _ in range(STEPS):
        client = random_.choice(scene.processes).client
        place, points = random_.randrange(POOL), random_.randrange(100)
        target = scene.pool[place]
        match random_.randrange(6):
            case 0:
                await client.delete(f"/classes/Score/{target}")
                scene.pool[place] = await client.create("Score", points=points)
            case 1:
                body = {"points": {"__op": "Increment", "amount": points}}
                paths = [f"/parse/classes/Score/{one}" for one in sorted({target, random_.choice(scene.pool)})]
                requests = [{"method": "PUT", "path": path, "body": body} for path in paths]
                await client.as_("master").post("/batch", {"requests": requests, "transaction": True})
            case _:
                await client.put(f"/classes/Score/{target}", {"points": points})


async def read(scene: Scene, random_: random.Random) -> None:
    """Follow, go, and come back with the last cursor, again and again."""
    cursor, story = str(scene.start), list[Told]()
    scene.stories.append(story)
    for _ in range(STEPS):
        visitor = await random_.choice(scene.processes).visitor()
        await visitor.follows(HIGH, resume=cursor)
        await asyncio.sleep(random_.random() / 20)
        visitor.goes()
        cursor, story[len(story) :] = visitor.cursor, visitor.events


async def until_told(scene: Scene, visitor: Visitor, number: int) -> None:
    """Wait until the client was told of the last entry, which is made to be told."""
    async with asyncio.timeout(PATIENCE):
        while (place := position_of(visitor.cursor)) is None or place.number < number:
            visitor.news.clear()
            await visitor.news.wait()


def expected(entries: Sequence[Entry]) -> list[tuple[str, str, int]]:
    """What somebody who follows the condition is to be told: cursor, event, points."""
    found = []
    for entry in entries:
        assert entry.change is not None
        event = told(*(Sight(row, matches(row), readable=True) for row in (entry.change.before, entry.change.after)))
        if event is not None:
            found.append((entry.change.cursor, str(event.event), event.object["points"]))
    return found


def matches(row: dict[str, Any] | None) -> bool:
    return row is not None and row["points"] > 50


def replayed(entries: Sequence[Entry], until: int) -> Rows:
    """The objects as the log has them at a number. Every entry must go on from the one before."""
    rows: Rows = {}
    for entry in entries:
        assert entry.change is not None
        if entry.number > until:
            break
        assert entry.change.before == rows.get(entry.change.target)
        rows.pop(entry.change.target, None)
        if entry.change.after is not None:
            rows[entry.change.target] = entry.change.after
    return rows


@pytest.mark.parametrize("seed", range(3))
async def test_the_log_is_whole_and_in_order_and_every_client_is_told_it_once(
    shared_uri: str, tmp_path: Path, seed: int
) -> None:
    async with scene(shared_uri, tmp_path, seed) as made:
        writers = [write(made, random.Random(f"{seed} w {number}")) for number in range(WRITERS)]
        readers = [read(made, random.Random(f"{seed} r {number}")) for number in range(2)]
        await asyncio.gather(*writers, *readers)
        await made.processes[0].client.create("Score", points=99)
        entries = await made.entries()
        for story in made.stories:
            last = await made.processes[1].visitor()
            await last.follows(HIGH, resume=story[-1]["cursor"] if story else str(made.start))
            await until_told(made, last, entries[-1].number)
            story += last.events
        stored = await made.processes[0].client.find("Score")

    assert [entry.number for entry in entries] == list(range(made.start.number + 1, entries[-1].number + 1))
    assert {row["objectId"]: row for row in stored} == replayed(entries, entries[-1].number)
    for story in made.stories:
        assert [(event["cursor"], event["op"], event["object"]["points"]) for event in story] == expected(entries)


@pytest.mark.parametrize("seed", range(2))
async def test_a_snapshot_shows_the_objects_as_of_its_cursor(shared_uri: str, tmp_path: Path, seed: int) -> None:
    async with scene(shared_uri, tmp_path, seed) as made:
        visitors: list[Visitor] = []

        async def look() -> None:
            for number in range(STEPS):
                visitor = await made.processes[number % 2].visitor()
                await visitor.follows(HIGH, snapshot=True)
                visitors.append(visitor)

        await asyncio.gather(look(), *(write(made, random.Random(f"{seed} s {number}")) for number in range(WRITERS)))
        await made.processes[0].client.create("Score", points=99)
        entries = await made.entries()
        for visitor in visitors:
            await until_told(made, visitor, entries[-1].number)

    for visitor in visitors:
        shown = visitor.received[1]
        place = position_of(shown["cursor"])
        assert place is not None
        rows = {row["objectId"]: {k: v for k, v in row.items() if k != "className"} for row in shown["objects"]}
        assert rows == {key: row for key, row in replayed(entries, place.number).items() if matches(row)}
        later = [entry for entry in entries if entry.number > place.number]
        assert [(event["cursor"], event["op"], event["object"]["points"]) for event in visitor.events] == expected(
            later
        )
