"""1.7 GET and PUT /config."""

from __future__ import annotations

from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script

DATE = {"__type": "Date", "iso": "2020-01-02T03:04:05.678Z"}
CALLERS = ("client", "readonly", "maintenance", "master")


async def emptied(s: Script) -> None:
    """Begin with no stored config, whatever ran before."""
    await s.delete("classes/_GlobalConfig/1", as_="master", record=False)


@scenario("1.7/config-get", serial=True, profile="locked-schemas")
async def the_first_config_is_empty(s: Script) -> None:
    await emptied(s)
    for who in CALLERS:
        await s.get("config", as_=who)


@scenario("1.7/config-put", serial=True, profile="locked-schemas")
async def master_sets_parameters_and_all_read_them(s: Script) -> None:
    await emptied(s)
    await s.put("config", {"params": {"a": 1, "b": "text", "c": [1, {"d": None}], "o": {"x": True}}}, as_="master")
    ann = await s.sign_up()
    for who in (*CALLERS, ann):
        await s.get("config", as_=who)


@scenario("1.7/config-put", serial=True, profile="locked-schemas")
async def parameters_are_merged(s: Script) -> None:
    await emptied(s)
    await s.put("config", {"params": {"keep": 1, "change": 1}}, as_="master")
    await s.put("config", {"params": {"change": {"now": "object"}, "fresh": 2}}, as_="master")
    await s.get("config")


@scenario("1.7/config-put", serial=True, profile="locked-schemas")
async def a_change_without_parameters_changes_nothing(s: Script) -> None:
    await emptied(s)
    await s.put("config", {"params": {"a": 1}}, as_="master")
    await s.put("config", {"params": {}}, as_="master")
    await s.put("config", {}, as_="master")
    await s.put("config", {"masterKeyOnly": {"a": True}}, as_="master")
    await s.get("config")


@scenario("1.7/config-put", serial=True, profile="locked-schemas")
async def a_parameter_is_deleted(s: Script) -> None:
    await emptied(s)
    await s.put("config", {"params": {"gone": 1, "stays": 1}}, as_="master")
    await s.put("config", {"params": {"gone": {"__op": "Delete"}, "neverThere": {"__op": "Delete"}}}, as_="master")
    await s.get("config", as_="master")


@scenario("1.7/config-put", serial=True, profile="locked-schemas")
async def a_parameter_is_incremented(s: Script) -> None:
    await emptied(s)
    await s.put("config", {"params": {"number": 1, "list": [1]}}, as_="master")
    one = {"__op": "Increment", "amount": 2}
    await s.put("config", {"params": {"number": one, "list": {"__op": "Add", "objects": [2]}}}, as_="master")
    await s.get("config")


@scenario("1.7/config-put", serial=True, profile="locked-schemas")
async def typed_parameters_come_back(s: Script) -> None:
    await emptied(s)
    typed = {
        "date": DATE,
        "file": {"__type": "File", "name": "a.png", "url": "http://x/a.png"},
        "point": {"__type": "GeoPoint", "latitude": 1, "longitude": 2},
        "pointer": {"__type": "Pointer", "className": "Other", "objectId": "aaaaaaaaaa"},
        "bytes": {"__type": "Bytes", "base64": "aGk="},
    }
    await s.put("config", {"params": typed}, as_="master")
    await s.get("config")
    await s.put("config", {"params": {key: {"__op": "Delete"} for key in typed}}, as_="master", record=False)


@scenario("1.7/config-put", serial=True, profile="locked-schemas")
async def null_is_a_value(s: Script) -> None:
    await emptied(s)
    await s.put("config", {"params": {"nothing": None}}, as_="master")
    await s.get("config")


@scenario("1.7/config-master-only", serial=True, profile="locked-schemas")
async def parameters_for_master_are_hidden_from_others(s: Script) -> None:
    await emptied(s)
    body = {"params": {"open": 1, "closed": 2}, "masterKeyOnly": {"closed": True}}
    await s.put("config", body, as_="master")
    for who in CALLERS:
        await s.get("config", as_=who)
    await s.put("config", {"params": {"closed": 3}}, as_="master")
    await s.get("config")


@scenario("1.7/config-master-only", serial=True, profile="locked-schemas")
async def odd_flags_for_master_only(s: Script) -> None:
    await emptied(s)
    for flag in (1, "yes", None, 0, False, {"a": 1}):
        await s.put("config", {"params": {"odd": 1}, "masterKeyOnly": {"odd": flag}}, as_="master")
        await s.get("config")
    await s.put("config", {"params": {"odd": {"__op": "Delete"}}}, as_="master")
    await s.get("config")


@scenario("1.7/config-put")
async def only_master_writes_the_config(s: Script) -> None:
    ann = await s.sign_up()
    for who in ("nobody", "client", ann, "readonly", "maintenance"):
        await s.put("config", {"params": {"forbidden": 1}}, as_=who)


@scenario("1.7/config-put", serial=True, profile="locked-schemas")
async def odd_parameters_are_refused(s: Script) -> None:
    await emptied(s)
    for params in ({"with.dot": 1}, {"$dollar": 1}, {"": 1}, {"a": {"$x": 1}}, {"a": {"x.y": 1}}, [1], "text", 5):
        await s.put("config", {"params": params}, as_="master")


@scenario("1.7/config-put", serial=True, profile="locked-schemas")
async def operations_change_parameters(s: Script) -> None:
    await emptied(s)
    await s.put("config", {"params": {"number": 1, "list": ["a"]}}, as_="master")
    for params in (
        {"number": {"__op": "Increment", "amount": 2}, "fresh": {"__op": "Increment", "amount": 3}},
        {"list": {"__op": "Add", "objects": ["b", "a"]}},
        {"list": {"__op": "Remove", "objects": ["a"]}},
        {"more": {"__op": "Add", "objects": [1]}},
        {"list": {"__op": "Increment", "amount": 1}},
        {"number": {"__op": "Remove", "objects": [1]}},
        {"odd": {"__op": "Fly"}},
        {"odd": {"__op": "AddRelation", "objects": [s.pointer("Score", "someId0001")]}},
    ):
        await s.put("config", {"params": params}, as_="master")
    await s.get("config", as_="master")


@scenario("1.7/config-put", serial=True, profile="locked-schemas")
async def parameters_named_like_the_marks_of_typed_values(s: Script) -> None:
    await emptied(s)
    for params in ({"__type": "Date"}, {"a": 1}, {"iso": "2"}, {"__op": "Delete"}):
        await s.put("config", {"params": params}, as_="master")
    await s.get("config", as_="master")
    await emptied(s)


@scenario("1.7/config-put", serial=True, profile="locked-schemas")
async def operations_change_flags(s: Script) -> None:
    await emptied(s)
    for flag in (True, {"__op": "Delete"}, 1, {"__op": "Increment", "amount": 1}, {"__op": "Fly"}):
        await s.put("config", {"params": {"a": 1}, "masterKeyOnly": {"a": flag}}, as_="master")
        await s.get("config", as_="master")


@scenario("1.7/config-put")
async def other_methods_on_config_are_not_routed(s: Script) -> None:
    await s.post("config", {"params": {"a": 1}}, as_="master")
    await s.delete("config", as_="master")
