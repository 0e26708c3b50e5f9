"""The database servers that the tests of one pytest worker share; each is started when the first test asks for it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterable

import pytest
import pytest_asyncio

from tests.compat.servers import REAL_MONGODB, store_server

TIMED_BY_THE_MACHINE = ("slow", "oracle", "browser")
"""Marks of tests with processes and browsers of their own: how long those take is not for the tests to say."""


def pytest_collection_modifyitems(items: Iterable[pytest.Item]) -> None:
    """Skip what the MongoDB stand-in cannot do, unless there is a real one; tests of real processes have a second try."""
    skip = pytest.mark.skip(reason=f"the MongoDB stand-in lacks it, and {REAL_MONGODB} names no MongoDB")
    for item in items:
        if item.get_closest_marker("real_mongo") and not os.environ.get(REAL_MONGODB):
            item.add_marker(skip)
        if any(map(item.get_closest_marker, TIMED_BY_THE_MACHINE)) and not item.get_closest_marker("loss"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def mongo_server() -> AsyncIterator[str]:
    """The address of MongoDB or its stand-in, without a database name."""
    async with store_server("mongo") as address:
        yield address


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_server() -> AsyncIterator[str]:
    """The address of a PostgreSQL cluster, without a database name."""
    async with store_server("postgres") as address:
        yield address
