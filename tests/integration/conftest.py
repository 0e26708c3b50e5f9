"""A fresh app for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.inprocess import Client, User, started


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """Somebody without a session."""
    async with started(folder=tmp_path) as client:
        yield client


@pytest.fixture
async def ann(client: Client) -> User:
    """A user."""
    return await client.sign_up("ann")


@pytest.fixture
async def bob(client: Client) -> User:
    """Another user."""
    return await client.sign_up("bob")
