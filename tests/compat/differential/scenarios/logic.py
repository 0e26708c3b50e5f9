"""3.2 $or, $and, $nor, dotted keys, key names, unknown operators, $relativeTime."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.compat.differential.questions import ask, ask_v, date, define, save_all, save_values, some
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

LOGIC = ("$or", "$and", "$nor")


def away(**distance: float) -> dict[str, str]:
    """A date at a distance from now."""
    moment = datetime.now(UTC) + timedelta(**distance)
    return date(moment.strftime("%Y-%m-%dT%H:%M:%S.000Z"))


@scenario("3.2/logic")
async def or_and_and_nor_combine_conditions(s: Script) -> None:
    await save_values(s, "Thing", 1, 2, 3, None)
    branches = some([{"v": 1}, {"v": {"$gt": 2}}], [{"v": {"$gt": 1}}, {"v": {"$lt": 3}}], [{"v": None}], [{}])
    for several in branches:
        await ask(s, "Thing", *({operator: several} for operator in LOGIC))


@scenario("3.2/logic")
async def logic_stands_beside_other_keys_and_inside_itself(s: Script) -> None:
    await save_all(s, "Thing", [{"a": a, "b": b} for a in (1, 2) for b in (1, 2)])
    await ask(s, "Thing", {"a": 1, "$or": [{"b": 1}, {"b": 3}]}, {"$or": [{"a": 1}], "$nor": [{"b": 1}]})
    await ask(s, "Thing", {"$and": [{"$or": [{"a": 1}, {"b": 1}]}, {"$nor": [{"a": 1, "b": 1}]}]})
    await ask(s, "Thing", {"$or": [{"$and": [{"a": 1}, {"b": 1}]}, {"$and": [{"a": 2}, {"b": 2}]}]})
    await ask(s, "Thing", {"$or": [{"a": 1}], "$and": [{"b": 2}]})


@scenario("3.2/logic")
async def logic_without_a_list_is_refused(s: Script) -> None:
    await save_values(s, "Thing", 1)
    for operator in LOGIC:
        for value in ({}, {"v": 1}, "x", 1, None, True):
            await ask(s, "Thing", {operator: value})


@scenario("3.2/logic")
async def logic_without_a_list_tells_the_master_no_more(s: Script) -> None:
    await save_values(s, "Thing", 1)
    for operator in LOGIC:
        await ask(s, "Thing", {operator: 1}, as_="master")


@scenario("3.2/logic")
async def an_empty_nor_is_refused(s: Script) -> None:
    await save_values(s, "Thing", 1)
    await ask(s, "Thing", {"$nor": []})


@scenario("3.2/logic")
async def an_empty_or_and_an_empty_and(s: Script) -> None:
    await save_values(s, "Thing", 1)
    await ask(s, "Thing", {"$or": []}, {"$and": []})


@scenario("3.2/logic")
async def branches_that_are_no_objects(s: Script) -> None:
    await save_values(s, "Thing", 1)
    for branch in some(1, "x", None, [], True):
        await ask(s, "Thing", {"$or": [branch]}, {"$and": [{"v": 1}, branch]})


@scenario("3.2/logic")
async def logic_inside_of_a_field_is_no_operator(s: Script) -> None:
    await save_values(s, "Thing", 1)
    await ask_v(s, "Thing", {"$or": [{"$gt": 1}]}, {"$and": []}, {"$not": {"$gt": 1}}, {"$nor": [1]})


@scenario("3.2/logic")
async def keys_inside_of_branches_are_checked(s: Script) -> None:
    await save_values(s, "Thing", 1)
    await ask(
        s,
        "Thing",
        {"$or": [{"$bad": 1}]},
        {"$and": [{"1v": 1}]},
        {"$nor": [{"ACL": {}}]},
        {"$or": [{"v": {"$bad": 1}}]},
    )


@scenario("3.2/dotted")
async def a_dotted_key_asks_inside_of_an_object(s: Script) -> None:
    inner = some({"k": 1, "d": {"e": "x"}}, {"k": "1"}, {"k": None}, {}, None)
    await save_all(s, "Thing", [*({"o": one} for one in inner), {}])
    for constraint in (1, "1", None, {"$ne": 1}, {"$gt": 0}, {"$in": [1, "1"]}, {"$nin": [1]}):
        await ask(s, "Thing", {"o.k": constraint})
    await ask(s, "Thing", {"o.k": {"$exists": True}}, {"o.k": {"$exists": False}})
    await ask(s, "Thing", {"o.d.e": "x"}, {"o.d": {"e": "x"}}, {"o.k.e": 1}, {"o.none": None})


@scenario("3.2/dotted")
async def a_dotted_key_asks_lists_and_dates_inside_of_an_object(s: Script) -> None:
    day, next_day = date("2020-01-01T00:00:00.000Z"), date("2020-01-02T00:00:00.000Z")
    await save_all(
        s, "Thing", [{"o": {"l": [1, 2], "d": day}}, {"o": {"l": [], "d": next_day}}, {"o": {"l": [{"x": 1}]}}]
    )
    await ask(
        s, "Thing", {"o.l": 1}, {"o.l": {"$all": [1, 2]}}, {"o.l.x": 1}, {"o.l.0": 1}, {"o.l": {"$containedBy": [1, 2]}}
    )
    await ask(s, "Thing", {"o.d": day}, {"o.d": {"$gt": day}}, {"o.d": {"$in": [day, next_day]}}, {"o.d": {"$ne": day}})


@scenario("3.2/dotted")
async def a_dotted_key_asks_pointers_inside_of_an_object(s: Script) -> None:
    owner = s.pointer("Owner", await s.create("Owner"))
    await save_all(s, "Thing", [{"o": {"p": owner}}, {"o": {"p": None}}, {"o": {"p": [owner]}}])
    await ask(
        s,
        "Thing",
        {"o.p": owner},
        {"o.p": {"$ne": owner}},
        {"o.p.objectId": owner["objectId"]},
        {"o.p": {"$in": [owner]}},
    )


@scenario("3.2/dotted")
async def a_dotted_key_on_columns_that_hold_no_objects(s: Script) -> None:
    owner = s.pointer("Owner", await s.create("Owner", {"name": "ann"}))
    await save_all(s, "Thing", [{"v": 1, "t": "x", "p": owner}])
    await ask(
        s, "Thing", {"v.x": 1}, {"t.length": 1}, {"p.name": "ann"}, {"p.objectId": owner["objectId"]}, {"v.x": None}
    )


@scenario("3.2/unknown-operator")
async def an_unknown_operator_is_refused(s: Script) -> None:
    await save_values(s, "Thing", 1)
    for operator in (
        "$bad",
        "$",
        "$size",
        "$type",
        "$mod",
        "$where",
        "$elemMatch",
        "$not",
        "$GT",
        "$expr",
        "$jsonSchema",
    ):
        await ask_v(s, "Thing", {operator: 1})
    await ask_v(s, "Thing", {"$gt": 0, "$bad": 1}, {"$a": 1, "$z": 1})
    await ask(s, "Thing", {"v": {"$bad": 1}}, {"never": {"$bad": 1}}, as_="master")


@scenario("3.2/keys")
async def keys_that_are_no_names_are_refused(s: Script) -> None:
    await save_values(s, "Thing", 1)
    for key in ("1v", "v-x", "$where", "$expr", "$text", "$comment", "", " v", "v x", "_v", "_id", ".v", "é", "$or "):
        await ask(s, "Thing", {key: 1})
    await ask(s, "Thing", {"1v": 1}, {"$where": "1"}, {"_id": 1}, as_="master")


@scenario("3.2/keys")
async def odd_names_that_pass(s: Script) -> None:
    await save_values(s, "Thing", 1)
    for key in ("v.", "v..x", "a_b", "className", "length", "v.$x", "constructor", "v.1x"):
        await ask(s, "Thing", {key: 1})


@scenario("3.2/keys")
async def the_acl_cannot_be_asked(s: Script) -> None:
    await save_values(s, "Thing", 1)
    for constraint in ({}, {"*": {"read": True}}, {"$exists": True}, 1):
        await ask(s, "Thing", {"ACL": constraint})
    await ask(s, "Thing", {"ACL": {}}, as_="master")


@scenario("3.2/keys")
async def neither_null_nor_a_path_makes_the_acl_a_key(s: Script) -> None:
    await save_values(s, "Thing", 1)
    await ask(s, "Thing", {"ACL.x": 1}, {"acl": 1}, {"ACL": None})


@scenario("3.2/keys")
async def anybody_may_ask_about_read_and_write_lists(s: Script) -> None:
    ann = await s.sign_up("ann")
    await save_all(s, "Thing", [{"ACL": {ann.id: {"read": True, "write": True}}}, {"ACL": {"*": {"read": True}}}, {}])
    for who in ("client", ann, "master"):
        await ask(s, "Thing", {"_wperm": ann.id}, {"_wperm": {"$exists": False}}, as_=who)
        await ask(s, "Thing", {"$or": [{"_rperm": ann.id}]}, {"$and": [{"_rperm": {"$exists": False}}]}, as_=who)
    await ask(s, "Thing", {"_rperm": ann.id}, {"_rperm": {"$exists": False}}, {"_rperm": "*"}, as_="master")


@scenario("3.2/keys")
async def a_read_list_meets_that_of_the_caller(s: Script) -> None:
    ann = await s.sign_up("ann")
    await save_all(s, "Thing", [{"ACL": {ann.id: {"read": True, "write": True}}}, {"ACL": {"*": {"read": True}}}, {}])
    for who in ("client", ann):
        await ask(s, "Thing", {"_rperm": ann.id}, {"_rperm": "*"}, as_=who)


@scenario("3.2/keys")
async def internal_fields_of_users_are_for_the_master(s: Script) -> None:
    ann = await s.sign_up("ann")
    fields = (
        "_hashed_password",
        "_session_token",
        "_perishable_token",
        "_email_verify_token",
        "_failed_login_count",
        "_account_lockout_expires_at",
        "_password_changed_at",
        "_password_history",
        "_tombstone",
        "_other",
    )
    for field in fields:
        where = {field: "nonsense", "objectId": ann.id}
        await s.get("users", params={"where": where}, as_=ann)
        await s.get("users", params={"where": where}, as_="master")


@scenario("3.2/keys")
async def a_protected_field_cannot_be_asked(s: Script) -> None:
    rights = {"find": {"*": True}, "create": {"*": True}, "protectedFields": {"*": ["v"]}}
    await define(s, "Thing", {"n": {"type": "Number"}, "v": {"type": "Number"}}, classLevelPermissions=rights)
    await save_values(s, "Thing", 1, 2)
    await ask_v(s, "Thing", 1, {"$gt": 1}, {"$exists": True})
    await ask(s, "Thing", {"$or": [{"v": 1}, {"n": 1}]}, {"$and": [{"$nor": [{"v": 1}]}]}, {"v.x": 1}, {"n": 0})
    await ask(s, "Thing", {"v": 1}, {"$or": [{"v": 1}]}, as_="master")


@scenario("3.2/keys")
async def users_cannot_be_found_by_hidden_fields(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"))
    for where in (
        {"email": s.email("ann")},
        {"username": ann.username},
        {"password": "secret"},
        {"sessionToken": ann.token},
    ):
        await s.get("users", params={"where": {**where, "objectId": ann.id}, "keys": "username"})
        await s.get("users", params={"where": {**where, "objectId": ann.id}, "keys": "username"}, as_=ann)


@scenario("3.2/keys")
async def users_cannot_be_found_by_the_auth_data_of_others(s: Script) -> None:
    ann = await s.sign_up("ann")
    for where in ({"authData.facebook.id": "x"}, {"authData": None}):
        await s.get("users", params={"where": {**where, "objectId": ann.id}, "keys": "username"})
        await s.get("users", params={"where": {**where, "objectId": ann.id}, "keys": "username"}, as_=ann)


@scenario("3.2/relative-time")
async def relative_time_counts_from_now(s: Script) -> None:
    await save_values(s, "Thing", away(days=-10), away(hours=-1), away(hours=1), away(days=10), None)
    for text in (
        "now",
        "in 2 hours",
        "2 hours ago",
        "in 1 day 3 hours",
        "1 wk 2 days ago",
        "in 2 wks",
        "1 yr ago",
        "in 1 year",
    ):
        await ask_v(s, "Thing", {"$gt": {"$relativeTime": text}}, {"$lte": {"$relativeTime": text}})


@scenario("3.2/relative-time")
async def relative_time_knows_its_units(s: Script) -> None:
    await save_values(s, "Thing", away(days=-500), away(minutes=-3), away(days=500))
    for unit in (
        "yr",
        "yrs",
        "year",
        "years",
        "wk",
        "wks",
        "week",
        "weeks",
        "day",
        "days",
        "hr",
        "hrs",
        "hour",
        "hours",
        "min",
        "mins",
        "minute",
        "minutes",
        "sec",
        "secs",
        "second",
        "seconds",
    ):
        await ask_v(s, "Thing", {"$lt": {"$relativeTime": f"2 {unit} ago"}})


@scenario("3.2/relative-time")
async def relative_time_that_is_no_time_is_refused(s: Script) -> None:
    await save_values(s, "Thing", away(days=-1))
    for text in (
        "",
        "soon",
        "in 1",
        "1 day",
        "in 1 day ago",
        "in one day",
        "in 1.5 days",
        "in 1 month",
        "day ago",
        "in -1 days",
        "1 day 2 ago",
        "NOW",
        " now ",
        "in  2  days",
        "In 2 Days",
        "in 1 day,",
        "now ago",
    ):
        await ask_v(s, "Thing", {"$gt": {"$relativeTime": text}})


@scenario("3.2/relative-time")
async def relative_time_of_other_types_is_refused(s: Script) -> None:
    await save_values(s, "Thing", away(days=-1))
    for value in (1, None, True, [], ["now"], {"a": 1}):
        await ask_v(s, "Thing", {"$gt": {"$relativeTime": value}})


@scenario("3.2/relative-time")
async def relative_time_is_for_the_four_comparisons(s: Script) -> None:
    await save_values(s, "Thing", away(days=-1))
    now = {"$relativeTime": "now"}
    await ask_v(s, "Thing", now, {"$lt": now}, {"$gte": now}, {"$gt": {"$relativeTime": "2 days ago"}, "$lt": now})
    await ask_v(s, "Thing", {"$eq": now}, {"$ne": now}, {"$exists": now}, {"$in": [now]}, {"$nin": [now]})


@scenario("3.2/relative-time")
async def relative_time_is_for_dates(s: Script) -> None:
    now = {"$gt": {"$relativeTime": "2 days ago"}}
    await save_all(s, "Thing", [{"v": 1, "t": "x", "d": away(days=-1), "o": {"d": away(days=-1)}}])
    await ask(s, "Thing", *({field: now} for field in ("v", "t", "d", "never", "objectId", "createdAt", "updatedAt")))
    await ask(s, "Thing", {"o.d": now}, {"o": now})


@scenario("3.2/sessions")
async def a_user_finds_own_sessions_only(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    for who in (ann, bob):
        await s.get("sessions", params={"keys": "user"}, as_=who)
        await s.get("sessions", params={"where": {"user": ann.pointer}, "keys": "user"}, as_=who)
    await s.get("classes/_Session", params={"where": {"sessionToken": ann.token}, "keys": "user"}, as_=bob)
    await s.get("sessions", params={"count": 1, "limit": 0}, as_=bob)
    await s.get(
        "sessions", params={"where": {"$or": [{"user": ann.pointer}, {"user": bob.pointer}]}, "keys": "user"}, as_=bob
    )


@scenario("3.2/sessions")
async def nobody_finds_sessions_without_a_user(s: Script) -> None:
    ann = await s.sign_up("ann")
    await s.get("sessions")
    await s.get("classes/_Session", params={"where": {"user": ann.pointer}})
    await s.get("sessions", params={"where": {"user": ann.pointer}, "keys": "user"}, as_="master")
