"""The cases: requests of which the stand-in cannot run the commands, or whose commands matter in themselves."""

from __future__ import annotations

from typing import Any

from tests.compat.commands.session import Registry, Session

CASES = Registry()
case = CASES.case

PROFILES: dict[str, dict[str, Any]] = {
    "plain": {},
    "bounded": {"databaseOptions": {"maxTimeMS": 5000, "batchSize": 7}},
    "collation": {"enableCollationCaseComparison": True},
    "hooks": {"databaseOptions": {"enableSchemaHooks": True}},
    "prefixed": {"collectionPrefix": "app_"},
}
"""Options laid over those of every server; a profile is one pair of servers."""

NAMES = ("PRIMARY", "PRIMARY_PREFERRED", "SECONDARY", "SECONDARY_PREFERRED", "NEAREST")


def point(latitude: float, longitude: float) -> dict[str, Any]:
    return {"__type": "GeoPoint", "latitude": latitude, "longitude": longitude}


SQUARE = [[0, 0], [0, 5], [5, 5], [5, 0]]
HERE = point(1.5, 2)


async def place(s: Session) -> None:
    """A class with a GeoPoint whose index is there already."""
    await s.create("Place", at=HERE, n=1)
    await s.find("Place", {"at": {"$nearSphere": HERE}})
    s.begin()


@case()
async def the_first_near_sphere_makes_its_index(s: Session) -> None:
    await s.create("Place", at=HERE)
    s.begin()
    await s.find("Place", {"at": {"$nearSphere": HERE}})


@case()
async def near_sphere_takes_distances_in_every_unit(s: Session) -> None:
    await place(s)
    for bound in ("$maxDistance", "$maxDistanceInRadians", "$maxDistanceInMiles", "$maxDistanceInKilometers"):
        await s.find("Place", {"at": {"$nearSphere": HERE, bound: 0.5}})


@case()
async def near_sphere_of_a_client_with_order_and_limit(s: Session) -> None:
    await place(s)
    where = {"at": {"$nearSphere": HERE}, "n": {"$gt": 0}}
    await s.find("Place", where, order="-n", limit=3, skip=1, as_client=True)


@case()
async def count_with_near_sphere(s: Session) -> None:
    await place(s)
    for where in ({"$nearSphere": HERE, "$maxDistance": 0.5}, {"$nearSphere": HERE, "$maxDistanceInMiles": 100}):
        await s.find("Place", {"at": where}, count=1, limit=0)


@case()
async def count_with_near_sphere_without_a_bound(s: Session) -> None:
    await place(s)
    await s.find("Place", {"at": {"$nearSphere": HERE}}, count=1, limit=0)


@case()
async def within_a_box(s: Session) -> None:
    await place(s)
    await s.find("Place", {"at": {"$within": {"$box": [point(0, 0), point(2, 3)]}}})


@case()
async def within_a_polygon(s: Session) -> None:
    await place(s)
    await s.find("Place", {"at": {"$geoWithin": {"$polygon": [point(0, 0), point(0, 4), point(4, 4)]}}})
    await s.find("Place", {"at": {"$geoWithin": {"$polygon": [[0, 0], [0, 4], [4, 4]]}}})
    await s.find("Place", {"at": {"$geoWithin": {"$polygon": {"__type": "Polygon", "coordinates": SQUARE}}}})


@case()
async def within_a_circle_on_the_sphere(s: Session) -> None:
    await place(s)
    await s.find("Place", {"at": {"$geoWithin": {"$centerSphere": [HERE, 0.25]}}})
    await s.find("Place", {"at": {"$geoWithin": {"$centerSphere": [[2, 1.5], 0.25]}}})


@case("_SCHEMA")
async def a_polygon_column_gets_an_index(s: Session) -> None:
    s.name("Area")
    s.begin()
    await s.create("Area", border={"__type": "Polygon", "coordinates": SQUARE})


@case()
async def polygons_that_contain_a_point(s: Session) -> None:
    await s.create("Area", border={"__type": "Polygon", "coordinates": SQUARE})
    s.begin()
    await s.find("Area", {"border": {"$geoIntersects": {"$point": HERE}}})


async def note(s: Session) -> None:
    """A class with a text index."""
    await s.create("Note", text="the quick brown fox", n=1)
    await s.find("Note", {"text": {"$text": {"$search": {"$term": "fox"}}}})
    s.begin()


@case("_SCHEMA")
async def the_first_text_search_makes_its_index(s: Session) -> None:
    await s.create("Note", text="the quick brown fox")
    s.begin()
    await s.find("Note", {"text": {"$text": {"$search": {"$term": "fox"}}}})


@case()
async def text_search_with_its_options(s: Session) -> None:
    await note(s)
    for options in ({"$language": "fr"}, {"$caseSensitive": True}, {"$diacriticSensitive": True},
                    {"$language": "none", "$caseSensitive": False, "$diacriticSensitive": False}):  # fmt: skip
        await s.find("Note", {"text": {"$text": {"$search": {"$term": "fox", **options}}}})


@case()
async def text_search_with_scores(s: Session) -> None:
    await note(s)
    where = {"text": {"$text": {"$search": {"$term": "fox"}}}}
    await s.find("Note", where, order="$score")
    await s.find("Note", where, order="$score", keys="$score,text")
    await s.find("Note", where, keys="$score")


@case()
async def count_of_a_text_search(s: Session) -> None:
    await note(s)
    await s.find("Note", {"text": {"$text": {"$search": {"$term": "fox"}}}}, count=1, limit=0)


@case()
async def a_hint_names_an_index_or_gives_its_keys(s: Session) -> None:
    await s.create("Score", n=1)
    s.begin()
    for hint in ("_id_", {"_id": 1}, {"n": 1, "_id": -1}):
        await s.find("Score", {"n": 1}, hint=hint)
        await s.find("Score", {"n": 1}, hint=hint, count=1, limit=0)


@case()
async def explain_in_every_verbosity(s: Session) -> None:
    await s.create("Score", n=1)
    s.begin()
    for verbosity in (True, "queryPlanner", "queryPlannerExtended", "executionStats", "allPlansExecution"):
        await s.find("Score", {"n": 1}, explain=verbosity)


@case()
async def explain_with_everything_else(s: Session) -> None:
    await s.create("Score", n=1)
    s.begin()
    await s.find("Score", {"n": 1}, explain=True, order="-n", limit=3, skip=1, hint="_id_", comment="why")
    await s.find("Score", {"n": 1}, explain="executionStats", readPreference="SECONDARY_PREFERRED")


@case()
async def read_preferences_of_the_find(s: Session) -> None:
    await s.create("Score", n=1)
    s.begin()
    for name in NAMES:
        await s.find("Score", {"n": 1}, readPreference=name)
        await s.find("Score", {"n": 1}, readPreference=name.lower(), count=1, limit=0)


@case()
async def a_read_preference_holds_for_a_get(s: Session) -> None:
    made = await s.create("Score", n=1)
    s.begin()
    await s.get(f"classes/{s.name('Score')}/{made}", readPreference="NEAREST")


@case()
async def read_preferences_of_includes(s: Session) -> None:
    owner = await s.create("Owner", n=1)
    await s.create("Thing", owner=s.pointer("Owner", owner))
    s.begin()
    for name in NAMES:
        await s.find("Thing", include="owner", includeReadPreference=name)
    await s.find("Thing", include="owner", readPreference="SECONDARY")
    await s.find("Thing", include="owner", readPreference="SECONDARY", includeReadPreference="NEAREST")


@case()
async def read_preferences_of_subqueries(s: Session) -> None:
    owner = await s.create("Owner", n=1)
    await s.create("Thing", owner=s.pointer("Owner", owner), n=1)
    inside = {"owner": {"$inQuery": {"className": s.name("Owner"), "where": {"n": 1}}}}
    selected = {"n": {"$select": {"query": {"className": s.name("Owner"), "where": {"n": 1}}, "key": "n"}}}
    s.begin()
    for name in NAMES:
        await s.find("Thing", inside, subqueryReadPreference=name)
    for where in (inside, selected):
        await s.find("Thing", where, readPreference="SECONDARY")
        await s.find("Thing", where, readPreference="SECONDARY", subqueryReadPreference="NEAREST")


@case()
async def a_comment_goes_along(s: Session) -> None:
    await s.create("Score", n=1)
    s.begin()
    await s.find("Score", {"n": 1}, comment="why")
    await s.find("Score", {"n": 1}, comment="why", count=1, limit=0)


@case(profile="bounded")
async def max_time_and_batch_size_bound_reads(s: Session) -> None:
    await s.create("Score", n=1)
    s.begin()
    await s.find("Score", {"n": 1})
    await s.find("Score", {"n": 1}, count=1, limit=0)
    await s.find("Score", {"n": 1}, explain="queryPlanner")
    await s.get(f"aggregate/{s.name('Score')}", pipeline=[{"$match": {"n": 1}}])


@case()
async def aggregates_with_options(s: Session) -> None:
    await s.create("Score", n=1)
    path = f"aggregate/{s.name('Score')}"
    s.begin()
    await s.get(path, pipeline=[{"$match": {"n": 1}}], hint="_id_", comment="why", readPreference="SECONDARY")
    await s.get(path, pipeline=[{"$match": {"n": 1}}], hint={"_id": 1})


@case()
async def aggregates_explained(s: Session) -> None:
    await s.create("Score", n=1)
    s.begin()
    for verbosity in (True, "queryPlanner", "executionStats"):
        await s.get(f"aggregate/{s.name('Score')}", pipeline=[{"$match": {"n": 1}}], explain=verbosity)


@case()
async def aggregates_map_names_and_values(s: Session) -> None:
    owner = await s.create("Owner", n=1)
    await s.create(
        "Score", n=1, owner=s.pointer("Owner", owner), when={"__type": "Date", "iso": "2026-01-02T03:04:05.678Z"}
    )
    path = f"aggregate/{s.name('Score')}"
    s.begin()
    await s.get(path, pipeline=[{"$match": {"owner": owner, "when": {"$lt": "2026-02-02T03:04:05.678Z"}}}])
    await s.get(path, pipeline=[{"$group": {"_id": "$owner", "total": {"$sum": "$n"}, "last": {"$max": "$createdAt"}}}])
    await s.get(path, pipeline=[{"$project": {"owner": 1, "createdAt": 1, "objectId": 1}}, {"$sort": {"n": -1}}])
    near = {"near": [1, 2], "distanceField": "d", "key": "at", "query": {"owner": owner}}
    await s.get(path, pipeline=[{"$geoNear": near}])


@case()
async def aggregates_in_mongodbs_own_words(s: Session) -> None:
    owner = await s.create("Owner", n=1)
    await s.create("Score", n=1, owner=s.pointer("Owner", owner))
    path = f"aggregate/{s.name('Score')}"
    s.begin()
    when = {"_created_at": {"$lt": {"$date": "2026-02-02T03:04:05.678Z"}}}
    await s.get(path, pipeline=[{"$match": when}], rawValues=True, rawFieldNames=True)
    await s.get(path, pipeline=[{"$match": {"_p_owner": "Owner$x"}}], rawFieldNames=True)


@case()
async def distinct_values(s: Session) -> None:
    owner = await s.create("Owner", n=1)
    await s.create("Score", n=1, owner=s.pointer("Owner", owner))
    s.begin()
    await s.get(f"aggregate/{s.name('Score')}", distinct="n")
    await s.get(f"aggregate/{s.name('Score')}", distinct="owner", where={"n": 1})


def entry(s: Session, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    return {"method": method, "path": f"/parse/{path}", "body": body}


@case("admin")
async def a_batch_in_a_transaction(s: Session) -> None:
    made = await s.create("Score", n=1)
    path = f"classes/{s.name('Score')}"
    s.begin()
    updates = [entry(s, "PUT", f"{path}/{made}", {"n": {"__op": "Increment", "amount": 2}})]
    await s.post("batch", {"transaction": True, "requests": updates})
    await s.post("batch", {"transaction": True, "requests": [entry(s, "POST", path, {"n": 3})]})
    await s.post("batch", {"transaction": True, "requests": [entry(s, "DELETE", f"{path}/{made}", {})]})


@case("admin")
async def a_transaction_that_fails_is_taken_back(s: Session) -> None:
    await s.create("Score", n=1)
    path = f"classes/{s.name('Score')}"
    s.begin()
    updates = [entry(s, "PUT", f"{path}/nobody", {"n": 5})]
    await s.post("batch", {"transaction": True, "requests": updates})


@case("_User")
async def names_of_new_users_are_compared_without_case(s: Session) -> None:
    await s.post("users", {"username": "ann", "password": "secret"})
    s.begin()
    await s.post("users", {"username": "Ann", "password": "secret", "email": "Ann@example.com"})


@case("_User", profile="collation")
async def names_of_new_users_with_collation(s: Session) -> None:
    await s.post("users", {"username": "ann", "password": "secret"})
    s.begin()
    await s.post("users", {"username": "Ann", "password": "secret", "email": "Ann@example.com"})


@case("_User", profile="collation")
async def log_in_with_collation(s: Session) -> None:
    await s.post("users", {"username": "bob", "password": "secret", "email": "bob@example.com"})
    s.begin()
    await s.get("login", username="Bob", password="wrong")
    await s.get("login", email="Bob@example.com", password="wrong")


@case("_SCHEMA")
async def indexes_of_a_schema(s: Session) -> None:
    name = s.name("Score")
    fields = {"n": {"type": "Number"}, "m": {"type": "Number"}, "t": {"type": "String"}}
    s.begin()
    await s.post(f"schemas/{name}", {"className": name, "fields": fields, "indexes": {"both": {"n": 1, "m": -1}}})
    await s.put(f"schemas/{name}", {"className": name, "indexes": {"words": {"t": "text"}}})
    await s.put(f"schemas/{name}", {"className": name, "indexes": {"both": {"__op": "Delete"}}})


@case("_SCHEMA")
async def classes_and_fields(s: Session) -> None:
    name = s.name("Score")
    s.begin()
    options = {"type": "String", "required": True, "defaultValue": "x"}
    await s.post(f"schemas/{name}", {"className": name, "fields": {"n": {"type": "Number"}, "s": options}})
    await s.put(f"schemas/{name}", {"className": name, "fields": {"m": {"type": "Pointer", "targetClass": name}}})
    await s.put(f"schemas/{name}", {"className": name, "classLevelPermissions": {"find": {"*": True}}})
    await s.put(f"schemas/{name}", {"className": name, "fields": {"m": {"__op": "Delete"}, "n": {"__op": "Delete"}}})
    await s.delete(f"schemas/{name}")


@case()
async def writes_of_every_operation(s: Session) -> None:
    name = s.name("Score")
    await s.create("Score", n=1, list=[1], more=[1], some=[1], o={"a": 1}, gone="x")
    s.begin()
    made = await s.create("Score", n=1, list=[1], more=[1], some=[1], o={"a": 1}, gone="x")
    body = {
        "n": {"__op": "Increment", "amount": 2}, "list": {"__op": "Add", "objects": [2]},
        "more": {"__op": "AddUnique", "objects": [1, 3]}, "some": {"__op": "Remove", "objects": [1]},
        "o.b": 2, "gone": {"__op": "Delete"}, "ACL": {"*": {"read": True}},
    }  # fmt: skip
    await s.put(f"classes/{name}/{made}", body)
    await s.delete(f"classes/{name}/{made}")


@case()
async def conditions_of_every_kind(s: Session) -> None:
    owner = await s.create("Owner", n=1)
    pointer = s.pointer("Owner", owner)
    date = {"__type": "Date", "iso": "2026-01-02T03:04:05.678Z"}
    await s.create("Score", n=1, list=[1], t="a", o={"a": 1}, owner=pointer, when=date)
    s.begin()
    for where in (
        {"n": 1}, {"n": {"$gt": 1, "$lte": 4}}, {"n": {"$ne": 1}}, {"n": {"$in": [1, 2]}}, {"n": {"$nin": [1]}},
        {"n": {"$exists": True}}, {"t": {"$regex": "^a", "$options": "i"}}, {"list": {"$all": [1, 2]}},
        {"list": {"$containedBy": [1, 2]}}, {"list": 1}, {"owner": pointer}, {"owner": {"$in": [pointer]}},
        {"when": {"$lt": date}}, {"o.a": 1}, {"t": None}, {"objectId": owner},
        {"$or": [{"n": 1}, {"t": "a"}]}, {"$and": [{"n": 1}, {"t": "a"}]}, {"$nor": [{"n": 1}, {"t": "a"}]},
        {"createdAt": {"$gt": date}}, {"updatedAt": {"$gt": "2026-01-02T03:04:05.678Z"}},
    ):  # fmt: skip
        await s.find("Score", where)


@case()
async def orders_windows_and_keys(s: Session) -> None:
    owner = await s.create("Owner", n=1)
    await s.create("Score", n=1, t="a", owner=s.pointer("Owner", owner))
    s.begin()
    await s.find("Score", order="-n,t,createdAt,owner,objectId", skip=2, limit=3)
    await s.find("Score", keys="n,owner")
    await s.find("Score", count=1, limit=0)
    await s.find("Score", {"n": 1}, count=1, limit=0, as_client=True)
    await s.find("Score", {"n": 1}, as_client=True)


@case(profile="hooks")
async def schema_hooks_leave_reads_alone(s: Session) -> None:
    await s.create("Score", n=1)
    s.begin()
    await s.find("Score", {"n": 1})


@case("app__SCHEMA", profile="prefixed")
async def a_prefix_stands_before_every_collection(s: Session) -> None:
    s.names["app_" + s.name("Score")] = "app_Score"
    s.begin()
    made = await s.create("Score", n=1)
    await s.find("Score", {"n": 1})
    await s.delete(f"classes/{s.name('Score')}/{made}")
