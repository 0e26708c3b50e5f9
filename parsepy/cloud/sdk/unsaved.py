"""What has to be saved before an object that leads to it: new and changed objects, and files with new data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from parsepy.cloud.files import File
from parsepy.cloud.sdk.rows import Row


def leaves(value: Any) -> Iterator[Row | File]:
    """The objects and files in a value, at any depth of lists and dicts."""
    left = [value]
    while left:
        match left.pop():
            case Row() | File() as leaf:
                yield leaf
            case Mapping() as fields:
                left += fields.values()
            case list() | tuple() | set() | frozenset() as items:
                left += items
            case _:
                continue


def is_unsaved(leaf: Row | File) -> bool:
    """Whether nothing can point to it yet."""
    return leaf.is_new if isinstance(leaf, File) else leaf.id is None


def holds_unsaved(value: Any) -> bool:
    """Whether there is something in the value that cannot be pointed to yet."""
    return any(is_unsaved(leaf) for leaf in leaves(value))
