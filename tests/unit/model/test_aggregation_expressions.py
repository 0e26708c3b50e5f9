"""Expressions of aggregations, by a table: what MongoDB's documentation says that each gives."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import pytest

from parsepy.errors import ParseError
from parsepy.model.aggregation.budget import Budget
from parsepy.model.aggregation.expressions.compiler import Scope
from parsepy.model.aggregation.operators import COMPILER
from parsepy.model.aggregation.values import MISSING, key

NOW = datetime(2026, 1, 2, 3, 4, 5)
DATE = datetime(2024, 3, 10, 13, 14, 15, 167000)
ROW: dict[str, Any] = {
    "_id": "x1",
    "i": 7,
    "f": 2.5,
    "s": "Hello World",
    "u": "ünï",
    "a": [3, 1, 2],
    "e": [],
    "o": {"x": 1, "y": {"z": "deep"}},
    "l": [{"k": 1}, {"k": 2}, {"m": 3}, 4],
    "d": DATE,
    "t": True,
    "n": None,
    "big": 2**40,
    "y": b"abc",
}


def evaluate(expression: Any, row: dict[str, Any] = ROW) -> Any:
    return COMPILER(expression)(Scope(row, {"ROOT": row, "NOW": NOW, "REMOVE": MISSING}, Budget()))


def at(year: int, month: int = 1, day: int = 1, *time: int) -> datetime:
    hour, minute, second, millisecond = (*time, 0, 0, 0, 0)[:4]
    return datetime(year, month, day, hour, minute, second, millisecond * 1000)


CASES: list[tuple[Any, Any]] = [
    # paths, literals, variables
    ("$i", 7),
    ("$o.y.z", "deep"),
    ("$l.k", [1, 2]),
    ("$l.0", []),
    ("$nothing", MISSING),
    ("$i.x", MISSING),
    ("plain", "plain"),
    (5, 5),
    ({"a": "$i", "b": "$nothing", "c": {"d": "$n"}}, {"a": 7, "c": {"d": None}}),
    (["$i", "$nothing", 1], [7, None, 1]),
    ({"$literal": "$i"}, "$i"),
    ("$$ROOT.i", 7),
    ("$$CURRENT.s", "Hello World"),
    ("$$NOW", NOW),
    ("$$REMOVE", MISSING),
    ({"$let": {"vars": {"x": "$i", "y": 2}, "in": {"$multiply": ["$$x", "$$y"]}}}, 14),
    ({"$let": {"vars": {"CURRENT": "$o"}, "in": "$y.z"}}, "deep"),
    # arithmetic
    ({"$add": ["$i", "$f"]}, 9.5),
    ({"$add": []}, 0),
    ({"$add": ["$i", "$n"]}, None),
    ({"$add": ["$d", 1000]}, at(2024, 3, 10, 13, 14, 16, 167)),
    ({"$subtract": ["$d", at(2024, 3, 10, 13, 14, 15)]}, 167),
    ({"$subtract": ["$d", 167]}, at(2024, 3, 10, 13, 14, 15)),
    ({"$multiply": ["$i", 2, 0.5]}, 7.0),
    ({"$divide": [6, 4]}, 1.5),
    ({"$mod": [-7, 3]}, -1),
    ({"$mod": [7.5, 2]}, 1.5),
    ({"$abs": -4}, 4),
    ({"$ceil": 2.1}, 3.0),
    ({"$floor": -2.1}, -3.0),
    ({"$floor": 5}, 5),
    ({"$round": [2.5]}, 2.0),
    ({"$round": [19.25, 1]}, 19.2),
    ({"$round": [1234, -2]}, 1200),
    ({"$trunc": [19.29, 1]}, 19.2),
    ({"$trunc": [-19.7]}, -19.0),
    ({"$trunc": [1299.5, -2]}, 1200.0),
    ({"$pow": [2, 10]}, 1024),
    ({"$pow": [2, -1]}, 0.5),
    ({"$pow": [2, 70]}, 2.0**70),
    ({"$sqrt": 9}, 3.0),
    ({"$log": [8, 2]}, 3.0),
    ({"$log10": 1000}, 3.0),
    ({"$exp": 0}, 1.0),
    ({"$ln": 1}, 0.0),
    ({"$degreesToRadians": 180}, math.pi),
    # comparison and truth
    ({"$eq": [1, 1.0]}, True),
    ({"$eq": ["$n", "$nothing"]}, False),
    ({"$eq": ["$nothing", "$other"]}, True),
    ({"$lt": ["$nothing", None]}, True),
    ({"$lt": [5, "a"]}, True),
    ({"$gt": [True, "z"]}, True),
    ({"$gt": ["$d", True]}, True),
    ({"$gt": [[1, 2], [1]]}, True),
    ({"$lt": [{"a": 1}, {"b": 0}]}, True),
    ({"$cmp": [1, 2]}, -1),
    ({"$and": [1, "a", {}]}, True),
    ({"$and": [1, 0]}, False),
    ({"$or": [None, "$nothing", False, 0]}, False),
    ({"$or": [[]]}, True),
    ({"$not": ["$n"]}, True),
    ({"$not": "$t"}, False),
    # choice
    ({"$cond": ["$t", "yes", "no"]}, "yes"),
    ({"$cond": {"if": "$n", "then": 1, "else": 2}}, 2),
    ({"$ifNull": ["$n", "$nothing", "last"]}, "last"),
    ({"$ifNull": ["$i", 0]}, 7),
    ({"$switch": {"branches": [{"case": False, "then": 1}, {"case": "$t", "then": 2}]}}, 2),
    ({"$switch": {"branches": [{"case": False, "then": 1}], "default": "d"}}, "d"),
    # texts
    ({"$concat": ["a", "$s"]}, "aHello World"),
    ({"$concat": ["a", "$n"]}, None),
    ({"$toUpper": "$u"}, "üNï"),
    ({"$toLower": "$n"}, ""),
    ({"$substrCP": ["$u", 1, 5]}, "nï"),
    ({"$substrBytes": ["$u", 0, 3]}, "ün"),
    ({"$substr": ["$s", 6, -1]}, "World"),
    ({"$substrCP": [1234, 1, 2]}, "23"),
    ({"$strLenCP": "$u"}, 3),
    ({"$strLenBytes": "$u"}, 5),
    ({"$trim": {"input": "  a b \n"}}, "a b"),
    ({"$ltrim": {"input": "xxaxx", "chars": "x"}}, "axx"),
    ({"$rtrim": {"input": "xxaxx", "chars": "x"}}, "xxa"),
    ({"$trim": {"input": "$n"}}, None),
    ({"$split": ["a-b-c", "-"]}, ["a", "b", "c"]),
    ({"$indexOfCP": ["$u", "ï"]}, 2),
    ({"$indexOfBytes": ["$u", "ï"]}, 3),
    ({"$indexOfCP": ["abcabc", "b", 2]}, 4),
    ({"$indexOfCP": ["abc", "z"]}, -1),
    ({"$strcasecmp": ["ABC", "abd"]}, -1),
    ({"$replaceOne": {"input": "aba", "find": "a", "replacement": "x"}}, "xba"),
    ({"$replaceAll": {"input": "aba", "find": "a", "replacement": "x"}}, "xbx"),
    ({"$regexMatch": {"input": "$s", "regex": "^hello", "options": "i"}}, True),
    ({"$regexFind": {"input": "$s", "regex": "(o)( W)?"}}, {"match": "o W", "idx": 4, "captures": ["o", " W"]}),
    ({"$regexFind": {"input": "$u", "regex": "x"}}, None),
    (
        {"$regexFindAll": {"input": "aXbX", "regex": "[a-z](X)"}},
        [{"match": "aX", "idx": 0, "captures": ["X"]}, {"match": "bX", "idx": 2, "captures": ["X"]}],
    ),
    # arrays
    ({"$arrayElemAt": ["$a", 0]}, 3),
    ({"$arrayElemAt": ["$a", -1]}, 2),
    ({"$arrayElemAt": ["$a", 9]}, MISSING),
    ({"$first": "$a"}, 3),
    ({"$last": "$e"}, MISSING),
    ({"$firstN": {"input": "$a", "n": 2}}, [3, 1]),
    ({"$lastN": {"input": "$a", "n": 2}}, [1, 2]),
    ({"$minN": {"input": "$a", "n": 2}}, [1, 2]),
    ({"$maxN": {"input": "$a", "n": 2}}, [3, 2]),
    ({"$size": "$a"}, 3),
    ({"$isArray": ["$a"]}, True),
    ({"$isArray": "$s"}, False),
    ({"$in": [1, "$a"]}, True),
    ({"$in": ["$nothing", [None]]}, False),
    ({"$indexOfArray": ["$a", 2]}, 2),
    ({"$indexOfArray": ["$a", 3, 1]}, -1),
    ({"$concatArrays": ["$a", [9], "$e"]}, [3, 1, 2, 9]),
    ({"$slice": ["$a", 2]}, [3, 1]),
    ({"$slice": ["$a", -2]}, [1, 2]),
    ({"$slice": ["$a", -2, 1]}, [1]),
    ({"$slice": ["$a", -9, 2]}, [3, 1]),
    ({"$reverseArray": "$a"}, [2, 1, 3]),
    ({"$range": [0, 10, 3]}, [0, 3, 6, 9]),
    ({"$range": [3, 0, -1]}, [3, 2, 1]),
    ({"$map": {"input": "$a", "as": "x", "in": {"$add": ["$$x", 1]}}}, [4, 2, 3]),
    ({"$map": {"input": "$l", "in": "$$this.k"}}, [1, 2, None, None]),
    ({"$filter": {"input": "$a", "as": "x", "cond": {"$gt": ["$$x", 1]}}}, [3, 2]),
    ({"$filter": {"input": "$a", "cond": True, "limit": 1}}, [3]),
    ({"$reduce": {"input": "$a", "initialValue": 0, "in": {"$add": ["$$value", "$$this"]}}}, 6),
    ({"$zip": {"inputs": ["$a", ["x", "y"]]}}, [[3, "x"], [1, "y"]]),
    ({"$zip": {"inputs": [[1, 2], ["x"]], "useLongestLength": True, "defaults": [0, "z"]}}, [[1, "x"], [2, "z"]]),
    ({"$sortArray": {"input": "$a", "sortBy": 1}}, [1, 2, 3]),
    ({"$sortArray": {"input": [{"k": 1}, {"k": 2}], "sortBy": {"k": -1}}}, [{"k": 2}, {"k": 1}]),
    ({"$sum": "$a"}, 6),
    ({"$sum": ["$i", "$f", "$s"]}, 9.5),
    ({"$avg": "$a"}, 2.0),
    ({"$avg": "$e"}, None),
    ({"$min": ["$i", "$f", "$n"]}, 2.5),
    ({"$max": "$a"}, 3),
    ({"$stdDevPop": [1, 2, 3, 4]}, math.sqrt(1.25)),
    ({"$stdDevSamp": [1]}, None),
    # sets and objects
    ({"$setUnion": ["$a", [1, 9]]}, [3, 1, 2, 9]),
    ({"$setIntersection": ["$a", [1, 2, 7]]}, [1, 2]),
    ({"$setDifference": [[1, 1, 2, 3], [2]]}, [1, 3]),
    ({"$setEquals": [[1, 2, 2], [2, 1]]}, True),
    ({"$setIsSubset": [[1], "$a"]}, True),
    ({"$allElementsTrue": [[1, True]]}, True),
    ({"$anyElementTrue": [[0, False]]}, False),
    ({"$mergeObjects": ["$o", {"x": 2}, "$n"]}, {"x": 2, "y": {"z": "deep"}}),
    ({"$objectToArray": {"a": 1}}, [{"k": "a", "v": 1}]),
    ({"$arrayToObject": [[["a", 1], ["b", 2]]]}, {"a": 1, "b": 2}),
    ({"$arrayToObject": [[{"k": "a", "v": 1}]]}, {"a": 1}),
    ({"$getField": "i"}, 7),
    ({"$getField": {"field": "x", "input": "$o"}}, 1),
    ({"$setField": {"field": "x", "input": "$o", "value": 5}}, {"x": 5, "y": {"z": "deep"}}),
    ({"$unsetField": {"field": "y", "input": "$o"}}, {"x": 1}),
    # types
    ({"$type": "$i"}, "int"),
    ({"$type": "$big"}, "long"),
    ({"$type": "$f"}, "double"),
    ({"$type": "$nothing"}, "missing"),
    ({"$type": "$n"}, "null"),
    ({"$type": "$y"}, "binData"),
    ({"$isNumber": "$f"}, True),
    ({"$toInt": "12"}, 12),
    ({"$toInt": 2.9}, 2),
    ({"$toInt": "$t"}, 1),
    ({"$toLong": "$d"}, 1710076455167),
    ({"$toDouble": "1.5"}, 1.5),
    ({"$toBool": "false"}, True),
    ({"$toBool": 0}, False),
    ({"$toString": 2.0}, "2"),
    ({"$toString": True}, "true"),
    ({"$toString": "$d"}, "2024-03-10T13:14:15.167Z"),
    ({"$toDate": 1710076455167}, DATE),
    ({"$toDate": "2024-03-10T14:14:15.167+01:00"}, DATE),
    ({"$toInt": "$n"}, None),
    ({"$convert": {"input": "x", "to": "int", "onError": "bad"}}, "bad"),
    ({"$convert": {"input": "$n", "to": "int", "onNull": "none"}}, "none"),
    ({"$convert": {"input": "7", "to": 16}}, 7),
]


@pytest.mark.parametrize(("expression", "expected"), CASES, ids=[str(case[0])[:80] for case in CASES])
def test_an_expression_gives_what_mongodb_gives(expression: Any, expected: Any) -> None:
    found = evaluate(expression)

    assert key(found) == key(expected)
    assert type(found) is type(expected)


DATES: list[tuple[Any, Any]] = [
    ({"$year": "$d"}, 2024),
    ({"$month": "$d"}, 3),
    ({"$dayOfMonth": ["$d"]}, 10),
    ({"$hour": "$d"}, 13),
    ({"$minute": "$d"}, 14),
    ({"$second": "$d"}, 15),
    ({"$millisecond": "$d"}, 167),
    ({"$dayOfYear": "$d"}, 70),
    ({"$dayOfWeek": "$d"}, 1),
    ({"$week": "$d"}, 10),
    ({"$isoWeek": "$d"}, 10),
    ({"$isoWeekYear": at(2021)}, 2020),
    ({"$isoDayOfWeek": "$d"}, 7),
    ({"$year": "$n"}, None),
    ({"$hour": {"date": "$d", "timezone": "America/New_York"}}, 9),
    ({"$hour": {"date": "$d", "timezone": "+05:30"}}, 18),
    ({"$hour": {"date": "$d", "timezone": None}}, None),
    ({"$dateToString": {"date": "$d"}}, "2024-03-10T13:14:15.167Z"),
    ({"$dateToString": {"date": "$d", "format": "%d.%m.%Y %H:%M %%"}}, "10.03.2024 13:14 %"),
    ({"$dateToString": {"date": "$d", "format": "%G-W%V-%u %j %w %U"}}, "2024-W10-7 070 1 10"),
    ({"$dateToString": {"date": "$d", "format": "%H%z", "timezone": "Europe/Berlin"}}, "14+0100"),
    ({"$dateToString": {"date": "$n", "onNull": "never"}}, "never"),
    ({"$dateFromString": {"dateString": "2024-03-10T13:14:15.167Z"}}, DATE),
    ({"$dateFromString": {"dateString": "2024-03-10", "timezone": "Europe/Berlin"}}, at(2024, 3, 9, 23)),
    ({"$dateFromString": {"dateString": "10.03.2024", "format": "%d.%m.%Y"}}, at(2024, 3, 10)),
    ({"$dateFromString": {"dateString": "no", "onError": "bad"}}, "bad"),
    ({"$dateFromParts": {"year": 2024, "month": 14, "day": 1}}, at(2025, 2, 1)),
    ({"$dateFromParts": {"year": 2024, "hour": 12, "timezone": "+02:00"}}, at(2024, 1, 1, 10)),
    ({"$dateFromParts": {"isoWeekYear": 2024, "isoWeek": 10, "isoDayOfWeek": 7}}, at(2024, 3, 10)),
    (
        {"$dateToParts": {"date": "$d"}},
        {"year": 2024, "month": 3, "day": 10, "hour": 13, "minute": 14, "second": 15, "millisecond": 167},
    ),
    ({"$dateAdd": {"startDate": at(2024, 1, 31), "unit": "month", "amount": 1}}, at(2024, 2, 29)),
    ({"$dateAdd": {"startDate": "$d", "unit": "hour", "amount": 24}}, at(2024, 3, 11, 13, 14, 15, 167)),
    ({"$dateSubtract": {"startDate": at(2024, 3, 31), "unit": "quarter", "amount": 1}}, at(2023, 12, 31)),
    (
        # One day across the change of the clocks is 23 hours.
        {"$dateAdd": {"startDate": at(2024, 3, 30, 12), "unit": "day", "amount": 1, "timezone": "Europe/Berlin"}},
        at(2024, 3, 31, 11),
    ),
    ({"$dateDiff": {"startDate": at(2023, 12, 31), "endDate": at(2024), "unit": "year"}}, 1),
    ({"$dateDiff": {"startDate": at(2024), "endDate": "$d", "unit": "month"}}, 2),
    ({"$dateDiff": {"startDate": at(2024), "endDate": "$d", "unit": "day"}}, 69),
    ({"$dateDiff": {"startDate": at(2024, 3, 9), "endDate": "$d", "unit": "week"}}, 1),
    (
        {"$dateDiff": {"startDate": at(2024, 3, 9), "endDate": "$d", "unit": "week", "startOfWeek": "mon"}},
        0,
    ),
    ({"$dateDiff": {"startDate": "$d", "endDate": at(2024, 3, 10, 12, 59), "unit": "hour"}}, -1),
    ({"$dateTrunc": {"date": "$d", "unit": "month"}}, at(2024, 3)),
    ({"$dateTrunc": {"date": "$d", "unit": "quarter"}}, at(2024)),
    ({"$dateTrunc": {"date": "$d", "unit": "week"}}, at(2024, 3, 10)),
    ({"$dateTrunc": {"date": "$d", "unit": "week", "startOfWeek": "Monday"}}, at(2024, 3, 4)),
    ({"$dateTrunc": {"date": "$d", "unit": "minute", "binSize": 10}}, at(2024, 3, 10, 13, 10)),
    ({"$dateTrunc": {"date": "$d", "unit": "day", "timezone": "Europe/Berlin"}}, at(2024, 3, 9, 23)),
]


@pytest.mark.parametrize(("expression", "expected"), DATES, ids=[str(case[0])[:80] for case in DATES])
def test_dates_are_read_and_moved_by_the_calendar(expression: Any, expected: Any) -> None:
    assert evaluate(expression) == expected


REFUSED: list[tuple[Any, str]] = [
    ({"$frobnicate": 1}, "Unrecognized expression '$frobnicate'"),
    ("$$nobody", "undefined variable: nobody"),
    ("$a..b", "FieldPath"),
    ({"$add": ["$s", 1]}, "$add only supports numeric"),
    ({"$divide": [1, 0]}, "divide by zero"),
    ({"$mod": [1, 0]}, "mod by zero"),
    ({"$subtract": [1]}, "$subtract takes exactly 2 arguments"),
    ({"$add": [1], "$abs": 1}, "exactly one field"),
    ({"$cond": [1, 2]}, "$cond takes exactly 3 arguments"),
    ({"$switch": {"branches": [{"case": False, "then": 1}]}}, "no default was specified"),
    ({"$size": "$s"}, "must be an array, but was of type: string"),
    ({"$strLenCP": "$i"}, "requires a string argument, found: int"),
    ({"$substrBytes": ["$u", 0, 1]}, "within a UTF-8 character"),
    ({"$concat": ["$i"]}, "only supports strings, not int"),
    ({"$toInt": "x"}, "Failed to convert string to int"),
    ({"$toInt": 2**40}, "overflow"),
    ({"$year": "$s"}, "$year requires a date, found: string"),
    ({"$hour": {"date": "$d", "timezone": "Mars/Phobos"}}, "time zone"),
    ({"$hour": {"date": "$d", "timezone": "../../etc/passwd"}}, "time zone"),
    ({"$dateToString": {"date": "$d", "format": "%Q"}}, "%Q"),
    ({"$dateAdd": {"startDate": "$d", "unit": "eon", "amount": 1}}, "unit"),
    ({"$dateAdd": {"startDate": "$d", "unit": "year", "amount": 10**9}}, "out of range"),
    ({"$add": ["$d", 10**18]}, "out of range"),
    ({"$map": {"input": "$a"}}, "$map requires 'in'"),
    ({"$map": {"input": "$a", "as": "Up", "in": 1}}, "invalid character"),
    ({"$range": [0, 10**9]}, "elements"),
    ({"$regexMatch": {"input": "$s", "regex": "("}}, "regular expression"),
    ({"$sqrt": -1}, "$sqrt"),
    ({"$pow": [0, -1]}, "$pow"),
]


@pytest.mark.parametrize(("expression", "message"), REFUSED, ids=[str(case[0])[:80] for case in REFUSED])
def test_what_cannot_be_evaluated_is_named(expression: Any, message: str) -> None:
    with pytest.raises(ParseError) as refusal:
        evaluate(expression)

    assert refusal.value.code == 102
    assert message in refusal.value.message


def nested(depth: int) -> Any:
    expression: Any = 1
    for _ in range(depth):
        expression = {"$abs": expression}
    return expression


def doubled(rounds: int) -> Any:
    """An expression whose value grows by doubling."""
    inner = {"$let": {"vars": {"v": ["$$value", "$$value", "$$value", "$$value"]}, "in": "$$v"}}
    return {"$reduce": {"input": {"$range": [0, rounds]}, "initialValue": ["x"], "in": inner}}


BOMBS: dict[str, Any] = {
    "deep expression": nested(500),
    "doubled arrays": doubled(60),
    "doubled text": {
        "$reduce": {
            "input": {"$range": [0, 60]},
            "initialValue": "xx",
            "in": {"$concat": ["$$value", "$$value"]},
        }
    },
    "doubled list": {
        "$reduce": {
            "input": {"$range": [0, 60]},
            "initialValue": [1, 2],
            "in": {"$concatArrays": ["$$value", "$$value"]},
        }
    },
    "deep value": {
        "$reduce": {"input": {"$range": [0, 5000]}, "initialValue": 1, "in": ["$$value"]},
    },
}


@pytest.mark.parametrize("expression", BOMBS.values(), ids=BOMBS)
def test_values_do_not_grow_without_end(expression: Any) -> None:
    with pytest.raises(ParseError) as refusal:
        evaluate(expression)

    assert refusal.value.code == 102


def test_long_work_is_stopped_by_the_clock() -> None:
    ticks = iter(range(10**9))
    busy = {"$reduce": {"input": {"$range": [0, 100_000]}, "initialValue": 0, "in": "$$this"}}
    budget = Budget(5, clock=lambda: next(ticks))

    with pytest.raises(ParseError, match="time limit"):
        COMPILER(busy)(Scope({}, {}, budget))
