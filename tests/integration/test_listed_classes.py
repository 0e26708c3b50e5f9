"""The server's own classes go on working when the known classes were read again, whether a database lists them or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compat.servers import Store, fresh_database
from tests.inprocess import started


@pytest.mark.slow
@pytest.mark.parametrize("store", ["mongo", "postgres"])
async def test_their_objects_can_be_changed(
    mongo_server: str, postgres_server: str, tmp_path: Path, store: Store
) -> None:
    address = mongo_server if store == "mongo" else postgres_server
    async with fresh_database(store, address) as uri, started({"databaseURI": uri}, folder=tmp_path) as client:
        master = client.as_("master")
        audience = await master.post("/push_audiences", {"name": "all", "query": "{}"})
        await client.app.schemas.refresh()
        path = f"/push_audiences/{audience.body['objectId']}"
        changed = await master.put(path, {"name": "some"})
        unknown = await master.put("/push_audiences/noSuchId00", {"name": "none"})

        assert (changed.status, unknown.code) == (200, 101)
        assert (await master.get(path)).body["name"] == "some"
