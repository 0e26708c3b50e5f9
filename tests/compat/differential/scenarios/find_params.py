"""3.1 Parameters of finds: where, limit, skip, count and the small ones."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.questions import ask, define, find, save_all
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

COMMON = {"order": "n", "keys": "n"}


async def numbered(s: Script, count: int = 4) -> str:
    """The path of a class with numbered objects."""
    await save_all(s, "Thing", [{} for _ in range(count)])
    return f"classes/{s.name('Thing')}"


async def each(s: Script, parameter: str, *values: Any, as_: str = "client") -> None:
    """One find for each value of a parameter."""
    path = await numbered(s)
    for value in values:
        await s.get(path, params={**COMMON, parameter: value}, as_=as_)


@scenario("3.1/values")
async def query_values_that_are_no_json_stay_text(s: Script) -> None:
    await save_all(s, "Thing", [{"v": "1"}, {"v": "abc"}])
    await find(s, "Thing", order="n", keys="v", limit="1")
    await find(s, "Thing", order='"n"', keys='["v"]', limit='"1"')
    await find(s, "Thing", order="-n", keys='"v"', where='{"v":"1"}')


@scenario("3.1/values")
async def a_body_of_a_get_is_merged_and_the_query_wins(s: Script) -> None:
    path = await numbered(s)
    body = {"where": {"n": {"$gt": 0}}, "keys": "n", "order": "n", "limit": 2}
    await s.request("GET", path, body)
    await s.request("GET", path, body, params={"limit": 1})
    await s.request("GET", path, body, params={"where": {"n": 0}})
    await s.post(path, {"_method": "GET", **body}, params={"order": "-n"})


@scenario("3.1/unknown")
async def unknown_parameters_are_refused_whoever_asks(s: Script) -> None:
    path = await numbered(s)
    for name in ("foo", "$where", "Where", "className", "distinct", "pipeline", "include.x", "_where", "rest"):
        await s.get(path, params={name: 1})
    await s.get(path, params={"foo": 1, "bar": 2}, as_="master")
    await s.post(path, {"_method": "GET", "foo": 1})


@scenario("3.1/unknown")
async def unknown_parameters_are_refused_on_system_classes(s: Script) -> None:
    for path in ("users", "roles", "sessions", "installations", "classes/_User", "classes/_Role"):
        await s.get(path, params={"foo": 1}, as_="master")
    await s.get("users", params={"foo": 1})


@scenario("3.1/unknown")
async def an_unknown_parameter_wins_over_a_bad_where(s: Script) -> None:
    path = await numbered(s)
    await s.get(path, params={"where": "{bad", "foo": 1})
    await s.get(path, params={"where": {"$bad": 1}, "foo": 1})


@scenario("3.1/where")
async def where_is_an_object_or_its_json_text(s: Script) -> None:
    path = await numbered(s)
    await s.get(path, params={**COMMON, "where": {"n": 1}})
    await s.get(path, params={**COMMON, "where": '"{\\"n\\":1}"'})
    await s.post(path, {"_method": "GET", **COMMON, "where": '{"n":1}'})
    await s.post(path, {"_method": "GET", **COMMON, "where": {"n": 1}})


@scenario("3.1/where")
async def a_where_that_is_no_json_text_is_refused(s: Script) -> None:
    path = await numbered(s)
    for where in ("{", "n=1", "{'n':1}", '"abc"', "undefined"):
        await s.get(path, params={**COMMON, "where": where})
    await s.post(path, {"_method": "GET", "where": "{bad"})


@scenario("3.1/where")
async def an_empty_where_filters_nothing(s: Script) -> None:
    await each(s, "where", {}, [], "", "{}", "[]")


@scenario("3.1/where")
async def a_where_that_is_null_or_false(s: Script) -> None:
    await each(s, "where", "null", "false")


@scenario("3.1/where")
async def a_where_that_is_a_number_or_true_is_no_condition(s: Script) -> None:
    await each(s, "where", 1, True, 1.5)


@scenario("3.1/where")
async def a_where_that_is_a_list_is_no_condition(s: Script) -> None:
    await each(s, "where", [1], [{"n": 1}])


@scenario("3.1/limit", "3.7/limit-zero")
async def limit_cuts_and_zero_gives_no_rows(s: Script) -> None:
    await each(s, "limit", 0, 1, 3, 4, 100, 100000)


@scenario("3.1/limit")
async def a_limit_in_text_is_a_number(s: Script) -> None:
    await each(s, "limit", '"2"', "1e0", '"0"', "  2 ")


@scenario("3.1/limit")
async def a_limit_that_is_empty_or_null_is_odd(s: Script) -> None:
    await each(s, "limit", "", "null", "false", "true")


@scenario("3.1/limit")
async def a_limit_that_is_no_number(s: Script) -> None:
    await each(s, "limit", "abc", "{}", "NaN", "[]", "[2]", "0x2")


@scenario("3.1/limit")
async def a_negative_limit(s: Script) -> None:
    await each(s, "limit", -1, -2, -100)


@scenario("3.1/limit")
async def a_limit_with_a_fraction(s: Script) -> None:
    await each(s, "limit", 1.5, 2.9)


@scenario("3.1/limit", profile="find-limits")
async def the_default_limit_holds_where_none_is_given(s: Script) -> None:
    await numbered(s, 5)
    await ask(s, "Thing", {}, {"n": {"$gt": 0}})
    await ask(s, "Thing", {}, count=1)
    await ask(s, "Thing", {}, as_="master")


@scenario("3.1/limit", profile="find-limits")
async def the_limit_is_lowered_to_the_greatest_one(s: Script) -> None:
    await numbered(s, 6)
    for limit in (1, 3, 4, 5, 1000):
        await ask(s, "Thing", {}, limit=limit)
    await ask(s, "Thing", {}, limit=5, as_="master")


@scenario("3.1/limit", profile="find-limits", serial=True)
async def the_greatest_limit_does_not_hold_for_installations(s: Script) -> None:
    for number in range(5):
        body = {"deviceType": "ios", "installationId": f"{s.tag}-{number}"}
        await s.post("installations", body, record=False)
    where = {"installationId": {"$regex": f"^{s.tag}"}}
    for limit in (4, 5):
        await s.get("installations", params={"where": where, "limit": limit, "keys": "deviceType"}, as_="master")
    await s.get("installations", params={"where": where, "keys": "deviceType"}, as_="master")


@scenario("3.1/skip", "3.7/limit-zero")
async def skip_leaves_out_the_first_rows(s: Script) -> None:
    await each(s, "skip", 0, 1, 3, 4, 100, '"2"')


@scenario("3.1/skip", "3.7/limit-zero")
async def skip_comes_before_limit(s: Script) -> None:
    await numbered(s, 5)
    await ask(s, "Thing", {}, skip=1, limit=2, count=1)
    await ask(s, "Thing", {"n": {"$lt": 4}}, skip=3, limit=2, count=1)
    await ask(s, "Thing", {}, skip=9, limit=2, count=1)


@scenario("3.1/skip")
async def a_skip_that_is_no_number(s: Script) -> None:
    await each(s, "skip", "abc", "{}", "NaN")


@scenario("3.1/skip")
async def a_negative_skip(s: Script) -> None:
    await each(s, "skip", -1, -100)


@scenario("3.1/skip")
async def a_skip_that_is_empty_or_broken(s: Script) -> None:
    await each(s, "skip", "null", "", "false", "true", 1.5)


@scenario("3.1/count", "3.7/limit-zero")
async def count_ignores_skip_and_limit(s: Script) -> None:
    await numbered(s, 4)
    await ask(s, "Thing", {}, {"n": {"$gt": 1}}, {"n": 9}, count=1, limit=1, skip=1)
    await ask(s, "Thing", {}, {"n": {"$gt": 1}}, {"n": 9}, count=1, limit=0)
    await ask(s, "Thing", {}, count=1, limit=1, as_="master")


@scenario("3.1/count")
async def any_truthy_count_counts(s: Script) -> None:
    await each(s, "count", 1, True, "yes", 2, -1, "[]", "{}", "0", '"0"', "false", "null", "")


@scenario("3.1/count")
async def only_readable_objects_are_counted(s: Script) -> None:
    ann = await s.sign_up("ann")
    acl = {ann.id: {"read": True}}
    await save_all(s, "Thing", [{}, {"ACL": acl}, {"ACL": {}}])
    for who in ("client", ann, "master"):
        await s.get(f"classes/{s.name('Thing')}", params={"count": 1, "limit": 0}, as_=who)


@scenario("3.1/count")
async def counting_is_a_right_of_its_own(s: Script) -> None:
    rights = {"find": {"*": True}, "create": {"*": True}, "addField": {"*": True}}
    await define(s, "Thing", {}, classLevelPermissions=rights)
    await save_all(s, "Thing", [{}, {}])
    await ask(s, "Thing", {})
    await ask(s, "Thing", {}, count=1)
    await ask(s, "Thing", {}, count=1, as_="master")


@scenario("3.1/count")
async def counting_alone_does_without_the_right_to_find(s: Script) -> None:
    rights = {"count": {"*": True}, "create": {"*": True}, "addField": {"*": True}}
    await define(s, "Thing", {}, classLevelPermissions=rights)
    await save_all(s, "Thing", [{}, {}])
    await ask(s, "Thing", {}, count=1, limit=0)
    await ask(s, "Thing", {}, count=1)
    await ask(s, "Thing", {})


@scenario("3.1/redirect")
async def a_redirect_asks_the_class_of_the_relation(s: Script) -> None:
    fans = await save_all(s, "Fan", [{"name": "ann"}, {"name": "bob"}])
    pointers = [s.pointer("Fan", one) for one in fans]
    band = await s.create("Band", {"n": 7, "fans": {"__op": "AddRelation", "objects": pointers}})
    await ask(s, "Band", {}, {"n": 1}, redirectClassNameForKey="fans")
    await find(s, "Band", redirectClassNameForKey="fans", order="n", count=1)
    related = {"$relatedTo": {"object": s.pointer("Band", band), "key": "fans"}}
    await ask(s, "Band", related, redirectClassNameForKey="fans")


@scenario("3.1/redirect")
async def a_redirect_by_another_field_changes_nothing(s: Script) -> None:
    fan = await s.create("Fan", {"n": 3})
    await s.create("Band", {"n": 1, "fan": s.pointer("Fan", fan), "name": "x"})
    for field in ("fan", "name", "missing", "objectId", "", "1bad"):
        await ask(s, "Band", {}, redirectClassNameForKey=field)


@scenario("3.1/read-preference")
async def read_preferences_have_five_names_in_any_case(s: Script) -> None:
    names = ("PRIMARY", "primary", "Primary_Preferred", "SECONDARY", "SECONDARY_PREFERRED", "NEAREST")
    await each(s, "readPreference", *names)


@scenario("3.1/read-preference")
async def other_read_preferences_are_refused(s: Script) -> None:
    await each(s, "readPreference", "OTHER", "primaryPreferred", "PRIMARY ", "null")


@scenario("3.1/read-preference")
async def an_empty_read_preference(s: Script) -> None:
    await each(s, "readPreference", "")


@scenario("3.1/read-preference")
async def a_read_preference_that_is_no_text(s: Script) -> None:
    await each(s, "readPreference", 1, True, [], ["PRIMARY"])


@scenario("3.1/read-preference")
async def includes_and_subqueries_have_read_preferences_of_their_own(s: Script) -> None:
    owner = await s.create("Owner", {"n": 1})
    await s.create("Thing", {"n": 2, "owner": s.pointer("Owner", owner)})
    inside = {"owner": {"$inQuery": {"className": s.name("Owner"), "where": {"n": 1}}}}
    for value in ("SECONDARY", "nearest", "OTHER"):
        await find(s, "Thing", include="owner", includeReadPreference=value)
        await ask(s, "Thing", inside, subqueryReadPreference=value)


@scenario("3.1/read-preference")
async def read_preferences_of_nothing_are_checked(s: Script) -> None:
    await save_all(s, "Thing", [{}])
    await find(s, "Thing", includeReadPreference="OTHER", subqueryReadPreference="OTHER")


@scenario("3.1/hint")
async def a_hint_names_an_index(s: Script) -> None:
    await each(s, "hint", "_id_", '{"_id":1}')


@scenario("3.1/comment")
async def a_comment_is_accepted(s: Script) -> None:
    await each(s, "comment", "why", '"text"', 1, "")
    await find(s, "Thing", comment="why", count=1, limit=0)


@scenario("3.1/explain")
async def explain_needs_the_master_key(s: Script) -> None:
    ann = await s.sign_up("ann")
    path = await numbered(s)
    for value in ("true", "executionStats", "1", "nonsense"):
        await s.get(path, params={"explain": value})
    await s.get(path, params={"explain": "true"}, as_=ann)
    await s.get(path, params={**COMMON, "explain": "false"})


@scenario("3.1/explain")
async def explain_takes_six_values(s: Script) -> None:
    await each(s, "explain", "nonsense", 1, "[]", "QueryPlanner", '""', "null", as_="master")


@scenario("3.1/get-parameters")
async def getting_an_object_takes_six_parameters(s: Script) -> None:
    owner = await s.create("Owner", {"n": 1})
    made = await s.create("Thing", {"n": 2, "a": 1, "b": 2, "owner": s.pointer("Owner", owner)})
    path = f"classes/{s.name('Thing')}/{made}"
    for params in (
        {"keys": "a"},
        {"include": "owner"},
        {"excludeKeys": "a"},
        {"readPreference": "PRIMARY"},
        {"includeReadPreference": "NEAREST"},
        {"subqueryReadPreference": "NEAREST"},
    ):
        await s.get(path, params=params)


@scenario("3.1/get-parameters")
async def getting_an_object_with_another_parameter_is_refused(s: Script) -> None:
    made = await s.create("Thing", {"n": 2})
    path = f"classes/{s.name('Thing')}/{made}"
    for name in ("where", "limit", "order", "count", "includeAll", "skip", "hint", "explain", "foo"):
        await s.get(path, params={name: 1})
    await s.get(path, params={"where": "{}"}, as_="master")
    await s.get(f"users/{made}", params={"limit": 1})
    await s.get(f"classes/{s.name('Thing')}/none", params={"limit": 1})


@scenario("3.1/missing-class", profile="closed-classes")
async def a_missing_class_is_refused_to_clients_who_may_not_create_it(s: Script) -> None:
    await ask(s, "Nothing", {}, {"n": 1})
    await ask(s, "Nothing", {}, as_="master")
    await ask(s, "Nothing", {}, count=1, limit=0)
    await s.get(f"classes/{s.name('Nothing')}/abc")


@scenario("3.1/missing-class")
async def a_bad_query_on_a_missing_class_is_still_refused(s: Script) -> None:
    await ask(s, "Nothing", {"$bad": 1}, {"v": {"$bad": 1}}, {"v": {"$in": 1}}, {"v": {"$regex": 1}}, {"ACL": 1})
    await find(s, "Nothing", order="1bad")
    await find(s, "Nothing", readPreference="OTHER")


@scenario("3.1/response")
async def rows_come_as_they_were_inserted(s: Script) -> None:
    await save_all(s, "Thing", [{"v": value} for value in (3, 1, 2)])
    await find(s, "Thing")
    await find(s, "Thing", where={"v": {"$gt": 1}}, count=1)
    await find(s, "Thing", where={"v": 9})
