"""What is asked of the big class: requests as the dashboard's pages send them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.big_class.rows import CLASS, object_id

PAGE = 100
PATH = f"classes/{CLASS}"
Request = tuple[str, str, dict[str, Any]]
Where = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of request. `request` makes it from the round's number and the number of rows; `slow` ones have 3 seconds."""

    title: str
    request: Callable[[int, int], Request]
    slow: bool = False


def _rows(order: str = "-createdAt", where: Where | None = None, skip: int = 0) -> Request:
    return "GET", PATH, {"where": where or {}, "limit": PAGE, "order": order, **({"skip": skip} if skip else {})}


def _count(where: Where) -> Request:
    return "GET", PATH, {"where": where, "limit": 0, "count": 1}


def _page(order: str) -> Callable[[int, int], Request]:
    """One of the first hundred pages, another one each time."""
    return lambda round_, count: _rows(order, skip=(round_ * 37 % 100) * PAGE)


def _edit(round_: int, count: int) -> Request:
    return "PUT", f"{PATH}/{object_id(round_ * 7919 % count)}", {"number0": round_}


def _create(round_: int, count: int) -> Request:
    return "POST", PATH, {"string0": f"new {round_}", "number0": round_}


def _quick() -> list[Case]:
    cases = [
        Case("open: rows", lambda round_, count: FIRST_PAGE),
        Case("open: count", lambda round_, count: _count({})),
        Case("one of the first 100 pages", _page("-createdAt")),
    ]
    for name, told in (
        ("number0", "a number"),
        ("string0", "a text"),
        ("date0", "a date"),
        ("pointer0", "a pointer"),
        ("string1", "ten texts"),
        ("boolean0", "a boolean"),
    ):
        cases += [
            Case(f"pages by {told}, {way}", _page(order))
            for way, order in (("ascending", name), ("descending", f"-{name}"))
        ]
    cases += [Case("pages by createdAt, ascending", _page("createdAt"))]
    cases += [Case("filter: an indexed text", lambda round_, count: _rows(where={"string0": f"birch {round_:07}"}))]
    return [*cases, Case("edit a cell", _edit), Case("add a row", _create)]


POINTER = {"__type": "Pointer", "className": "Clerk", "objectId": "clerk00042"}
DATE = {"__type": "Date", "iso": "2026-01-05T00:00:00.000Z"}
FILTERS: dict[str, Where] = {
    "text equals": {"string2": "amber"},
    "text equals, nothing found": {"string2": "nothing"},
    "text differs": {"string2": {"$ne": "amber"}},
    "text starts with": {"string2": {"$regex": "^\\Qced\\E"}},
    "text ends with": {"string2": {"$regex": "\\Qer\\E$"}},
    "text matches without case": {"string2": {"$regex": "Mbe", "$options": "i"}},
    "text matches, nothing found": {"string2": {"$regex": "nothing"}},
    "text in": {"string2": {"$in": ["amber", "birch"]}},
    "number equals": {"number5": 1234.5},
    "number greater": {"number5": {"$gt": 24_000}},
    "boolean": {"boolean2": True},
    "date before": {"date3": {"$lt": DATE}},
    "pointer": {"pointer1": POINTER},
    "array holds": {"array0": "amber"},
    "array holds one of": {"array0": {"$in": ["amber", "birch"]}},
    "exists": {"string4": {"$exists": True}},
    "does not exist": {"string4": {"$exists": False}},
    "key of an object equals": {"object0.colour": "amber"},
    "key of an object greater": {"object0.size": {"$gt": 90}},
    "two columns": {"string2": "amber", "number5": {"$gt": 24_000}},
    "one of two": {"$or": [{"string2": "amber"}, {"number5": {"$gt": 24_000}}]},
}
DISTINCT = ("string2", "string1", "number5", "boolean2", "pointer1", "date3", "array0", "object0.colour", "string0")


def _filter(where: Where) -> Callable[[int, int], Request]:
    return lambda round_, count: _rows(where=where)


def _filtered_count(where: Where) -> Callable[[int, int], Request]:
    return lambda round_, count: _count(where)


def _deep(order: str, where: Where | None = None) -> Callable[[int, int], Request]:
    return lambda round_, count: _rows(order, where, skip=int(count * 0.9))


def _distinct(path: str) -> Callable[[int, int], Request]:
    return lambda round_, count: ("GET", f"aggregate/{CLASS}", {"distinct": path, "where": {}})


def _slow() -> list[Case]:
    cases = []
    for title, where in FILTERS.items():
        cases += [
            Case(f"filter: {title}", _filter(where), slow=True),
            Case(f"count: {title}", _filtered_count(where), slow=True),
        ]
    orders = ("-createdAt", "createdAt", "number0", "-number0", "-string1", "number5", "-string2")
    cases += [Case(f"deep page by {order}", _deep(order), slow=True) for order in orders]
    cases += [
        Case(f"first page by {order}, not indexed", _deep_free(order), slow=True)
        for order in ("number5", "-string2", "-updatedAt")
    ]
    return cases + [Case(f"distinct {path}", _distinct(path), slow=True) for path in DISTINCT]


def _deep_free(order: str) -> Callable[[int, int], Request]:
    return lambda round_, count: _rows(order)


FIRST_PAGE: Request = _rows()
CASES: tuple[Case, ...] = (*_quick(), *_slow())
