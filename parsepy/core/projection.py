"""Which fields of a row go out: `keys` and `excludeKeys`, for the row itself and for what is included in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from parsepy.adapters.storage.base import Object
from parsepy.model.find_params import FindParams

ALWAYS = frozenset({"objectId", "createdAt", "updatedAt", "ACL"})


def selector(params: FindParams) -> Callable[[Object], Object]:
    """A function that drops what was not asked for. Relation columns always stay; the row is changed in place."""
    excluded = {key for key in params.exclude_keys if "." not in key} - ALWAYS
    wanted = None if params.keys is None else {root(key) for key in params.keys} | ALWAYS | {"score"}

    def select(row: Object) -> Object:
        for name in [n for n in row if n in excluded or (wanted is not None and n not in wanted)]:
            if not _is_relation(row[name]):
                del row[name]
        return row

    return select


def below(params: FindParams, path: str) -> FindParams:
    """The keys and exclusions that concern the objects included at `path`."""
    keys = _tails(params.keys or (), path)
    return replace(FindParams(), keys=keys or None, exclude_keys=_tails(params.exclude_keys, path))


def paths(asked: Iterable[str]) -> list[str]:
    """The paths to include with those on the way to them, parents before children, each once."""
    wanted: dict[str, None] = {}
    for path in asked:
        segments = path.split(".")
        wanted.update(dict.fromkeys(".".join(segments[: n + 1]) for n in range(len(segments))))
    return sorted(wanted, key=lambda path: path.count("."))


def root(path: str) -> str:
    """The column that a path begins with."""
    return path.split(".", 1)[0]


def _tails(keys: Iterable[str], path: str) -> tuple[str, ...]:
    prefix = path + "."
    return tuple(key[len(prefix) :] for key in keys if key.startswith(prefix))


def _is_relation(value: object) -> bool:
    return isinstance(value, dict) and value.get("__type") == "Relation"
