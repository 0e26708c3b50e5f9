"""3.5 Expressions of aggregations."""

from __future__ import annotations

from tests.compat.differential.aggregates import compute
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


@scenario("3.5/expressions")
async def sums_and_differences(s: Script) -> None:
    await compute(
        s,
        {"$add": ["$i", "$f"]},
        {"$add": ["$d", 1000]},
        {"$subtract": ["$f", 1]},
        {"$add": [1, 2, 3.5]},
        {"$subtract": ["$d", 60000]},
        {"$subtract": ["$d", "$d"]},
    )


@scenario("3.5/expressions")
async def products_and_quotients(s: Script) -> None:
    await compute(s, {"$multiply": ["$i", "$f"]}, {"$divide": ["$i", 2]}, {"$divide": ["$f", 4]})


@scenario("3.5/expressions")
async def remainders_keep_the_sign(s: Script) -> None:
    await compute(s, {"$mod": ["$i", 4]}, {"$mod": ["$f", 2]}, {"$mod": [-7, 3]})


@scenario("3.5/expressions")
async def rounding(s: Script) -> None:
    await compute(s, {"$abs": "$i"}, {"$ceil": "$f"}, {"$floor": "$f"}, {"$trunc": "$f"})


@scenario("3.5/expressions")
async def powers_and_roots(s: Script) -> None:
    await compute(s, {"$pow": ["$i", 2]}, {"$sqrt": {"$abs": "$i"}}, {"$exp": 0}, {"$ln": 1}, {"$log10": 1000})


@scenario("3.5/expressions")
async def comparisons_go_across_types(s: Script) -> None:
    await compute(s, {"$gt": ["$i", 0]}, {"$lt": ["$s", "M"]}, {"$gte": ["$a", "$i"]}, {"$cmp": ["$f", "$i"]})


@scenario("3.5/expressions")
async def null_is_not_missing(s: Script) -> None:
    await compute(s, {"$lte": ["$missing", None]}, {"$eq": ["$nothing", "$zz"]})


@scenario("3.5/expressions")
async def truth(s: Script) -> None:
    await compute(s, {"$and": ["$i", "$f"]}, {"$or": ["$b", "$i"]}, {"$not": ["$i"]}, {"$and": []}, {"$or": []})


@scenario("3.5/expressions")
async def conditions_in_two_forms(s: Script) -> None:
    await compute(
        s, {"$cond": [{"$gt": ["$i", 0]}, "more", "less"]}, {"$cond": {"if": "$b", "then": "$s", "else": "$f"}}
    )


@scenario("3.5/expressions")
async def a_default_for_nothing(s: Script) -> None:
    await compute(s, {"$ifNull": ["$i", "none"]}, {"$ifNull": ["$missing", "$s"]})


@scenario("3.5/expressions")
async def variables_and_literals(s: Script) -> None:
    await compute(s, {"$literal": "$i"}, {"$literal": {"$add": [1, 2]}}, "$$ROOT.s")


@scenario("3.5/expressions")
async def paths_go_through_objects_and_arrays(s: Script) -> None:
    await compute(s, "$o.x", "$o.y.z", "$l.k", "$o.y.z.w")


@scenario("3.5/expressions")
async def parts_of_dates(s: Script) -> None:
    parts = ("$year", "$month", "$dayOfMonth", "$hour", "$minute", "$second")
    await compute(s, *({part: "$d"} for part in parts))


@scenario("3.5/expressions")
async def days_and_weeks_of_dates(s: Script) -> None:
    await compute(s, {"$dayOfYear": "$d"})


@scenario("3.5/expressions")
async def dates_as_texts(s: Script) -> None:
    await compute(
        s,
        {"$dateToString": {"date": "$d", "format": "%Y-%m-%d"}},
        {"$dateToString": {"date": "$d", "format": "%H:%M:%S.%L", "timezone": "America/New_York"}},
        {"$dateToString": {"date": "$d", "format": "%Y", "onNull": "never"}},
    )


@scenario("3.5/expressions")
async def texts_put_together(s: Script) -> None:
    await compute(s, {"$concat": ["<", "$s", ">"]}, {"$concat": []})


@scenario("3.5/expressions")
async def parts_of_texts(s: Script) -> None:
    await compute(s, {"$substrCP": ["$s", 0, 3]}, {"$substr": ["$s", 6, -1]})


@scenario("3.5/expressions")
async def lengths_of_texts(s: Script) -> None:
    text = {"$ifNull": ["$s", "?"]}
    await compute(s, {"$strLenCP": text}, {"$strLenBytes": text})


@scenario("3.5/expressions")
async def split_texts(s: Script) -> None:
    await compute(s, {"$split": ["$s", " "]}, {"$split": ["$s", "l"]})


@scenario("3.5/expressions")
async def found_texts(s: Script) -> None:
    text = {"$ifNull": ["$s", "?"]}
    await compute(s, {"$indexOfCP": [text, "o"]}, {"$indexOfBytes": [text, "W"]}, {"$indexOfCP": [text, "o", 5]})


@scenario("3.5/expressions")
async def elements_of_arrays(s: Script) -> None:
    await compute(s, {"$arrayElemAt": ["$a", 0]}, {"$arrayElemAt": ["$a", -1]}, {"$arrayElemAt": ["$a", 9]})


@scenario("3.5/expressions")
async def sizes_of_arrays(s: Script) -> None:
    await compute(s, {"$size": {"$ifNull": ["$a", []]}}, {"$isArray": "$a"}, {"$isArray": ["$s"]})


@scenario("3.5/expressions")
async def arrays_cut_and_joined(s: Script) -> None:
    await compute(
        s,
        {"$slice": ["$a", 2]},
        {"$slice": ["$a", -1]},
        {"$slice": ["$a", 1, 2]},
        {"$concatArrays": ["$a", [9]]},
        {"$reverseArray": "$a"},
    )


@scenario("3.5/expressions")
async def ranges(s: Script) -> None:
    await compute(s, {"$range": [0, 5]}, {"$range": [10, 0, -3]})


@scenario("3.5/expressions")
async def searched_arrays(s: Script) -> None:
    await compute(s, {"$in": [1, {"$ifNull": ["$a", []]}]}, {"$indexOfArray": ["$a", 1]})


@scenario("3.5/expressions")
async def mapped_arrays(s: Script) -> None:
    await compute(
        s,
        {"$map": {"input": "$a", "as": "x", "in": {"$multiply": ["$$x", 10]}}},
        {"$map": {"input": "$l", "as": "row", "in": "$$row.v"}},
    )


@scenario("3.5/expressions")
async def filtered_arrays(s: Script) -> None:
    await compute(
        s,
        {"$filter": {"input": "$a", "as": "x", "cond": {"$gt": ["$$x", 1]}}},
        {"$filter": {"input": "$a", "cond": {"$lt": ["$$this", 3]}}},
    )


@scenario("3.5/expressions")
async def reduced_arrays(s: Script) -> None:
    await compute(s, {"$reduce": {"input": "$a", "initialValue": 0, "in": {"$add": ["$$value", "$$this"]}}})


@scenario("3.5/expressions")
async def sums_over_arrays(s: Script) -> None:
    await compute(s, {"$sum": "$a"}, {"$avg": "$a"}, {"$max": "$a"}, {"$min": "$a"}, {"$max": ["$i", "$f"]})


@scenario("3.5/expressions")
async def sets(s: Script) -> None:
    given = {"$ifNull": ["$a", []]}
    await compute(
        s,
        {"$setIsSubset": [[1], given]},
        {"$setEquals": [given, [1, 2, 3]]},
        {"$size": {"$setUnion": [given, [9]]}},
        {"$size": {"$setIntersection": [given, [1, 2]]}},
        {"$setDifference": [given, [1]]},
    )


@scenario("3.5/expressions")
async def all_or_any_element(s: Script) -> None:
    await compute(s, {"$allElementsTrue": [[True, 1]]}, {"$anyElementTrue": [[False, 0]]})


@scenario("3.5/expressions")
async def merged_objects(s: Script) -> None:
    await compute(s, {"$mergeObjects": ["$o", {"added": "$i"}]})


@scenario("3.5/expressions")
async def objects_as_pairs(s: Script) -> None:
    await compute(s, {"$objectToArray": {"$ifNull": ["$o", {}]}}, {"$arrayToObject": [[["k", 1], ["m", "$n"]]]})


@scenario("3.5/expressions")
async def values_as_texts(s: Script) -> None:
    await compute(s, {"$toString": "$i"}, {"$toString": "$f"}, {"$toString": "$s"})


@scenario("3.5/expressions")
async def values_as_numbers(s: Script) -> None:
    await compute(s, {"$toInt": "$f"}, {"$toLong": "$i"}, {"$toDouble": "$i"}, {"$toInt": "12"}, {"$toInt": "$b"})


@scenario("3.5/expressions")
async def values_as_dates_and_truth(s: Script) -> None:
    await compute(s, {"$toDate": "2024-05-06T07:08:09.123Z"}, {"$toDate": "$d"}, {"$toBool": "$i"}, {"$toBool": "$s"})


@scenario("3.5/expressions")
async def a_value_instead_of_a_failed_conversion(s: Script) -> None:
    await compute(s, {"$convert": {"input": "x", "to": "int", "onError": -1}})


@scenario("3.5/expressions")
async def unknown_expressions_are_refused(s: Script) -> None:
    await compute(s, {"$frobnicate": "$i"}, "$$nobody", {"$cond": [1, 2]})
