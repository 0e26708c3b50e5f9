"""3.1 include: paths, arrays, rights of the caller, what disappears."""

from __future__ import annotations

from typing import Any

from tests.compat.differential.questions import define, find, save_all
from tests.compat.differential.registry import scenario
from tests.compat.differential.script import Script, User

OPEN = {"find": {"*": True}, "get": {"*": True}, "create": {"*": True}, "update": {"*": True}, "addField": {"*": True}}


async def chain(s: Script) -> dict[str, str]:
    """City, owner in the city, thing of the owner: ids by class."""
    city = await s.create("City", {"name": "Rome"}, record=False)
    owner = await s.create("Owner", {"name": "ann", "city": s.pointer("City", city)}, record=False)
    thing = await s.create("Thing", {"a": 1, "owner": s.pointer("Owner", owner)}, record=False)
    return {"City": city, "Owner": owner, "Thing": thing}


async def includes(s: Script, *paths: Any, as_: Any = "client") -> None:
    """One find for each `include`."""
    for path in paths:
        await find(s, "Thing", include=path, order="createdAt", as_=as_)


def only(*users: User) -> dict[str, Any]:
    return {user.id: {"read": True, "write": True} for user in users}


@scenario("3.1/include", "3.1/include-shape")
async def an_included_object_comes_whole(s: Script) -> None:
    ids = await chain(s)
    await includes(s, "owner")
    await s.get(f"classes/{s.name('Thing')}/{ids['Thing']}", params={"include": "owner"})
    await s.get(f"classes/{s.name('Thing')}/{ids['Thing']}")


@scenario("3.1/include")
async def a_path_includes_what_is_on_the_way(s: Script) -> None:
    await chain(s)
    await includes(s, "owner.city", "owner,owner.city", "owner.city,owner", "owner.city.country")


@scenario("3.1/include")
async def include_takes_commas_lists_and_spaces(s: Script) -> None:
    await chain(s)
    await includes(s, '"owner"', ",owner", "owner,owner", "")


@scenario("3.1/include")
async def include_as_a_list_or_with_spaces(s: Script) -> None:
    await chain(s)
    await includes(s, ["owner"], ["owner.city"], " owner", "a, owner")


@scenario("3.1/include")
async def include_of_other_types(s: Script) -> None:
    await chain(s)
    await includes(s, "1", "true", "{}", "null", "false", "[]")


@scenario("3.1/include")
async def a_star_includes_everything(s: Script) -> None:
    ids = await chain(s)
    await includes(s, "*", "*,owner.city", "owner.*")
    await s.get(f"classes/{s.name('Thing')}/{ids['Thing']}", params={"include": "*"})


@scenario("3.1/include-all")
async def include_all_follows_pointers_and_arrays_one_level(s: Script) -> None:
    ids = await chain(s)
    owner = s.pointer("Owner", ids["Owner"])
    await s.create("Thing", {"owners": [owner, 1, "x"], "o": {"owner": owner}, "b": True})
    for value in (1, True, "yes", 0, "false", ""):
        await find(s, "Thing", includeAll=value, order="createdAt")


@scenario("3.1/include-all")
async def include_all_beside_keys_and_exclude_keys(s: Script) -> None:
    await chain(s)
    await find(s, "Thing", includeAll=1, keys="a")
    await find(s, "Thing", includeAll=1, keys="owner.name")
    await find(s, "Thing", includeAll=1, excludeKeys="owner")
    await find(s, "Thing", includeAll=1, include="owner.city")


@scenario("3.1/include-ignored")
async def paths_that_lead_to_no_pointer_are_ignored(s: Script) -> None:
    await chain(s)
    await includes(s, "a", "missing", "a.b", "owner.name", "owner.missing", "objectId", "1bad", "$x", "ACL", "owner..x")


@scenario("3.1/include-shape")
async def pointers_in_an_array_are_included_in_place(s: Script) -> None:
    first, second = await save_all(s, "Owner", [{"name": "ann"}, {"name": "bob"}])
    pointers = [s.pointer("Owner", one) for one in (second, first, second)]
    await s.create("Thing", {"owners": [pointers[0], "text", pointers[1], 3, None, {"x": 1}, pointers[2]]})
    await includes(s, "owners")


@scenario("3.1/include-shape")
async def pointers_inside_objects_are_included(s: Script) -> None:
    owner = s.pointer("Owner", (await chain(s))["Owner"])
    await s.create(
        "Thing", {"o": {"owner": owner, "deep": {"owner": owner}, "list": [owner], "objects": [{"of": owner}]}}
    )
    await includes(s, "o.owner", "o.deep.owner", "o.list", "o.owner.city", "o.objects.of", "o")


@scenario("3.1/include-shape")
async def a_path_goes_on_through_an_array(s: Script) -> None:
    ids = await chain(s)
    other = await s.create("Owner", {"name": "bob"})
    owners = [s.pointer("Owner", ids["Owner"]), s.pointer("Owner", other)]
    await s.create("Thing", {"owners": owners})
    await includes(s, "owners.city")


@scenario("3.1/include-shape")
async def arrays_in_arrays(s: Script) -> None:
    owner = s.pointer("Owner", (await chain(s))["Owner"])
    await s.create("Thing", {"lists": [[owner], owner], "objects": [{"owner": owner}]})
    await includes(s, "lists", "objects.owner")


@scenario("3.1/include-shape")
async def an_object_may_include_itself(s: Script) -> None:
    made = await s.create("Thing", {"a": 1})
    await s.put(f"classes/{s.name('Thing')}/{made}", {"self": s.pointer("Thing", made)}, record=False)
    await includes(s, "self", "self.self", "self.self.self")


@scenario("3.1/include-shape")
async def two_rows_may_share_a_target(s: Script) -> None:
    ids = await chain(s)
    await s.create(
        "Thing", {"a": 2, "owner": s.pointer("Owner", ids["Owner"]), "other": s.pointer("Owner", ids["Owner"])}
    )
    await includes(s, "owner", "owner,other")


@scenario("3.1/include-missing", "3.7/include-null")
async def a_deleted_target_disappears(s: Script) -> None:
    ids = await chain(s)
    await s.delete(f"classes/{s.name('Owner')}/{ids['Owner']}", record=False)
    await includes(s, "owner", "owner.city", "")


@scenario("3.1/include-missing", "3.7/include-null")
async def missing_targets_drop_out_of_arrays(s: Script) -> None:
    kept = await s.create("Owner", {"name": "ann"})
    pointers = [s.pointer("Owner", one) for one in ("gonegonego", kept, "neverthere")]
    await s.create("Thing", {"owners": pointers, "only": [s.pointer("Owner", "gonegonego")]})
    await includes(s, "owners,only")


@scenario("3.1/include-missing", "3.7/include-null")
async def a_pointer_to_a_class_that_is_not_there_disappears(s: Script) -> None:
    await s.create("Thing", {"a": 1, "owner": s.pointer("Owner", "gonegonego")})
    await includes(s, "owner", "owner.city")


@scenario("3.1/include-missing", "3.7/include-null")
async def null_and_missing_pointers_stay_as_they_are(s: Script) -> None:
    await chain(s)
    await s.create("Thing", {"a": 2, "owner": None})
    await s.create("Thing", {"a": 3})
    await includes(s, "owner", "owner.city")


@scenario("3.1/include-missing")
async def a_pointer_set_to_null_later_is_not_shown(s: Script) -> None:
    ids = await chain(s)
    await s.put(f"classes/{s.name('Owner')}/{ids['Owner']}", {"city": None}, record=False)
    await includes(s, "owner.city")


@scenario("3.1/include-rules", "3.1/include-missing")
async def targets_that_the_caller_may_not_read_disappear(s: Script) -> None:
    ann, bob = await s.sign_up("ann"), await s.sign_up("bob")
    secret = await s.create("Owner", {"name": "secret", "ACL": only(ann)})
    public = await s.create("Owner", {"name": "public"})
    pointers = [s.pointer("Owner", one) for one in (secret, public)]
    await s.create("Thing", {"owner": pointers[0], "owners": pointers})
    for who in (ann, bob, "client", "master"):
        await includes(s, "owner,owners", as_=who)


@scenario("3.1/include-rules")
async def protected_fields_of_the_target_are_hidden(s: Script) -> None:
    rights = {**OPEN, "protectedFields": {"*": ["name"]}}
    await define(s, "Owner", {"name": {"type": "String"}, "age": {"type": "Number"}}, classLevelPermissions=rights)
    owner = await s.create("Owner", {"name": "ann", "age": 3})
    await s.create("Thing", {"owner": s.pointer("Owner", owner)})
    await includes(s, "owner")
    await find(s, "Thing", keys="owner.name")
    await includes(s, "owner", as_="master")


@scenario("3.1/include-rules", profile="find-triggers")
async def find_triggers_of_the_target_run(s: Script) -> None:
    made = [await s.post("classes/HookedByFinds", {"hidden": hidden, "name": "x"}) for hidden in (True, False)]
    pointers = [{"__type": "Pointer", "className": "HookedByFinds", "objectId": one.id} for one in made]
    await s.create("Thing", {"owners": pointers, "owner": pointers[0], "other": pointers[1]})
    await includes(s, "owners", "owner,other")


@scenario("3.1/include-denied")
async def a_class_without_get_for_the_caller_fails_the_request(s: Script) -> None:
    rights = {key: value for key, value in OPEN.items() if key != "get"}
    await define(s, "Owner", {"name": {"type": "String"}}, classLevelPermissions=rights)
    owner = await s.create("Owner", {"name": "ann"})
    await s.create("Thing", {"owner": s.pointer("Owner", owner)})
    await includes(s, "owner", "")
    await includes(s, "owner", as_="master")


@scenario("3.1/include-denied")
async def several_targets_need_get_or_find(s: Script) -> None:
    for missing in ("get", "find"):
        rights = {key: value for key, value in OPEN.items() if key != missing}
        await define(s, f"Owner{missing}", {"name": {"type": "String"}}, classLevelPermissions=rights)
        ids = await save_all(s, f"Owner{missing}", [{"name": "ann"}, {"name": "bob"}])
        await s.create(f"Thing{missing}", {"owners": [s.pointer(f"Owner{missing}", one) for one in ids]})
        await find(s, f"Thing{missing}", include="owners")


@scenario("3.1/include-denied")
async def a_class_for_signed_in_users_only_is_not_included_for_others(s: Script) -> None:
    ann = await s.sign_up("ann")
    rights = {**OPEN, "get": {"requiresAuthentication": True}, "find": {"requiresAuthentication": True}}
    await define(s, "Owner", {"name": {"type": "String"}}, classLevelPermissions=rights)
    owner = await s.create("Owner", {"name": "ann"})
    await s.create("Thing", {"owner": s.pointer("Owner", owner)})
    await includes(s, "owner")
    await includes(s, "owner", as_=ann)


@scenario("3.1/include-denied")
async def classes_closed_to_clients_are_not_included(s: Script) -> None:
    ann = await s.sign_up("ann")
    session = (await s.get("sessions/me", as_=ann, record=False)).id
    await s.create("Thing", {"session": {"__type": "Pointer", "className": "_Session", "objectId": session}})
    for who in ("client", ann):
        await includes(s, "session", as_=who)


@scenario("3.1/include-user")
async def an_included_user_has_no_token_and_no_auth_data(s: Script) -> None:
    ann = await s.sign_up("ann", email=s.email("ann"), phone="1")
    anonymous = {"authData": {"anonymous": {"id": s.name("one")}}}
    nobody = (await s.post("users", anonymous, record=False)).id
    pointers = [ann.pointer, {**ann.pointer, "objectId": nobody}]
    await s.create("Thing", {"users": pointers, "ann": ann.pointer, "ACL": {"*": {"read": True}}})
    for who in ("client", ann, "master"):
        await includes(s, "ann", as_=who)
    await find(s, "Thing", include="users", keys="users.phone,users.authData", as_="master")


@scenario("3.1/include-classes")
async def pointers_to_several_classes_are_followed(s: Script) -> None:
    dog = await s.create("Dog", {"name": "rex"})
    cat = await s.create("Cat", {"name": "tom"})
    await s.create("Thing", {"pets": [s.pointer("Dog", dog), s.pointer("Cat", cat), s.pointer("Dog", "gonegonego")]})
    await includes(s, "pets", "*")


@scenario("3.1/file-urls")
async def only_files_that_are_columns_get_their_url(s: Script) -> None:
    file = {"__type": "File", "name": "a.txt"}
    inner = await s.create("Owner", {"photo": {**file, "url": "http://elsewhere.example/a.txt"}})
    await s.create(
        "Thing", {"file": file, "o": {"x": {"file": file}}, "list": [file, [file]], "owner": s.pointer("Owner", inner)}
    )
    await includes(s, "", "owner")


@scenario("3.1/file-urls")
async def a_file_beside_a_select_of_keys_has_its_url(s: Script) -> None:
    await s.create("Thing", {"file": {"__type": "File", "name": "a b.txt"}, "a": 1})
    await find(s, "Thing", keys="file")
    await find(s, "Thing", keys="a")
    await find(s, "Thing", where={"file": {"__type": "File", "name": "a b.txt"}})
