"""Questions about rows and classes: everything in them, and by every kind of condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.compat.dropin.made import Made
from tests.compat.dropin.questions import Question, get

SYSTEM_CLASSES = (
    "_User",
    "_Role",
    "_Installation",
    "_Product",
    "_Audience",
    "_JobStatus",
    "_JobSchedule",
    "_PushStatus",
)
PAGE = 1000
EVERY = {"objectId": {"$exists": True}}


def about_classes(made: Made) -> Iterator[Question]:
    """Every row of every class, as different people see it, counted exactly; and what the schema API says."""
    people = {"nobody's client": "client"} | {key: made.people[key].token for key in ("ann", "bob", "cat")}
    for name in made.classes:
        yield get(f"rows of {name}", f"classes/{name}", order="objectId", limit=PAGE, where=EVERY, count=1)
        yield get(f"count of all {name}", f"classes/{name}", count=1, limit=0)
        yield get(f"schema of {name}", f"schemas/{name}")
        for who, as_ in people.items():
            yield get(f"rows of {name} for {who}", f"classes/{name}", as_, order="objectId", limit=PAGE)
            yield get(f"count of {name} for {who}", f"classes/{name}", as_, count=1, limit=0)
    for name in SYSTEM_CLASSES:
        mine = {"objectId": {"$in": [made.people[key].id for key in made.people]}} if name == "_User" else EVERY
        yield get(f"rows of {name}", f"classes/{name}", order="objectId", limit=PAGE, where=mine)
    yield get("schema of _User", "schemas/_User")
    yield get("schema of _Role", "schemas/_Role")
    yield get("a class that was dropped", f"schemas/{made.name('Dropped')}")


def about_objects(made: Made) -> Iterator[Question]:
    """Each object by its id, for the master and for a client."""
    for key, pointer in made.objects.items():
        path = f"classes/{pointer['className']}/{pointer['objectId']}"
        yield get(f"object {key}", path)
        yield get(f"object {key} for a client", path, "client")


def about_conditions(made: Made) -> Iterator[Question]:
    """Finds with every operator on every type."""
    for class_name, conditions in _conditions(made).items():
        path = f"classes/{made.name(class_name)}"
        for where in conditions:
            yield get(f"{class_name} {where}", path, where=where, order="objectId", limit=PAGE)
            yield get(f"count {class_name} {where}", path, where=where, count=1, limit=0)


def _conditions(made: Made) -> dict[str, list[dict[str, Any]]]:
    red, m2, chain3 = made.objects["red"], made.objects["m2"], made.objects["chain3"]
    day = {"__type": "Date", "iso": "1999-12-31T23:59:59.999Z"}
    late = {"__type": "Date", "iso": "2024-02-01T00:00:00.000Z"}
    return {
        "Typed": [
            *({field: {"$exists": is_there}} for field in "snbdoafgypr" for is_there in (True, False) if field != "r"),
            *({"s": value} for value in ("text", "", "nothing")),
            {"n": 1.5},
            {"b": True},
            {"b": {"$ne": True}},
            {"d": day},
            {"d": {"$gte": day}},
            {"p": red},
            {"p": {"$ne": red}},
            {"p": {"$in": [red]}},
            {"p": {"$nin": [red]}},
            {"r": red},
            {"a": 1},
            {"a": "two"},
            {"a": red},
            {"a": {"$all": [1, True]}},
            {"a": {"$size": 3}},
            {"o.k": "v"},
            {"o.nested.n": 1},
            {"o.nested": {"n": 1}},
            {"y": {"__type": "Bytes", "base64": "AAEC/w=="}},
            {"f": {"__type": "File", "name": made.files["text"]["name"]}},
        ],
        "Edge": [
            {"n": {"$gt": 9007199254740990}},
            {"n": {"$lt": 0}},
            {"n": 1e21},
            {"o.n": 0.1},
            {"a": 1e-7},
            {"s": {"$in": ["A", "é", "👩‍👩‍👧"]}},
            {"s": {"$regex": "^a"}},
            {"s": {"$regex": "^A$", "$options": "i"}},
            {"s": {"$gt": "Z"}},
            {"o.s": "日本語"},
            {"d": {"$lt": {"__type": "Date", "iso": "1970-01-01T00:00:00.000Z"}}},
            {"kind": {"$nin": ["text", "number"]}},
            {"$or": [{"kind": "date"}, {"n": 0}]},
            {"$nor": [{"kind": "date"}, {"kind": "text"}]},
        ],
        "Score": [
            {"points": {"$gte": 3, "$lt": 8}},
            {"tags": "t1"},
            {"tags": {"$nin": ["t1"]}},
            {"tags": {"$containedBy": ["t0", "t1"]}},
            {"at": {"$gt": late}},
            {"o.level": {"$in": [1, 2]}},
            {"on": True, "$and": [{"n": {"$gt": 2}}, {"n": {"$lt": 9}}]},
            {"team": {"$inQuery": {"where": {"rank": 1}, "className": made.name("Team")}}},
            {"team": {"$notInQuery": {"where": {"rank": 1}, "className": made.name("Team")}}},
            {"n": {"$select": {"query": {"className": made.name("Team"), "where": {}}, "key": "rank"}}},
            {"n": {"$dontSelect": {"query": {"className": made.name("Team"), "where": {}}, "key": "rank"}}},
        ],
        "Club": [{"members": m2}, {"members": {"$in": [m2, made.objects["m1"]]}}, {"best": {"$exists": True}}],
        "Chain": [{"to": chain3}, {"many": chain3}, {"to": None}, {"to": {"$exists": False}}, {"to": {"$ne": None}}],
        "Worked": [{"a": "c"}, {"o.k": 5}, {"o.gone": {"$exists": False}}, {"u": {"id": 3}}, {"a": {"id": 2}}],
        "Guarded": [{"_rperm": {"$exists": True}}, {"_rperm": {"$in": ["*"]}}],
    }


def about_places(made: Made) -> Iterator[Question]:
    """Geo queries and full text: what the MongoDB stand-in cannot run."""
    here = {"__type": "GeoPoint", "latitude": 1.0, "longitude": 2.0}
    corner = {"__type": "GeoPoint", "latitude": -11.0, "longitude": -21.0}
    other = {"__type": "GeoPoint", "latitude": 11.0, "longitude": 31.0}
    triangle = [corner, other, {"__type": "GeoPoint", "latitude": 20.0, "longitude": -21.0}]
    score = f"classes/{made.name('Score')}"
    for condition in (
        {"$nearSphere": here},
        {"$nearSphere": here, "$maxDistance": 0.5},
        {"$nearSphere": here, "$maxDistanceInKilometers": 2500},
    ):
        yield get(f"near {condition}", score, where={"g": condition}, limit=5)
    areas: tuple[dict[str, Any], ...] = (
        {"$within": {"$box": [corner, other]}},
        {"$geoWithin": {"$polygon": triangle}},
        {"$geoWithin": {"$centerSphere": [[2.0, 1.0], 0.4]}},
    )
    for area in areas:
        yield get(f"within {area}", score, where={"g": area}, order="n")
    inside = {"__type": "GeoPoint", "latitude": 3.0, "longitude": 4.0}
    crossing = {"poly": {"$geoIntersects": {"$point": inside}}}
    yield get("polygons around a point", f"classes/{made.name('Typed')}", where=crossing, order="objectId")
    text = {"title": {"$text": {"$search": {"$term": "red"}}}}
    yield get("full text", f"classes/{made.name('Team')}", where=text, order="objectId")


def about_windows(made: Made) -> Iterator[Question]:
    """Order, keys, include, distinct and aggregate."""
    score = f"classes/{made.name('Score')}"
    for order in ("points,n", "-points,-n", "player,-at", "-at,n", "o.level,n", "on,n"):
        yield get(f"order {order}", score, order=order, limit=7, skip=2)
    yield get("keys", score, order="n", keys="points,team.title", include="team")
    yield get("excludeKeys", score, order="n", excludeKeys="points,tags")
    chain = f"classes/{made.name('Chain')}"
    for include in ("to", "to.to", "many", "to.many", "many.to", "*"):
        yield get(f"include {include}", chain, order="level", include=include)
    for field in ("points", "player", "tags", "at", "team", "o.level"):
        yield get(f"distinct {field}", f"aggregate/{made.name('Score')}", distinct=field)
    for stages in _pipelines():
        yield get(f"aggregate {stages}", f"aggregate/{made.name('Score')}", pipeline=stages)
    for owner in ("club", "otherClub"):
        related = {"$relatedTo": {"object": made.objects[owner], "key": "members"}}
        yield get(f"related to {owner}", f"classes/{made.name('Member')}", where=related, order="label")
    yield from _about_roles(made)


def _about_roles(made: Made) -> Iterator[Question]:
    ann = made.people["ann"].token
    for key, role in made.roles.items():
        pointer = {"__type": "Pointer", "className": "_Role", "objectId": role["id"]}
        for field, class_name in (("users", "_User"), ("roles", "_Role")):
            related = {"$relatedTo": {"object": pointer, "key": field}}
            yield get(f"{field} of role {key}", f"classes/{class_name}", where=related, order="objectId")
            yield get(f"{field} of role {key} for ann", f"classes/{class_name}", ann, where=related, order="objectId")
        holding = {"roles": pointer}
        yield get(f"roles that hold {key}", "roles", where=holding, order="objectId")
    for key in ("ann", "bob", "cat"):
        yield get(f"roles of {key}", "roles", where={"users": made.people[key].pointer}, order="objectId")


def _pipelines() -> list[list[dict[str, Any]]]:
    return [
        [{"$match": {"points": {"$gt": 4}}}, {"$sort": {"n": 1}}, {"$project": {"points": 1}}],
        [{"$group": {"_id": "$player", "total": {"$sum": "$points"}, "most": {"$max": "$n"}}}, {"$sort": {"_id": 1}}],
        [{"$group": {"_id": None, "count": {"$sum": 1}}}],
        [{"$sort": {"n": -1}}, {"$skip": 1}, {"$limit": 3}],
    ]
