"""3.1 order: several keys, types, nulls, arrays, dotted and refused names."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.questions import ask, date, define, find, point, save_all, save_values, some
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script


async def both_ways(s: Script, field: str = "v") -> None:
    """Ascending and descending by a field, and by `n` where it is the same."""
    await find(s, "Thing", order=f"{field},n", keys="n")
    await find(s, "Thing", order=f"-{field},n", keys="n")


@scenario("3.1/order")
async def several_keys_order_one_after_the_other(s: Script) -> None:
    await save_all(s, "Thing", [{"a": a, "b": b} for a in (2, 1) for b in (1, 3, 2)])
    for order in ("a,b", "a,-b", "-a,b", "-a,-b", "b,a"):
        await find(s, "Thing", order=order, keys="a,b")


@scenario("3.1/order")
async def order_is_text_with_commas(s: Script) -> None:
    await save_values(s, "Thing", 2, 1)
    for order in ("v", '"-v"', "v,,n", ",v", "v,", "-v,v", "v,-v", ""):
        await find(s, "Thing", order=order, keys="n")


@scenario("3.1/order")
async def spaces_in_an_order_are_refused_or_dropped(s: Script) -> None:
    await save_values(s, "Thing", 2, 1)
    for order in (" v", "v ", "v, n", "- v", "+v"):
        await find(s, "Thing", order=order, keys="n")


@scenario("3.1/order")
async def an_order_that_is_no_text(s: Script) -> None:
    await save_values(s, "Thing", 2, 1)
    for order in ("[]", "null", "false"):
        await find(s, "Thing", order=order, keys="n")


@scenario("3.1/order")
async def an_order_of_another_type_breaks(s: Script) -> None:
    await save_values(s, "Thing", 2, 1)
    for order in ('["v"]', "1", "true", '{"v":1}'):
        await find(s, "Thing", order=order, keys="n")


@scenario("3.1/order")
async def unknown_fields_in_an_order_are_dropped(s: Script) -> None:
    await save_values(s, "Thing", 2, 1)
    for order in ("missing,v", "-missing,-v", "missing.x,v", "className,v", "v.x,n"):
        await find(s, "Thing", order=order, keys="n")


@scenario("3.1/order")
async def invalid_names_in_an_order_are_refused(s: Script) -> None:
    await save_values(s, "Thing", 2, 1)
    for order in ("1v", "v-x", "$v", "v.$x", "_rperm", "_created_at", "--v", "v x", "v.1", "é"):
        await find(s, "Thing", order=order, keys="n")
    await find(s, "Thing", order="1v", keys="n", as_="master")


@scenario("3.1/order")
async def ids_dates_and_acl_in_an_order(s: Script) -> None:
    await save_values(s, "Thing", 2, 1)
    for order in ("createdAt", "-createdAt", "-updatedAt", "ACL,n"):
        await find(s, "Thing", order=order, keys="n")
    await find(s, "Thing", order="objectId", keys="n", limit=0)


@scenario("3.1/order")
async def order_reaches_into_objects(s: Script) -> None:
    inner = some({"k": 2, "d": {"e": "a"}}, {"k": 1, "d": {"e": "b"}}, {}, {"k": None})
    await save_all(s, "Thing", [*({"o": one} for one in inner), {}])
    await both_ways(s, "o.k")
    await both_ways(s, "o.d.e")
    await both_ways(s, "o.none")


@scenario("3.1/order-of-values")
async def null_and_missing_come_first(s: Script) -> None:
    await save_values(s, "Thing", 2, None, -1, 0)
    await both_ways(s)


@scenario("3.1/order-of-values")
async def texts_are_ordered_by_their_characters(s: Script) -> None:
    await save_values(s, "Thing", "b", "B", "a", "", "10", "9", "é", "z", "Z", "\U0001f600", None)
    await both_ways(s)


@scenario("3.1/order-of-values")
async def numbers_are_ordered_by_value(s: Script) -> None:
    await save_values(s, "Thing", 10, 9, -0.5, 1e21, 0, 1e-7, -1e10, 9007199254740991)
    await both_ways(s)


@scenario("3.1/order-of-values")
async def booleans_and_dates_are_ordered(s: Script) -> None:
    days = ("2020-01-02T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "2020-01-01T00:00:00.000Z")
    rows: list[dict[str, Any]] = [{"b": True}, {"b": False}, {"b": None}, {}, *({"d": date(day)} for day in days)]
    await save_all(s, "Thing", rows)
    await both_ways(s, "b")
    await both_ways(s, "d")


@scenario("3.1/order-of-values")
async def arrays_are_ordered_by_their_least_or_greatest_element(s: Script) -> None:
    await save_values(s, "Thing", [3], [1, 5], [2], [4, 0], None, [7, 8])
    await both_ways(s)


@scenario("3.1/order-of-values")
async def mixed_values_inside_objects_are_ordered_by_type(s: Script) -> None:
    values = [True, "text", 1, {"a": 1}, None, date("2020-01-01T00:00:00.000Z")]
    await save_all(s, "Thing", [*({"o": {"k": value}} for value in values), {"o": {}}])
    await both_ways(s, "o.k")


@scenario("3.1/order-of-values")
async def objects_are_ordered_by_key_and_value(s: Script) -> None:
    await save_values(s, "Thing", {"a": 2}, {"a": 1}, {"b": 0}, {"a": "x"}, {}, {"a": 1, "b": 1})
    await both_ways(s)


@scenario("3.1/order-of-values")
async def files_are_ordered_by_name(s: Script) -> None:
    files = [{"__type": "File", "name": name} for name in ("b.txt", "a.txt", "c.txt")]
    await save_values(s, "Thing", *files)
    await both_ways(s)


@scenario("3.1/order-of-values")
async def pointers_without_value_come_first(s: Script) -> None:
    target = await s.create("Target")
    await save_values(s, "Thing", s.pointer("Target", target), None)
    await both_ways(s)


@scenario("3.1/order-of-values", real_mongo=True)
async def points_can_stand_in_an_order(s: Script) -> None:
    await save_values(s, "Thing", point(10, 20))
    await both_ways(s)


@scenario("3.1/order-protected")
async def ordering_by_a_protected_field_is_refused(s: Script) -> None:
    ann = await s.sign_up("ann")
    rights = {"find": {"*": True}, "create": {"*": True}, "protectedFields": {"*": ["v"]}}
    await define(s, "Thing", {"n": {"type": "Number"}, "v": {"type": "Number"}}, classLevelPermissions=rights)
    await save_values(s, "Thing", 2, 1)
    for order in ("v", "-v", "n,v", "v.x"):
        await find(s, "Thing", order=order)
    await find(s, "Thing", order="v", as_=ann)
    await find(s, "Thing", order="-v", as_="master")


@scenario("3.1/order-protected")
async def ordering_users_by_what_is_hidden_is_refused(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"))
    for order in ("email", "authData.facebook.id", "_hashed_password", "password", "sessionToken"):
        await s.get("users", params={"order": order, "where": {"objectId": {"$in": [ann.id]}}})
    await s.get("users", params={"order": "authData.facebook.id", "limit": 0}, as_="master")


@scenario("3.1/order")
async def an_empty_name_within_a_path(s: Script) -> None:
    await save_values(s, "Thing", 2, 1)
    for order in ("v..x", "v."):
        await find(s, "Thing", order=order, keys="n")


@scenario("3.1/order-protected")
async def auth_data_cannot_be_ordered_by(s: Script) -> None:
    await s.get("users", params={"order": "authData", "limit": 1, "where": {"username": "nobody"}})


@scenario("3.1/order-protected")
async def the_order_of_a_missing_class_is_checked(s: Script) -> None:
    for order in ("v", "1v", "$score", "authData.x.id"):
        await ask(s, "Nothing", {}, order=order)
