"""Databases for processes that share one, and a single process in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.compat.servers import OwnStore, fresh_database

from .processes import Process, process

SHARED = [
    "sqlite",
    pytest.param("postgres", marks=pytest.mark.oracle),
    pytest.param("mongo", marks=pytest.mark.oracle),
]


@pytest.fixture(params=SHARED)
def shared_store(request: pytest.FixtureRequest) -> tuple[OwnStore, str | None]:
    """A store that several processes may use, and the address of its server."""
    store: OwnStore = request.param
    return store, None if store == "sqlite" else str(request.getfixturevalue(f"{store}_server"))


@pytest.fixture
async def shared_uri(shared_store: tuple[OwnStore, str | None], tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database on it."""
    store, address = shared_store
    if store == "sqlite" or store == "memory":
        yield f"sqlite:///{tmp_path / 'shared.db'}"
        return
    async with fresh_database(store, address) as uri:
        yield uri


@pytest.fixture
async def alone(tmp_path: Path) -> AsyncIterator[Process]:
    """A process whose data are in memory, with a class that has an object."""
    async with process("memory://", tmp_path) as only:
        await only.client.create("Score", points=0)
        yield only
