"""What the workers do: a mixture of reads, writes, log-ins and changes of classes, each on one of the two servers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from tests.compat.mixed.sides import Side, Worker

ITEMS = "Item"
COUNTERS = "Counter"
LISTS = "List"
SHARED_ROWS = 4
MOST_CLASSES = 60
MOST_FIELDS = 120
NEW_FIELD = "new"
KNOWN_SECONDS = 2.0
"""After so long a server knows the fields that the other one made."""
OPEN: Mapping[str, Any] = {
    key: {"*": True} for key in ("find", "get", "count", "create", "update", "delete", "addField")
}
CLOSED: Mapping[str, Any] = {**OPEN, "find": {}}

Step = Callable[[Worker], Awaitable[None]]


def indexed(number: int) -> str:
    """The class whose indexes the worker of this number changes.

    The real server writes the whole list of a class's indexes as it remembers it, so that two of them who share a class
    lose indexes of each other.
    """
    return f"Indexed{number}"


def index_of(number: int) -> str:
    """The index that this worker makes and drops; on PostgreSQL classes may not have indexes of one name."""
    return f"by{number}"


def guarded(worker: Worker) -> str:
    """The class whose permissions this worker changes."""
    return f"Guarded{worker.number}"


async def prepare(worker: Worker) -> dict[str, list[str]]:
    """Make the shared rows and the classes; ids by class."""
    first = worker.sides[0]
    ids: dict[str, list[str]] = {}
    empty: Mapping[str, Mapping[str, Any]] = {COUNTERS: {"n": 0}, LISTS: {"a": []}}
    for class_name, row in empty.items():
        made = [await worker.call(first, "prepare", ("POST", f"classes/{class_name}"), row) for _ in range(SHARED_ROWS)]
        ids[class_name] = [one["objectId"] for one in made if one]
    return ids


async def introduce(worker: Worker) -> None:
    """Make the worker's own user and classes."""
    user = {"username": f"user{worker.number}", "password": "secret"}
    await worker.call(worker.any_side(), "sign up", ("POST", "users"), user)
    await worker.call(worker.any_side(), "create", ("POST", f"classes/{guarded(worker)}"), {"v": 1})
    name, fields = indexed(worker.number), {name: {"type": "String"} for name in ("a", "b", "c")}
    await worker.call(worker.any_side(), "prepare", ("POST", f"schemas/{name}"), {"className": name, "fields": fields})


def own_item(worker: Worker) -> tuple[str, str] | None:
    """Class and id of one of the worker's objects that is surely there."""
    mine = [key for key, fields in worker.book.objects.items() if fields.get("owner") == worker.number]
    return worker.chance.choice(mine[-50:]) if mine else None


async def create(worker: Worker) -> None:
    await _create(worker, ITEMS, {"owner": worker.number, "v": worker.chance.random(), "tags": ["x", worker.number]})


async def new_field(worker: Worker) -> None:
    """Save to a field that may be new; the others go for the same names at the same time."""
    name = f"{NEW_FIELD}{worker.book.done['new field'] % MOST_FIELDS}"
    await _create(worker, ITEMS, {"owner": worker.number, name: worker.number}, "new field")


async def new_class(worker: Worker) -> None:
    """Save to a class that may be new; the others go for the same names at the same time."""
    name = f"New{worker.book.done['new class'] % MOST_CLASSES}"
    await _create(worker, name, {"owner": worker.number, "v": 1}, "new class")


async def _create(worker: Worker, class_name: str, fields: dict[str, Any], doing: str = "create") -> None:
    side = worker.any_side()
    made = await worker.call(side, doing, ("POST", f"classes/{class_name}"), fields)
    if made is None:
        return
    worker.book.objects[class_name, made["objectId"]] = fields
    if worker.chance.random() < 0.3:
        await _read(worker, worker.other(side), (class_name, made["objectId"]), f"read after {doing}")


async def read(worker: Worker) -> None:
    if key := own_item(worker):
        await _read(worker, worker.any_side(), key, "read")


async def _read(worker: Worker, side: Side, key: tuple[str, str], doing: str) -> None:
    """What was acknowledged by one server is what the other one answers; fields are known there a little later."""
    expected, loop = dict(worker.book.objects[key]), asyncio.get_running_loop()
    until = loop.time() + KNOWN_SECONDS
    while True:
        found = await worker.call(side, doing, ("GET", f"classes/{key[0]}/{key[1]}"))
        if found is None or key in worker.book.unsure:
            return
        missing = sorted(name for name, value in expected.items() if found.get(name) != value)
        if not missing:
            return
        if loop.time() > until or not all(name.startswith(NEW_FIELD) and name not in found for name in missing):
            worker.book.trouble(side.name, doing, 200, f"other values than acknowledged in {missing}")
            return
        await asyncio.sleep(0.05)


async def find(worker: Worker) -> None:
    path = f"classes/{ITEMS}?limit=20&order=-createdAt&where=%7B%22owner%22%3A{worker.number}%7D"
    await worker.call(worker.any_side(), "find", ("GET", path))


async def update(worker: Worker) -> None:
    key = own_item(worker)
    if key is None:
        return
    fields = {"v": worker.chance.random(), "text": f"by {worker.number}"}
    if await worker.call(worker.any_side(), "update", ("PUT", f"classes/{key[0]}/{key[1]}"), fields) is None:
        worker.book.unsure.add(key)
        return
    worker.book.objects[key].update(fields)


async def delete(worker: Worker) -> None:
    key = own_item(worker)
    if key is None:
        return
    del worker.book.objects[key]
    if await worker.call(worker.any_side(), "delete", ("DELETE", f"classes/{key[0]}/{key[1]}")) is None:
        worker.book.unsure.add(key)
        return
    worker.book.deleted.add(key)


def increment(ids: list[str]) -> Step:
    """Count on a row that all workers count on."""

    async def step(worker: Worker) -> None:
        counter, amount = worker.chance.choice(ids), worker.chance.randint(-2, 5)
        body = {"n": {"__op": "Increment", "amount": amount}}
        if await worker.call(worker.any_side(), "increment", ("PUT", f"classes/{COUNTERS}/{counter}"), body) is None:
            worker.book.unsure.add(counter)
            return
        worker.book.counters[counter] += amount

    return step


def change_list(ids: list[str]) -> Step:
    """Add to and remove from arrays that all workers work on, each with members of its own."""

    async def step(worker: Worker) -> None:
        one = worker.chance.choice(ids)
        members = worker.book.members.setdefault(one, set())
        mine = [member for member in members if member.startswith(f"{worker.number}-")]
        if len(mine) > 5:
            operation, member = "Remove", worker.chance.choice(mine)
        else:
            operation, member = worker.chance.choice(["Add", "AddUnique"]), f"{worker.number}-{worker.chance.random()}"
        body = {"a": {"__op": operation, "objects": [member]}}
        if await worker.call(worker.any_side(), operation, ("PUT", f"classes/{LISTS}/{one}"), body) is None:
            worker.book.unsure.add(one)
        elif operation == "Remove":
            members.discard(member)
        else:
            members.add(member)

    return step


async def log_in(worker: Worker) -> None:
    """Log in on one server and be known by the other one."""
    side = worker.any_side()
    body = {"username": f"user{worker.number}", "password": "secret"}
    user = await worker.call(side, "log in", ("POST", "login"), body)
    if user:
        await worker.call(worker.other(side), "me", ("GET", "users/me"), token=user["sessionToken"])


async def change_index(worker: Worker) -> None:
    """Make the index of the worker's own class, or drop it."""
    class_name, name = indexed(worker.number), index_of(worker.number)
    is_there = worker.book.indexes.get(worker.number, False)
    change: Any = {"__op": "Delete"} if is_there else {worker.chance.choice("abc"): 1}
    body = {"className": class_name, "indexes": {name: change}}
    if await worker.call(worker.any_side(), "index", ("PUT", f"schemas/{class_name}"), body) is None:
        worker.book.unsure.add(class_name)
        return
    worker.book.indexes[worker.number] = not is_there


async def change_permissions(worker: Worker) -> None:
    """Open or close finding in the worker's own class."""
    name = guarded(worker)
    wanted = CLOSED if worker.book.permissions.get(name, OPEN) == OPEN else OPEN
    body = {"className": name, "classLevelPermissions": wanted}
    if await worker.call(worker.any_side(), "permissions", ("PUT", f"schemas/{name}"), body) is None:
        worker.book.unsure.add(name)
        return
    worker.book.permissions[name] = wanted


async def work(worker: Worker, ids: Mapping[str, list[str]], until: float) -> None:
    """Go on until the loop's time is `until`."""
    weights: dict[Step, float] = {
        create: 20,
        read: 20,
        find: 10,
        update: 15,
        delete: 5,
        increment(ids[COUNTERS]): 15,
        change_list(ids[LISTS]): 10,
        log_in: 1,
        new_field: 3,
        new_class: 3,
        change_index: 1,
        change_permissions: 1,
    }
    steps, chances = list(weights), list(weights.values())
    while asyncio.get_running_loop().time() < until:
        await worker.chance.choices(steps, chances)[0](worker)
