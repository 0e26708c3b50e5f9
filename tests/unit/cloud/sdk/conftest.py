"""Apps on every store whose cloud code the tests speak for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from parsepy import Cloud
from parsepy.cloud.actions import acting
from parsepy.core.context import Context
from parsepy.model.principal import ANYBODY, Principal
from tests.compat.servers import fresh_database
from tests.inprocess import Client, started

Start = Callable[..., AbstractAsyncContextManager[Client]]

STORES = [
    "memory",
    "sqlite",
    pytest.param("postgres", marks=pytest.mark.oracle),
    pytest.param("mongo", marks=pytest.mark.oracle),
]


def opener(request: pytest.FixtureRequest, store: str, folder: Path) -> Start:
    """Opens an app with this cloud code and these options on a store."""
    address = request.getfixturevalue(f"{store}_server") if store in {"postgres", "mongo"} else ""

    @asynccontextmanager
    async def opened(cloud: Cloud | None = None, **options: Any) -> AsyncIterator[Client]:
        fresh = nullcontext("memory://" if store == "memory" else f"sqlite:///{folder}/test.db")
        async with (
            fresh_database(store, address) if address else fresh as uri,  # type: ignore[arg-type]  # one of the two
            started({**options, "databaseURI": uri}, cloud, folder=folder) as client,
        ):
            yield client

    return opened


@pytest.fixture(params=STORES)
def start(request: pytest.FixtureRequest, tmp_path: Path) -> Start:
    """Opens apps on each store."""
    return opener(request, request.param, tmp_path)


@contextmanager
def calling(client: Client, principal: Principal = ANYBODY) -> Iterator[None]:
    """Act in the block as cloud code that somebody called."""
    app = client.app
    assert app.actions is not None
    with acting(app.actions(Context(app, principal, app.storage))):
        yield
