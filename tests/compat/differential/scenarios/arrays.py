"""3.2 Array columns: literals, $all, $containedBy and the other operators on arrays."""

from __future__ import annotations

from tests.compat.differential.questions import ask, ask_v, date, save_all, save_values
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


async def lists(s: Script) -> None:
    await save_values(s, "Thing", [1, 2], [2], [], [3, None], ["1", "ab"], None)


async def nested_lists(s: Script) -> None:
    await save_values(s, "Thing", [1, 2], [2], [], [[1, 2]], [[]], None)


def prefix(text: str) -> dict[str, str]:
    return {"$regex": f"^\\Q{text}\\E"}


@scenario("3.2/literal")
async def a_literal_on_an_array_means_containment(s: Script) -> None:
    await lists(s)
    await ask_v(s, "Thing", 1, 2, "1", 9, {"$eq": 2}, {"$eq": None})


@scenario("3.2/literal")
async def null_on_an_array_matches_null_elements_and_missing_arrays(s: Script) -> None:
    await lists(s)
    await ask_v(s, "Thing", None)


@scenario("3.2/eq-ne")
async def ne_on_an_array_means_does_not_contain(s: Script) -> None:
    await lists(s)
    await ask_v(s, "Thing", {"$ne": 2}, {"$ne": None}, {"$ne": 9}, {"$ne": "1"})


@scenario("3.2/literal")
async def a_list_is_no_literal(s: Script) -> None:
    await nested_lists(s)
    await ask_v(s, "Thing", [1, 2], [2, 1], [[1, 2]])
    await ask(s, "Thing", {"n": [1]}, {"never": [1]})


@scenario("3.2/literal")
async def an_empty_list_as_literal_is_an_empty_object(s: Script) -> None:
    await save_values(s, "Thing", [{}], [1], [], [[]])
    await ask_v(s, "Thing", [])


@scenario("3.2/literal")
async def a_list_as_operand_is_the_whole_array_or_an_element(s: Script) -> None:
    await nested_lists(s)
    await ask_v(s, "Thing", {"$eq": [1, 2]}, {"$eq": []})


@scenario("3.2/eq-ne", real_mongo=True)
async def ne_with_a_list_leaves_out_the_whole_array_and_elements(s: Script) -> None:
    await nested_lists(s)
    await ask_v(s, "Thing", {"$ne": [1, 2]}, {"$ne": []})


@scenario("3.2/literal")
async def an_array_of_pointers_contains_a_pointer(s: Script) -> None:
    first, second = await save_all(s, "Owner", [{}, {}])
    one, two = s.pointer("Owner", first), s.pointer("Owner", second)
    await save_values(s, "Thing", [one], [two, one], [], [first])
    await ask_v(s, "Thing", one, two, {"$ne": one}, {"$in": [two]}, {"$nin": [two]}, {"$all": [one, two]}, first)
    await ask_v(s, "Thing", s.pointer("Other", first), {"$containedBy": [one]}, {"$eq": one})


@scenario("3.2/literal")
async def an_array_contains_an_object(s: Script) -> None:
    await save_values(s, "Thing", [{"a": 1}], [{"a": 1, "b": 2}], [{"a": 2}, 1], [{}])
    await ask_v(s, "Thing", {"a": 1}, {"$eq": {"a": 1}}, {"$ne": {"a": 1}}, {"$in": [{"a": 2}]}, {"$all": [{"a": 1}]})


@scenario("3.2/literal")
async def an_array_contains_dates_and_booleans(s: Script) -> None:
    day = date("2020-01-01T00:00:00.000Z")
    await save_values(s, "Thing", [day, True], [False], ["2020-01-01T00:00:00.000Z"])
    await ask_v(
        s, "Thing", day, True, False, {"$in": [day]}, {"$gt": date("2019-01-01T00:00:00.000Z")}, {"$all": [day, True]}
    )
    await ask_v(s, "Thing", day["iso"], {"$ne": day})


@scenario("3.2/comparisons")
async def comparisons_hold_for_any_element(s: Script) -> None:
    await save_values(s, "Thing", [1, 9], [5], [], ["5"], None)
    await ask_v(s, "Thing", {"$gt": 4}, {"$lt": 4}, {"$gte": "5"}, {"$lte": 1})


@scenario("3.2/comparisons", real_mongo=True)
async def two_comparisons_may_hold_for_two_elements(s: Script) -> None:
    await save_values(s, "Thing", [1, 9], [5], [], ["5"], None)
    await ask_v(s, "Thing", {"$gt": 4, "$lt": 6}, {"$gt": 4, "$lt": 2})


@scenario("3.2/comparisons", real_mongo=True)
async def comparisons_with_a_list(s: Script) -> None:
    await nested_lists(s)
    await ask_v(s, "Thing", {"$gt": [1]}, {"$gte": []}, {"$lt": [2]})


@scenario("3.2/in-nin")
async def in_and_nin_on_arrays_mean_any_and_none(s: Script) -> None:
    await lists(s)
    for values in ([2], [1, 3], [None], [9], [], ["1", 2]):
        await ask_v(s, "Thing", {"$in": values}, {"$nin": values})


@scenario("3.2/in-nin")
async def lists_in_lists_on_an_array(s: Script) -> None:
    await lists(s)
    await ask_v(s, "Thing", {"$in": [[1, 2]]}, {"$nin": [[1, 2]]}, {"$in": [[]]})


@scenario("3.2/in-nin", real_mongo=True)
async def in_and_nin_do_not_look_into_nested_lists(s: Script) -> None:
    await nested_lists(s)
    await ask_v(s, "Thing", {"$in": [2]}, {"$nin": [2]})


@scenario("3.2/exists")
async def exists_on_arrays(s: Script) -> None:
    await lists(s)
    await ask_v(s, "Thing", {"$exists": True}, {"$exists": False}, {"$exists": True, "$ne": 2})


@scenario("3.2/regex")
async def a_regex_on_an_array_holds_for_any_element(s: Script) -> None:
    await save_values(s, "Thing", ["ab", "c"], ["xab"], [], None)
    await ask_v(s, "Thing", {"$regex": "^ab"}, {"$regex": "AB", "$options": "i"})


@scenario("3.2/all")
async def all_finds_arrays_with_every_value(s: Script) -> None:
    await save_values(s, "Thing", [1, 2, 3], [1, 2], [2, 1], [1], [], ["1", 2], None)
    for values in ([1, 2], [2], [1, 1], [1, 2, 3], ["1"], [9], [1, "1"]):
        await ask_v(s, "Thing", {"$all": values})


@scenario("3.2/all")
async def all_of_nothing_finds_nothing(s: Script) -> None:
    await lists(s)
    await ask_v(s, "Thing", {"$all": []})


@scenario("3.2/all")
async def all_of_null(s: Script) -> None:
    await lists(s)
    await ask_v(s, "Thing", {"$all": [3, None]})


@scenario("3.2/all", real_mongo=True)
async def all_of_null_matches_missing_arrays_too(s: Script) -> None:
    await lists(s)
    await ask_v(s, "Thing", {"$all": [None]})


@scenario("3.2/all", real_mongo=True)
async def all_of_lists(s: Script) -> None:
    await nested_lists(s)
    await ask_v(s, "Thing", {"$all": [[1, 2]]}, {"$all": [[]]})


@scenario("3.2/all")
async def all_takes_a_list_only(s: Script) -> None:
    await lists(s)
    await ask_v(s, "Thing", {"$all": 1}, {"$all": "a"}, {"$all": None}, {"$all": {}}, {"$all": {"a": 1}})


@scenario("3.2/all")
async def all_of_prefixes_finds_texts_that_start_so(s: Script) -> None:
    await save_values(s, "Thing", ["abc", "xyz"], ["ab"], ["cab"], ["x.z", "ab"], [], None)
    await ask_v(s, "Thing", {"$all": [prefix("ab")]}, {"$all": [prefix("ab"), prefix("x")]}, {"$all": [prefix("x.")]})
    await ask_v(s, "Thing", {"$all": [prefix("")]}, {"$all": [prefix("AB")]})


@scenario("3.2/all")
async def all_of_prefixes_and_values_is_refused(s: Script) -> None:
    await save_values(s, "Thing", ["abc", "xyz"])
    await ask_v(s, "Thing", {"$all": [prefix("ab"), "xyz"]}, {"$all": [1, prefix("ab")]})
    await ask_v(s, "Thing", {"$all": [prefix("ab"), {"$regex": "xyz"}]})
    await ask_v(s, "Thing", {"$all": [{"$regex": "abc"}]})


@scenario("3.2/all")
async def all_of_several_other_regexes(s: Script) -> None:
    await save_values(s, "Thing", ["abc", "xyz"], ["abc"], ["xyz", 1])
    await ask_v(s, "Thing", {"$all": [{"$regex": "^abc"}, {"$regex": "x"}]}, {"$all": [{"$regex": "x"}, 1]})


@scenario("3.2/all")
async def all_on_columns_that_are_no_arrays(s: Script) -> None:
    await save_all(s, "Thing", [{"t": "a", "v": 1}, {"t": "b", "v": 2}, {}])
    await ask(s, "Thing", {"t": {"$all": ["a", "b"]}}, {"v": {"$all": [3]}}, {"never": {"$all": ["a"]}})


@scenario("3.2/all", real_mongo=True)
async def all_takes_a_single_value_for_an_array(s: Script) -> None:
    await save_all(s, "Thing", [{"t": "a", "v": 1}, {"t": "b", "v": 2}, {}])
    await ask(s, "Thing", {"t": {"$all": ["a"]}}, {"v": {"$all": [1]}}, {"t": {"$all": [prefix("a")]}})


@scenario("3.2/contained-by")
async def contained_by_finds_arrays_of_listed_values(s: Script) -> None:
    await save_values(s, "Thing", [1, 2], [1], [], [1, 1], [3], ["1"], [1, 3])
    for values in ([1, 2], [1, 2, 3], [1], ["1"], [9]):
        await ask_v(s, "Thing", {"$containedBy": values})


@scenario("3.2/contained-by")
async def contained_by_with_null_and_missing(s: Script) -> None:
    await lists(s)
    await ask_v(s, "Thing", {"$containedBy": []}, {"$containedBy": [None]}, {"$containedBy": [3, None]})


@scenario("3.2/contained-by")
async def contained_by_beside_another_constraint(s: Script) -> None:
    await lists(s)
    await ask_v(s, "Thing", {"$containedBy": [1, 2], "$exists": True}, {"$containedBy": [1, 2], "$ne": 1})


@scenario("3.2/contained-by")
async def contained_by_takes_a_list_only(s: Script) -> None:
    await lists(s)
    await ask_v(s, "Thing", {"$containedBy": 1}, {"$containedBy": "a"}, {"$containedBy": None}, {"$containedBy": {}})


@scenario("3.2/contained-by")
async def contained_by_on_columns_that_are_no_arrays(s: Script) -> None:
    await save_all(s, "Thing", [{"v": 1, "t": "a"}, {"v": 2, "t": None}, {}])
    await ask(
        s, "Thing", {"v": {"$containedBy": [1]}}, {"t": {"$containedBy": ["a", "b"]}}, {"never": {"$containedBy": [1]}}
    )


@scenario("3.2/dotted")
async def a_dotted_key_searches_objects_in_an_array(s: Script) -> None:
    await save_values(s, "Thing", [{"a": 1}, {"a": 2}], [{"a": 3}], [{"b": 1}], None)
    for constraint in (
        1,
        {"$gt": 1},
        {"$ne": 1},
        None,
        {"$exists": True},
        {"$exists": False},
        {"$in": [2, 3]},
        {"$nin": [1]},
    ):
        await ask(s, "Thing", {"v.a": constraint})


@scenario("3.2/dotted", real_mongo=True)
async def a_dotted_key_finds_nothing_in_arrays_without_objects(s: Script) -> None:
    await save_values(s, "Thing", [{"a": 1}], [1], [], None)
    await ask(s, "Thing", {"v.a": None}, {"v.a": {"$exists": False}})


@scenario("3.2/dotted")
async def a_position_in_an_array(s: Script) -> None:
    await save_values(s, "Thing", [1, 2], [2, 1], [{"a": 5}], [[7, 8]], [], None)
    await ask(
        s, "Thing", {"v.0": 1}, {"v.1": 1}, {"v.0": {"$gt": 1}}, {"v.0.a": 5}, {"v.0.1": 8}, {"v.1": {"$exists": True}}
    )
    await ask(s, "Thing", {"v.0": 7}, {"v.9": {"$exists": False}}, {"v.9": {"$exists": True}})
