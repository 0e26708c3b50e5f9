"""Tables of parsepy's own are made when they are needed, and no client reaches them."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsepy.core.own_classes import ensured
from parsepy.model.own_classes import RELEASES
from parsepy.model.where import EVERYTHING
from tests.inprocess import started

ROW = {"objectId": "r1", "createdAt": "2026-01-02T03:04:05.678Z", "updatedAt": "2026-01-02T03:04:05.678Z", "state": "x"}


async def test_a_table_is_made_once(tmp_path: Path) -> None:
    async with started(folder=tmp_path) as client:
        for _ in range(2):
            await ensured(client.app, RELEASES)
        await client.app.storage.insert(RELEASES, [ROW])
        await ensured(client.app, RELEASES)

        assert await client.app.storage.count(RELEASES, EVERYTHING) == 1


@pytest.mark.parametrize("caller", ["client", "master", "maintenance"])
async def test_no_client_reaches_it(tmp_path: Path, caller: str) -> None:
    async with started(folder=tmp_path) as client:
        await client.app.storage.insert(await ensured(client.app, RELEASES), [ROW])
        asking = client.as_(caller)
        path = f"/classes/{RELEASES.name}"
        answers = [
            await asking.get(path),
            await asking.get(f"{path}/r1"),
            await asking.post(path, {"state": "mine"}),
            await asking.put(f"{path}/r1", {"state": "mine"}),
            await asking.delete(f"{path}/r1"),
            await asking.get(f"/aggregate/{RELEASES.name}", pipeline=[{"$match": {}}]),
            await asking.delete(f"/purge/{RELEASES.name}"),
            await asking.post(f"/schemas/{RELEASES.name}", {"className": RELEASES.name}),
            await asking.delete(f"/schemas/{RELEASES.name}"),
        ]

        assert [answer.body for answer in answers if answer.status < 400 and answer.body.get("results")] == []
        assert [answer.status for answer in answers if answer.status >= 500] == []
        assert await client.app.storage.get(RELEASES, "r1") == ROW
