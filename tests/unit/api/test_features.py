"""What the dashboard is told about this server."""

from __future__ import annotations

from dataclasses import replace

from parsepy.adapters.storage.base import StorageUnavailableError
from parsepy.adapters.storage.memory import MemoryStorage
from parsepy.api.gates import Gate
from tests.unit.api.doors import APP, MASTER, answer, door


async def test_server_info_names_the_protocol_and_claims_nothing_that_is_missing() -> None:
    status, told = await answer(await door(), "GET", "/serverInfo", MASTER)

    assert (status, told["parseServerVersion"]) == (200, "9.10.0")
    features = told["features"]
    assert set(features) == {"globalConfig", "hooks", "cloudCode", "logs", "push", "schemas", "settings"}
    assert features["schemas"]["addClass"] is True
    assert all((*features["hooks"].values(), features["cloudCode"]["jobs"]))
    assert not any(features["push"].values())


async def test_server_info_is_for_the_master_key() -> None:
    assert (await answer(await door(), "GET", "/serverInfo", APP))[0] == 403


class SilentStorage(MemoryStorage):
    """A database that does not answer."""

    async def ping(self) -> None:
        raise StorageUnavailableError("nobody there")


async def test_health_is_503_while_the_database_does_not_answer() -> None:
    way_in = await door()
    silent = Gate.of(replace(way_in.default.app, storage=SilentStorage()))

    broken = replace(way_in, gates={"test": silent})

    assert await answer(broken, "GET", "/health", {}) == (503, {"status": "error"})
