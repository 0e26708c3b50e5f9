"""Tables of parsepy's own: rows as in any class, but nobody is told of them."""

from __future__ import annotations

import contextlib

import pytest

from parsepy.adapters.storage.base import ClassExistsError, DuplicateValueError, Storage
from parsepy.model.ops import Set
from parsepy.model.own_classes import RELEASE_PARTS, RUNS
from parsepy.model.where import EVERYTHING, Query, by_id

NOW = "2026-01-02T03:04:05.678Z"
DUE = {"__type": "Date", "iso": NOW}


def run(object_id: str) -> dict[str, object]:
    return {"objectId": object_id, "createdAt": NOW, "updatedAt": NOW, "schedule": "s1", "due": DUE, "owner": "a"}


async def test_rows_are_kept_changed_and_deleted(storage: Storage) -> None:
    await storage.create_class(RUNS)
    await storage.insert(RUNS, [run("one"), run("two")])
    changed = await storage.update(RUNS, by_id("one"), {"owner": Set("b")})
    removed = await storage.delete(RUNS, by_id("two"))

    assert (changed, removed) == ({**run("one"), "owner": "b"}, 1)
    assert await storage.find(RUNS, Query(EVERYTHING)) == [changed]


async def test_an_id_is_taken_once(storage: Storage) -> None:
    await storage.create_class(RUNS)
    await storage.insert(RUNS, [run("one")])

    with pytest.raises(DuplicateValueError):
        await storage.insert(RUNS, [run("one")])
    assert await storage.count(RUNS, EVERYTHING) == 1


async def test_bytes_come_back_as_they_were(storage: Storage) -> None:
    part = {"objectId": "p", "createdAt": NOW, "updatedAt": NOW, "data": {"__type": "Bytes", "base64": "AAH/"}}
    await storage.create_class(RELEASE_PARTS)
    await storage.insert(RELEASE_PARTS, [part])

    assert await storage.get(RELEASE_PARTS, "p") == part


async def test_no_list_of_classes_names_them(storage: Storage) -> None:
    await storage.create_class(RUNS)
    await storage.insert(RUNS, [run("one")])

    assert [schema.name for schema in await storage.load_classes() if "Parsepy" in schema.name] == []


async def test_making_one_again_keeps_its_rows(storage: Storage) -> None:
    await storage.create_class(RUNS)
    await storage.insert(RUNS, [run("one")])
    with contextlib.suppress(ClassExistsError):
        await storage.create_class(RUNS)

    assert await storage.count(RUNS, EVERYTHING) == 1
