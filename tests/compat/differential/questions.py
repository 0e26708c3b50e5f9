"""Short forms for scenarios about queries: several objects, several questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.compat.differential.script import Script


async def save_all(s: Script, class_name: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Save the rows one after the other, each with its position as `n`, unrecorded; gives their ids."""
    return [await s.create(class_name, {"n": n, **row}, record=False) for n, row in enumerate(rows)]


async def save_values(s: Script, class_name: str, *values: Any) -> list[str]:
    """Save objects with these values as `v`, the last one without any."""
    return await save_all(s, class_name, [*({"v": value} for value in values), {}])


async def ask(s: Script, class_name: str, *wheres: Any, as_: Any = "client", **params: Any) -> None:
    """Find with each where: the numbers `n` of what is found, in their order."""
    for where in wheres:
        asked = {"where": where, "order": "n", "keys": "n", **params}
        await s.get(f"classes/{s.name(class_name)}", params=asked, as_=as_)


async def ask_v(s: Script, class_name: str, *constraints: Any) -> None:
    """Find with each constraint on `v`."""
    await ask(s, class_name, *({"v": constraint} for constraint in constraints))


async def find(s: Script, class_name: str, *, as_: Any = "client", **params: Any) -> None:
    """One find with these parameters."""
    await s.get(f"classes/{s.name(class_name)}", params=params, as_=as_)


async def define(s: Script, class_name: str, fields: Mapping[str, Any], **more: Any) -> None:
    """Create a class with these columns by the schema API, unrecorded; `more` as `classLevelPermissions`."""
    name = s.name(class_name)
    body = {"className": name, "fields": fields, **more}
    await s.post(f"schemas/{name}", body, as_="master", record=False)


def some(*several: Any) -> tuple[Any, ...]:
    """Values of several types, to go through."""
    return several


def date(iso: str) -> dict[str, str]:
    return {"__type": "Date", "iso": iso}


def point(latitude: float, longitude: float) -> dict[str, Any]:
    return {"__type": "GeoPoint", "latitude": latitude, "longitude": longitude}


def polygon(*pairs: tuple[float, float]) -> dict[str, Any]:
    """A Polygon of (latitude, longitude) pairs."""
    return {"__type": "Polygon", "coordinates": [list(pair) for pair in pairs]}
