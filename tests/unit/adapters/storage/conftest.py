"""The stores that the contract suite runs on, and the class of things that its tests store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from parsepy.adapters.storage.base import Object, Storage
from parsepy.adapters.storage.memory import MemoryStorage
from parsepy.adapters.storage.sqlite import SqliteStorage
from parsepy.model.schema import ClassSchema, Field, FieldType

_CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]
settings.register_profile("quick", max_examples=100, deadline=None, derandomize=True, suppress_health_check=_CHECKS)
settings.register_profile("thorough", max_examples=5000, deadline=None, suppress_health_check=_CHECKS)
if settings.get_current_profile_name() != "thorough":
    settings.load_profile("quick")

Opener = Callable[[Path], Storage]

OPENERS: Mapping[str, Opener] = {
    "memory": lambda folder: MemoryStorage(),
    "sqlite": lambda folder: SqliteStorage(folder / "store.db"),
}
"""A new store joins the suite by a line here."""

_BASE = {
    "objectId": Field(FieldType.STRING),
    "createdAt": Field(FieldType.DATE),
    "updatedAt": Field(FieldType.DATE),
    "ACL": Field(FieldType.ACL),
}
_TYPES = {
    "s": FieldType.STRING,
    "t": FieldType.STRING,
    "n": FieldType.NUMBER,
    "b": FieldType.BOOLEAN,
    "d": FieldType.DATE,
    "o": FieldType.OBJECT,
    "a": FieldType.ARRAY,
    "f": FieldType.FILE,
    "g": FieldType.GEO_POINT,
    "poly": FieldType.POLYGON,
    "y": FieldType.BYTES,
}
THINGS = ClassSchema(
    "Thing", _BASE | {name: Field(type_) for name, type_ in _TYPES.items()} | {"p": Field(FieldType.POINTER, "Team")}
)


@pytest.fixture(params=list(OPENERS))
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    """An open, empty store."""
    store = OPENERS[request.param](tmp_path)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
async def thing_store(storage: Storage) -> Storage:
    """A store that holds the class of things, empty."""
    await storage.create_class(THINGS)
    return storage


def thing(name: str, **fields: Any) -> Object:
    """An object as stored, with its times."""
    moment = "2026-01-02T03:04:05.678Z"
    return {"objectId": name, "createdAt": moment, "updatedAt": moment, **fields}
