"""3.2 Literals, $eq, $ne, comparisons, $in, $nin, $exists on the scalar types."""

from __future__ import annotations

from tests.compat.differential.questions import ask, ask_v, date, save_all, save_values
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

EARLY, MIDDLE, LATE = "2019-12-31T23:59:59.999Z", "2020-01-01T00:00:00.000Z", "2020-06-01T12:00:00.000Z"
FILE = {"__type": "File", "name": "a.txt"}
BYTES = {"__type": "Bytes", "base64": "aGVsbG8="}


async def numbers(s: Script) -> None:
    await save_values(s, "Thing", 1, 2, 0, -1, 2.5, None)


async def texts(s: Script) -> None:
    await save_values(s, "Thing", "a", "A", "", "b", "1", None)


@scenario("3.2/literal")
async def a_number_equals_numbers_only(s: Script) -> None:
    await numbers(s)
    await ask_v(s, "Thing", 1, 0, 2.5, -1, 1.0, 9, "1", True, False, "")


@scenario("3.2/literal")
async def a_text_equals_texts_only_letter_by_letter(s: Script) -> None:
    await texts(s)
    await ask_v(s, "Thing", "a", "A", "", "1", 1, "c", True, " a")


@scenario("3.2/literal")
async def null_equals_null_and_missing(s: Script) -> None:
    await numbers(s)
    await ask_v(s, "Thing", None, {"$eq": None}, {"$ne": None}, {"$in": [None]}, {"$nin": [None]})
    await ask(s, "Thing", {"v": None, "n": {"$gt": 5}})


@scenario("3.2/literal")
async def a_boolean_equals_booleans_only(s: Script) -> None:
    await save_values(s, "Thing", True, False, None)
    await ask_v(s, "Thing", True, False, {"$ne": True}, {"$ne": False}, 1, 0, "true", {"$in": [True, None]})


@scenario("3.2/literal")
async def a_date_equals_the_same_moment(s: Script) -> None:
    await save_values(s, "Thing", date(MIDDLE), date(LATE), None)
    await ask_v(s, "Thing", date(MIDDLE), date("2020-01-01T01:00:00.000+01:00"), date("2020-01-01"), date(EARLY))


@scenario("3.2/literal")
async def iso_text_is_no_date_on_a_date_column(s: Script) -> None:
    await save_values(s, "Thing", date(MIDDLE), None)
    await ask_v(s, "Thing", MIDDLE, {"$gt": EARLY}, {"$in": [MIDDLE]}, {"$ne": MIDDLE})


@scenario("3.2/literal")
async def a_date_that_is_none_is_refused(s: Script) -> None:
    await save_values(s, "Thing", date(MIDDLE))
    await ask_v(s, "Thing", date("nonsense"), {"$gt": date("nonsense")})


@scenario("3.2/literal")
async def a_date_without_iso_text_is_refused(s: Script) -> None:
    await save_values(s, "Thing", date(MIDDLE))
    await ask_v(s, "Thing", {"__type": "Date"}, {"$lt": {"__type": "Date"}}, {"$in": [1, {"__type": "Date"}]})


@scenario("3.2/literal")
async def a_pointer_equals_the_same_pointer(s: Script) -> None:
    first, second = await save_all(s, "Owner", [{}, {}])
    await save_values(s, "Thing", s.pointer("Owner", first), s.pointer("Owner", second), None)
    await ask_v(s, "Thing", s.pointer("Owner", first), s.pointer("Other", first), s.pointer("Owner", "none"))
    await ask_v(s, "Thing", {"$ne": s.pointer("Owner", first)}, {"$eq": s.pointer("Owner", second)})
    await ask_v(s, "Thing", {"$in": [s.pointer("Owner", first), None]}, {"$nin": [s.pointer("Owner", first)]})


@scenario("3.2/literal")
async def an_id_is_no_pointer(s: Script) -> None:
    first = await s.create("Owner", {"n": 1})
    await save_values(s, "Thing", s.pointer("Owner", first), None)
    await ask_v(s, "Thing", first, f"{s.name('Owner')}${first}", {"$in": [first]}, {"$ne": first}, {"$nin": [first]})


@scenario("3.2/literal")
async def a_pointer_that_is_incomplete(s: Script) -> None:
    first = await s.create("Owner", {"n": 1})
    await save_values(s, "Thing", s.pointer("Owner", first), None)
    bare = {"__type": "Pointer", "className": s.name("Owner")}
    await ask_v(s, "Thing", bare, {"__type": "Pointer", "objectId": first}, {"__type": "Pointer"})
    await ask_v(s, "Thing", {"$in": [bare]}, {**s.pointer("Owner", first), "extra": 1})


@scenario("3.2/literal")
async def a_whole_object_stands_for_its_pointer(s: Script) -> None:
    first = await s.create("Owner", {"n": 1})
    await save_values(s, "Thing", s.pointer("Owner", first), None)
    whole = {"__type": "Object", "className": s.name("Owner"), "objectId": first, "n": 1}
    await ask_v(s, "Thing", whole, {"$in": [whole]}, {"$ne": whole})


@scenario("3.2/literal")
async def files_and_bytes_equal_by_content(s: Script) -> None:
    await save_all(s, "Thing", [{"f": FILE, "b": BYTES}, {"f": None, "b": None}, {}])
    other = {"__type": "Bytes", "base64": "eA=="}
    await ask(s, "Thing", {"f": FILE}, {"f": {**FILE, "url": "http://x/a.txt"}}, {"f": "a.txt"}, {"f": {"$ne": FILE}})
    await ask(s, "Thing", {"b": BYTES}, {"b": other}, {"b": {"$ne": BYTES}}, {"b": {"$in": [BYTES]}}, {"b": "aGVsbG8="})


@scenario("3.2/literal-object")
async def an_object_is_no_literal_on_a_column(s: Script) -> None:
    await save_values(s, "Thing", {"x": 1}, {"x": 1, "y": 2}, {}, None)
    await ask_v(s, "Thing", {"x": 1}, {"y": 2, "x": 1}, {"x": 9})
    await ask_v(s, "Thing", {"$eq": {"x": 1}}, {"$ne": {"x": 1}}, {"$in": [{"x": 1}]}, {"$gt": {"x": 1}})


@scenario("3.2/literal-object")
async def an_object_inside_of_an_object_matches_exactly(s: Script) -> None:
    inner = [{"x": 1}, {"x": 1, "y": 2}, {"y": 2, "x": 1}, None]
    await save_all(s, "Thing", [*({"o": {"k": value}} for value in inner), {"o": {}}])
    for value in inner:
        await ask(s, "Thing", {"o.k": value}, {"o.k": {"$eq": value}}, {"o.k": {"$ne": value}})
    await ask(s, "Thing", {"o.k": {"$in": [{"x": 1}, None]}}, {"o.k": {"$nin": [{"x": 1}]}})


@scenario("3.2/literal-object")
async def an_empty_object_matches_empty_objects(s: Script) -> None:
    await save_all(s, "Thing", [{"v": {}, "o": {"k": {}}}, {"v": {"x": 1}, "o": {"k": {"x": 1}}}, {}])
    await ask(s, "Thing", {"v": {}}, {"o.k": {}})


@scenario("3.2/literal-object")
async def objects_with_an_odd_type_are_no_literals(s: Script) -> None:
    await save_values(s, "Thing", {"x": 1})
    for name in ("Nonsense", "", 1, "Relation", "ACL"):
        await ask_v(s, "Thing", {"__type": name}, {"$in": [{"__type": name}]})


@scenario("3.2/mixed-literal")
async def plain_keys_beside_operators_are_an_object(s: Script) -> None:
    await save_values(s, "Thing", {"x": 1}, {"x": 2})
    await ask_v(s, "Thing", {"x": 1, "$exists": True}, {"x": 1, "$ne": {"x": 2}}, {"x": 3, "$exists": True})
    await ask_v(s, "Thing", {"x": 1, "$eq": {"x": 2}}, {"x": 1, "$bad": 1})


@scenario("3.2/mixed-literal")
async def plain_keys_beside_operators_inside_of_objects(s: Script) -> None:
    await save_all(s, "Thing", [{"o": {"k": {"x": 1}}}, {"o": {"k": {"x": 2}}}, {"o": {}}])
    await ask(s, "Thing", {"o.k": {"x": 1, "$exists": True}}, {"o.k": {"x": 1, "$exists": False}})


@scenario("3.2/eq-ne")
async def ne_finds_other_values_null_and_missing(s: Script) -> None:
    await numbers(s)
    await ask_v(s, "Thing", {"$eq": 1}, {"$ne": 1}, {"$ne": 9}, {"$ne": "1"}, {"$eq": "1"}, {"$ne": 0})
    await ask_v(s, "Thing", {"$ne": 1, "$gt": 0}, {"$eq": 1, "$ne": 1}, {"$ne": None, "$lt": 2})


@scenario("3.2/eq-ne")
async def ne_on_texts(s: Script) -> None:
    await texts(s)
    await ask_v(s, "Thing", {"$ne": "a"}, {"$ne": ""}, {"$eq": ""}, {"$ne": 1}, {"$ne": None})


@scenario("3.2/comparisons")
async def comparisons_of_numbers(s: Script) -> None:
    await numbers(s)
    for operator in ("$lt", "$lte", "$gt", "$gte"):
        await ask_v(s, "Thing", {operator: 1}, {operator: 2.5}, {operator: 0}, {operator: -5})
    await ask_v(s, "Thing", {"$gt": 0, "$lt": 2}, {"$gte": 2, "$lte": 2}, {"$gt": 2, "$lt": 1})


@scenario("3.2/comparisons")
async def comparisons_of_texts(s: Script) -> None:
    await texts(s)
    for operator in ("$lt", "$lte", "$gt", "$gte"):
        await ask_v(s, "Thing", {operator: "a"}, {operator: ""}, {operator: "Z"}, {operator: "1"})


@scenario("3.2/comparisons")
async def comparisons_never_cross_types(s: Script) -> None:
    await save_all(s, "Thing", [{"v": 1, "t": "a", "b": True, "d": date(MIDDLE)}, {}, {"v": None, "t": None}])
    for field, operand in (
        ("v", "0"),
        ("v", False),
        ("t", 0),
        ("t", False),
        ("b", 0),
        ("b", ""),
        ("d", 0),
        ("v", date(MIDDLE)),
    ):
        await ask(s, "Thing", {field: {"$gte": operand}}, {field: {"$lte": operand}})


@scenario("3.2/comparisons")
async def comparisons_of_booleans(s: Script) -> None:
    await save_values(s, "Thing", True, False, None)
    for operator in ("$lt", "$lte", "$gt", "$gte"):
        await ask_v(s, "Thing", {operator: True}, {operator: False})


@scenario("3.2/comparisons")
async def comparisons_with_null(s: Script) -> None:
    await numbers(s)
    await ask_v(s, "Thing", {"$gt": None}, {"$lt": None})


@scenario("3.2/comparisons", real_mongo=True)
async def null_is_as_great_as_null(s: Script) -> None:
    await numbers(s)
    await ask_v(s, "Thing", {"$gte": None}, {"$lte": None})


@scenario("3.2/comparisons")
async def comparisons_with_objects_and_lists(s: Script) -> None:
    await numbers(s)
    await ask_v(s, "Thing", {"$gt": {}}, {"$gt": {"a": 1}}, {"$lt": [1]}, {"$gte": []})


@scenario("3.2/comparisons")
async def ids_are_compared_as_texts(s: Script) -> None:
    first, second = await save_all(s, "Thing", [{}, {}])
    ids = [first, second]
    await ask(s, "Thing", {"objectId": {"$gte": "0"}}, {"objectId": {"$lt": "0"}}, {"objectId": {"$ne": first}})
    await ask(
        s, "Thing", {"objectId": {"$in": ids}}, {"objectId": {"$nin": [first]}}, {"objectId": {"$in": [first, "x"]}}
    )
    await ask(s, "Thing", {"objectId": 1}, {"objectId": None}, {"objectId": {"$exists": True}}, {"objectId": True})


@scenario("3.2/comparison-dates")
async def comparisons_of_dates(s: Script) -> None:
    await save_values(s, "Thing", date(EARLY), date(MIDDLE), date(LATE), None)
    for operator in ("$lt", "$lte", "$gt", "$gte"):
        await ask_v(s, "Thing", {operator: date(MIDDLE)}, {operator: date("2020-01-01T00:00:00.001Z")})
    await ask_v(
        s, "Thing", {"$gt": date(EARLY), "$lt": date(LATE)}, {"$in": [date(EARLY), date(LATE)]}, {"$ne": date(EARLY)}
    )


@scenario("3.2/comparison-dates")
async def created_and_updated_are_compared_as_dates(s: Script) -> None:
    await save_all(s, "Thing", [{}, {}])
    for field in ("createdAt", "updatedAt"):
        for operand in (date(LATE), date("2100-01-01T00:00:00.000Z")):
            await ask(s, "Thing", {field: {"$gt": operand}}, {field: {"$lte": operand}})
    await ask(s, "Thing", {"createdAt": LATE}, {"createdAt": {"$ne": LATE}}, {"createdAt": {"$exists": True}})


@scenario("3.2/comparison-dates")
async def iso_text_in_operators_on_created_and_updated_is_a_date(s: Script) -> None:
    moment = (await s.post(f"classes/{s.name('Thing')}", {"n": 0}))["createdAt"]
    for field in ("createdAt", "updatedAt"):
        await ask(
            s,
            "Thing",
            {field: {"$gt": LATE}},
            {field: {"$lte": "2100-01-01T00:00:00.000Z"}},
            {field: {"$in": [moment]}},
        )


@scenario("3.2/comparison-dates")
async def created_is_found_by_its_own_text(s: Script) -> None:
    made = await s.post(f"classes/{s.name('Thing')}", {"n": 1})
    moment = made["createdAt"]
    await ask(s, "Thing", {"createdAt": moment}, {"createdAt": date(moment)}, {"updatedAt": moment})
    await ask(
        s, "Thing", {"createdAt": {"$in": [date(moment)]}}, {"createdAt": {"$gte": date(moment), "$lte": date(moment)}}
    )


@scenario("3.2/comparison-dates")
async def created_and_texts_that_are_no_date(s: Script) -> None:
    await save_all(s, "Thing", [{}])
    await ask(s, "Thing", {"createdAt": {"$gt": "nonsense"}}, {"createdAt": "nonsense"}, {"createdAt": {"$gt": 0}})


@scenario("3.2/in-nin")
async def in_and_nin_on_numbers(s: Script) -> None:
    await numbers(s)
    for values in ([1, 2], [9], [], [None], [1, None], [1, "1"], [2.5, -1]):
        await ask_v(s, "Thing", {"$in": values}, {"$nin": values})
    await ask_v(s, "Thing", {"$in": [1, 2], "$nin": [2]}, {"$in": [0, 1], "$gt": 0})


@scenario("3.2/in-nin")
async def in_and_nin_on_texts(s: Script) -> None:
    await texts(s)
    for values in (["a", "b"], [""], [1], ["a", None], ["A"]):
        await ask_v(s, "Thing", {"$in": values}, {"$nin": values})


@scenario("3.2/in-nin")
async def lists_inside_of_in_are_flattened(s: Script) -> None:
    await numbers(s)
    await ask_v(s, "Thing", {"$in": [[1, 2], 0]}, {"$nin": [[1, 2], [0]]}, {"$in": [[]]}, {"$in": [[None]]})


@scenario("3.2/in-nin")
async def lists_two_deep_inside_of_in(s: Script) -> None:
    await numbers(s)
    await ask_v(s, "Thing", {"$in": [[[1]]]}, {"$nin": [[[1]]]})


@scenario("3.2/in-nin")
async def in_and_nin_without_a_list_are_refused(s: Script) -> None:
    await numbers(s)
    for value in (1, "a", None, {}, {"a": 1}, True):
        await ask_v(s, "Thing", {"$in": value}, {"$nin": value})


@scenario("3.2/in-nin")
async def objects_in_lists_of_in(s: Script) -> None:
    await numbers(s)
    await ask_v(s, "Thing", {"$in": [{"a": 1}]}, {"$nin": [{}]}, {"$in": [{"$gt": 1}]})


@scenario("3.2/exists")
async def null_exists_and_missing_does_not(s: Script) -> None:
    await save_values(s, "Thing", 1, 0, None)
    await ask_v(s, "Thing", {"$exists": True}, {"$exists": False})
    await ask_v(s, "Thing", {"$exists": True, "$ne": None}, {"$exists": False, "$gt": 0}, {"$exists": True, "$lt": 1})


@scenario("3.2/exists")
async def a_deleted_field_does_not_exist(s: Script) -> None:
    first, _, _ = await save_values(s, "Thing", 1, 2)
    await s.put(f"classes/{s.name('Thing')}/{first}", {"v": {"__op": "Delete"}}, record=False)
    await ask_v(s, "Thing", {"$exists": True}, {"$exists": False}, None)


@scenario("3.2/exists")
async def exists_takes_what_is_truthy(s: Script) -> None:
    await save_values(s, "Thing", 1, None)
    await ask_v(s, "Thing", {"$exists": 1}, {"$exists": 0}, {"$exists": None})


@scenario("3.2/exists")
async def exists_with_texts_and_objects(s: Script) -> None:
    await save_values(s, "Thing", 1, None)
    await ask_v(
        s, "Thing", {"$exists": "true"}, {"$exists": "false"}, {"$exists": ""}, {"$exists": []}, {"$exists": {}}
    )


@scenario("3.2/exists")
async def exists_on_every_type(s: Script) -> None:
    owner = await s.create("Owner")
    fields = {"f": FILE, "b": BYTES, "d": date(MIDDLE), "o": {}, "l": [], "t": ""}
    await save_all(s, "Thing", [{**fields, "p": s.pointer("Owner", owner)}, dict.fromkeys(fields), {}])
    for field in (*fields, "p", "objectId", "createdAt", "never"):
        await ask(s, "Thing", {field: {"$exists": True}}, {field: {"$exists": False}})


@scenario("3.2/exists")
async def a_pointer_that_is_null_exists(s: Script) -> None:
    owner = await s.create("Owner")
    await save_values(s, "Thing", s.pointer("Owner", owner), None)
    await ask_v(s, "Thing", {"$exists": True}, {"$exists": False})


@scenario("3.2/unknown-field", "3.7/unknown-column")
async def an_unknown_field_matches_nothing_and_is_no_error(s: Script) -> None:
    await numbers(s)
    for constraint in (1, "x", {"$gt": 1}, {"$in": [1]}, {"$exists": True}, {"$regex": "x"}, {"$all": [1]}):
        await ask(s, "Thing", {"never": constraint})
    await ask(s, "Thing", {"never": 1}, as_="master")
    await ask(s, "Thing", {"never.deep": 1})


@scenario("3.2/unknown-field", "3.7/unknown-column")
async def an_unknown_field_is_null_and_not_there(s: Script) -> None:
    await numbers(s)
    for constraint in (None, {"$ne": 1}, {"$nin": [1]}, {"$exists": False}, {"$eq": None}):
        await ask(s, "Thing", {"never": constraint})


@scenario("3.7/get-by-where")
async def a_where_of_one_id_needs_the_right_to_get(s: Script) -> None:
    rights = {"get": {"*": True}, "create": {"*": True}, "addField": {"*": True}}
    name = s.name("Thing")
    await s.post(f"schemas/{name}", {"className": name, "classLevelPermissions": rights}, as_="master", record=False)
    first, _ = await save_all(s, "Thing", [{}, {}])
    await ask(s, "Thing", {"objectId": first}, {"objectId": {"$eq": first}}, {"objectId": {"$in": [first]}})
    await ask(s, "Thing", {"objectId": first, "n": 0}, {}, {"objectId": "none"})
    await s.get(f"classes/{name}/{first}")


@scenario("3.7/get-by-where")
async def finding_alone_does_not_allow_a_where_of_one_id(s: Script) -> None:
    rights = {"find": {"*": True}, "create": {"*": True}, "addField": {"*": True}}
    name = s.name("Thing")
    await s.post(f"schemas/{name}", {"className": name, "classLevelPermissions": rights}, as_="master", record=False)
    first, _ = await save_all(s, "Thing", [{}, {}])
    await ask(s, "Thing", {"objectId": first}, {"objectId": {"$in": [first]}}, {"objectId": first, "n": 0})
    await s.get(f"classes/{name}/{first}")
