"""Saving, deleting and reading many objects, and what they lead to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from parsepy.cloud import actions
from parsepy.cloud.actions import CallOptions, Options, Rights
from parsepy.cloud.files import File
from parsepy.cloud.sdk import unsaved
from parsepy.cloud.sdk.transactions import transaction as in_transaction
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.find_params import FindParams

if TYPE_CHECKING:
    from parsepy.cloud.objects import ParseObject

T = TypeVar("T", bound="ParseObject")
Item = TypeVar("Item")

FILES_AT_ONCE = 5


async def save_all(objects: list[T], batch_size: int, options: Options, *, transaction: bool) -> list[T]:
    """Save objects and what they lead to; see `ParseObject.save_all`."""
    if transaction:
        async with in_transaction():
            return await save_all(objects, batch_size, options, transaction=False)
    leaves, files = _reached(objects)
    own = {id(each._state): each for each in objects if each.is_dirty}
    await _save_files(files, options)
    await _in_waves([*leaves, *own.values()], batch_size, options)
    return objects


async def save_leaves(objects: Sequence[ParseObject], options: Options) -> None:
    """Save what fields of these objects lead to, not the objects. Raises ValueError if that leads back to a new one."""
    leaves, files = _reached(objects)
    await _save_files(files, options)
    await _in_waves(leaves, len(leaves), options)


async def destroy_all(objects: list[T], batch_size: int, options: Options, *, transaction: bool) -> list[T]:
    """Delete objects; see `ParseObject.destroy_all`."""
    if transaction:
        async with in_transaction():
            return await destroy_all(objects, batch_size, options, transaction=False)
    await _in_batches(objects, batch_size, lambda each: each.destroy(**options))
    return objects


async def fetch_all(objects: list[T], include: tuple[str, ...], options: Options, *, if_needed: bool) -> list[T]:
    """Read objects anew; see `ParseObject.fetch_all`."""
    wanted = [each for each in objects if not (if_needed and each.is_data_available)]
    if not wanted:
        return objects
    if len({each.class_name for each in wanted}) > 1:
        raise ValueError("only objects of one class can be fetched together")
    ids = list(dict.fromkeys(each._known_id() for each in wanted))
    params = FindParams(where={"objectId": {"$in": ids}}, limit=len(ids), include=include)
    rows = await actions.current().find(wanted[0].class_name, params, CallOptions(**options))
    found = {row["objectId"]: row for row in rows}
    if missing := next((each for each in ids if each not in found), None):
        raise ParseError(ErrorCode.OBJECT_NOT_FOUND, "All objects must exist on the server.", detail=missing)
    for each in wanted:
        each._state.read(found[each._known_id()])
    return objects


def _reached(objects: Iterable[ParseObject]) -> tuple[list[ParseObject], list[File]]:
    """The objects to be saved and the files that fields of these lead to, at any depth; each once, and none of these."""
    seen = {id(each._state) for each in objects}
    left = list(objects)
    found: list[ParseObject] = []
    files: dict[int, File] = {}
    while left:
        for leaf in left.pop()._state.leaves():
            if isinstance(leaf, File):
                files[id(leaf)] = leaf
            elif id(leaf._state) not in seen:
                seen.add(id(leaf._state))
                left.append(leaf)
                found.append(leaf)
    return [each for each in found if each.is_dirty], [file for file in files.values() if file.is_new]


async def _save_files(files: Sequence[File], options: Options) -> None:
    rights = Rights(use_master_key=options.get("use_master_key", False), session_token=options.get("session_token"))
    await _in_batches(files, FILES_AT_ONCE, lambda file: file.save(**rights))


async def _in_waves(objects: Sequence[ParseObject], batch_size: int, options: Options) -> None:
    """Save objects, those that others point to first."""
    left = list(objects)
    while left:
        ready = [each for each in left if not _waits(each)]
        if not ready:
            raise ValueError("new objects point to each other: save one of them before it points to the other")
        await _in_batches(ready, batch_size, lambda each: each._save(CallOptions(**options)))
        done = {id(each) for each in ready}
        left = [each for each in left if id(each) not in done]


def _waits(each: ParseObject) -> bool:
    """Whether it leads to something that is not saved yet."""
    return any(unsaved.is_unsaved(leaf) for leaf in each._state.leaves())


async def _in_batches(items: Sequence[Item], size: int, work: Callable[[Item], Awaitable[object]]) -> None:
    """Work on items, a batch at a time; one by one inside a transaction, whose calls take turns anyhow."""
    for batch in _batches(items, 1 if actions.current().is_in_transaction else size):
        done = await asyncio.gather(*(work(item) for item in batch), return_exceptions=True)
        for failure in done:
            if isinstance(failure, BaseException):
                raise failure


def _batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), max(1, size)):
        yield items[start : start + max(1, size)]
