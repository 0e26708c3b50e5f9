"""The configuration in cloud code."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from parsepy import Cloud, Config, FunctionRequest
from parsepy.cloud.registry import CloudError
from tests.inprocess import started


async def test_cloud_code_reads_and_changes_the_configuration(tmp_path: Path) -> None:
    cloud = Cloud()
    day = datetime(2026, 1, 2, tzinfo=UTC)

    @cloud.define("set")
    async def set_config(request: FunctionRequest) -> list[str]:
        return sorted(await Config.save({"day": day, "secret": 1}, {"secret": True}))

    @cloud.define("read")
    async def read(request: FunctionRequest) -> list[object]:
        mine, everything = await Config.fetch(), await Config.fetch(use_master_key=True)
        return [mine["day"] == day, len(mine), everything["secret"]]

    async with started({}, cloud, folder=tmp_path) as client:
        assert (await client.post("/functions/set")).body == {"result": ["day", "secret"]}
        assert (await client.post("/functions/read")).body == {"result": [True, 1, 1]}
        assert (await client.get("/config")).body["params"] == {
            "day": {"__type": "Date", "iso": "2026-01-02T00:00:00.000Z"}
        }


def test_the_configuration_can_only_be_saved() -> None:
    with pytest.raises(CloudError, match="it can only be saved"):
        Cloud().before_delete(Config)
