"""A page out of several sorted lists: found by its rank, without merging what stands before it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any

Ranked = tuple[Any, ...]
"""A row's number and the values that it is sorted by."""

Key = Callable[[Ranked], Any]


@dataclass(frozen=True, slots=True)
class _Descending:
    """A key that sorts the other way round."""

    key: Any

    def __lt__(self, other: _Descending) -> bool:
        return bool(other.key < self.key)


def _key(directions: Sequence[bool]) -> Key:
    """What compares as the rows do: null first, or last where the direction is descending; then by number."""

    def key(row: Ranked) -> Any:
        number, *values = row
        pairs = [(value is not None, value) for value in values]
        turned = [_Descending(p) if is_turned else p for p, is_turned in zip(pairs, directions, strict=True)]
        return (*turned, number)

    return key


def page_of(lists: Sequence[Sequence[Ranked]], directions: Sequence[bool], start: int, end: int) -> list[int]:
    """The numbers of the rows with the ranks from `start` up to `end`; each list is sorted already."""
    key = _key(directions)
    cuts = _cuts(lists, key, start)
    behind = [islice(rows, cut, cut + end - start) for rows, cut in zip(lists, cuts, strict=True)]
    return [row[0] for row in islice(merge(*behind, key=key), end - start)]


def _cuts(lists: Sequence[Sequence[Ranked]], key: Key, start: int) -> list[int]:
    """How many rows of each list are among the first `start` of all."""
    low, high = [0] * len(lists), [len(rows) for rows in lists]
    while low != high:
        widest = max(range(len(lists)), key=lambda at: high[at] - low[at])
        middle = (low[widest] + high[widest]) // 2
        pivot = key(lists[widest][middle])
        bounds = zip(lists, low, high, strict=True)
        before = [bisect_left(rows, pivot, first, last, key=key) for rows, first, last in bounds]
        if sum(before) > start:
            high = before
        elif sum(before) == start:
            return before
        else:
            low = before
            low[widest] = middle + 1
    return low
