"""After the load: both servers' view of everything, and what of the acknowledged is not in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.compat.differential.differences import lines_of
from tests.compat.mixed.sides import Side, Worker
from tests.compat.mixed.work import COUNTERS, LISTS, index_of, indexed

View = dict[str, dict[str, Any]]
"""Class name -> id -> object; the schemas as the class `schemas`."""

MOST_ROWS = 1_000_000


async def view(worker: Worker, side: Side) -> View:
    """All classes with all their objects, as one server sees them."""
    schemas = await worker.call(side, "view", ("GET", "schemas"))
    if schemas is None:
        raise LookupError(f"no schemas from the {side.name} server: {worker.book.troubles}")
    seen: View = {"schemas": {one["className"]: _without_own_indexes(one) for one in schemas["results"]}}
    for name in seen["schemas"]:
        rows = await worker.call(side, "view", ("GET", f"classes/{name}?limit={MOST_ROWS}&order=objectId"))
        if rows is None:
            raise LookupError(f"no rows of {name} from the {side.name} server: {worker.book.troubles}")
        seen[name] = {row["objectId"]: row for row in rows["results"]}
    return seen


def _without_own_indexes(schema: dict[str, Any]) -> dict[str, Any]:
    """parsepy hides the indexes that it made for itself, and shows those of built-in classes on PostgreSQL, too."""
    is_builtin = schema["className"].startswith("_")
    listed = {} if is_builtin else schema.get("indexes", {})
    indexes = {name: keys for name, keys in listed.items() if not name.startswith("parsepy_")}
    rest = {key: value for key, value in schema.items() if key != "indexes"}
    return {**rest, "indexes": indexes} if indexes else rest


def unlike(first: View, second: View) -> Iterator[str]:
    """What the two servers see differently."""
    for name in sorted(first.keys() | second.keys()):
        ours, theirs = first.get(name, {}), second.get(name, {})
        for key in sorted(ours.keys() | theirs.keys()):
            for line in lines_of(ours.get(key), theirs.get(key)):
                yield f"{name} {key} {line}"


def lost(worker: Worker, seen: View) -> Iterator[str]:
    """What was acknowledged and is not there, or was deleted and is."""
    book = worker.book
    for (class_name, object_id), fields in book.objects.items():
        if (class_name, object_id) in book.unsure:
            continue
        row = seen.get(class_name, {}).get(object_id)
        if row is None:
            yield f"{class_name} {object_id} is gone"
        elif wrong := [name for name, value in fields.items() if row.get(name) != value]:
            yield f"{class_name} {object_id}: {wrong} are {[row.get(name) for name in wrong]}, acknowledged {fields}"
    yield from (f"{name} {id_} was deleted and is there" for name, id_ in book.deleted if id_ in seen.get(name, {}))
    yield from _lost_sums(worker, seen)
    yield from _lost_settings(worker, seen)


def _lost_sums(worker: Worker, seen: View) -> Iterator[str]:
    book = worker.book
    for counter, total in book.counters.items():
        if counter not in book.unsure and seen[COUNTERS][counter]["n"] != total:
            yield f"counter {counter} is {seen[COUNTERS][counter]['n']}, acknowledged {total}"
    for one, members in book.members.items():
        there = seen[LISTS][one]["a"]
        if one not in book.unsure and sorted(there) != sorted(members):
            yield f"list {one}: lost {sorted(members - set(there))}, too many {sorted(set(there) - members)}"


def _lost_settings(worker: Worker, seen: View) -> Iterator[str]:
    book = worker.book
    schemas = seen["schemas"]
    for name, wanted in book.permissions.items():
        got = {key: schemas[name]["classLevelPermissions"].get(key) for key in wanted}
        if name not in book.unsure and got != wanted:
            yield f"permissions of {name} are {got}, acknowledged {wanted}"
    for number, is_there in book.indexes.items():
        name = indexed(number)
        is_listed = index_of(number) in schemas[name].get("indexes", {})
        if name not in book.unsure and is_listed != is_there:
            yield f"index of {name} is there: {is_listed}, acknowledged {is_there}"
