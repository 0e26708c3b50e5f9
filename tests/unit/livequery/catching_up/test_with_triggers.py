"""Cloud code has its say with those who catch up as well, and keeps their order."""

from __future__ import annotations

import asyncio
from pathlib import Path

from parsepy import Cloud, LiveEventRequest, SubscribeRequest

from .processes import process


async def test_events_keep_their_order_and_their_cursors_however_long_a_trigger_takes(tmp_path: Path) -> None:
    cloud = Cloud()

    @cloud.after_live_query_event("Score")
    async def wait(request: LiveEventRequest) -> None:
        await asyncio.sleep(0.02 if request.object["points"] % 2 else 0)
        request.object["seen"] = True

    async with process("memory://", tmp_path, cloud=cloud) as alone:
        before = await alone.visitor()
        await before.follows({}, resume="")
        for number in range(1, 4):
            await alone.client.create("Score", points=number)
        first = await before.until(3)
        before.goes()
        for number in range(4, 7):
            await alone.client.create("Score", points=number)
        back = await alone.visitor()
        await back.follows({}, resume=before.cursor)
        await alone.client.create("Score", points=7)
        told = [*first, *await back.until(4)]

    assert [event["object"]["points"] for event in told] == list(range(1, 8))
    assert all(event["object"]["seen"] for event in told)
    assert len({event["cursor"] for event in told}) == 7


async def test_a_snapshot_is_of_what_before_subscribe_lets_somebody_follow(tmp_path: Path) -> None:
    cloud = Cloud()

    @cloud.before_subscribe("Score")
    def narrow(request: SubscribeRequest) -> None:
        request.query.greater_than("points", 5).select("points")

    async with process("memory://", tmp_path, cloud=cloud) as alone:
        for number in (1, 9):
            await alone.client.create("Score", points=number, secret="s")
        visitor = await alone.visitor()
        told = await visitor.follows({}, snapshot=True)

    [objects] = [message["objects"] for message in told if message["op"] == "snapshot"]
    assert [(row["points"], "secret" in row) for row in objects] == [(9, False)]
