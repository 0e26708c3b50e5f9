"""ParseObject: reading, changing, and what is left to save."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parsepy import ACL, File, GeoPoint, ParseError, ParseObject, Polygon
from parsepy.cloud.actions import CallOptions, acting
from parsepy.model.find_params import FindParams
from parsepy.model.ops import Increment, Op, Set
from tests.unit.cloud.fakes import FakeActions

POINTER = {"__type": "Pointer", "className": "Team", "objectId": "t1"}
STORED: dict[str, Any] = {
    "objectId": "s1",
    "createdAt": "2026-01-02T03:04:05.678Z",
    "updatedAt": "2026-02-02T03:04:05.678Z",
    "score": 7,
    "tags": ["a"],
    "map": {"x": 1, "deep": [1]},
}


class Score(ParseObject):
    class_name = "GameScore"


def stored(**fields: Any) -> ParseObject:
    return ParseObject.from_json({**STORED, **fields}, "GameScore")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ({"__type": "Date", "iso": "2026-01-02T03:04:05.678Z"}, datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)),
        ({"__type": "GeoPoint", "latitude": 1, "longitude": 2}, GeoPoint(1, 2)),
        ({"__type": "File", "name": "a.txt", "url": "http://x/a.txt"}, File("a.txt", url="http://x/a.txt")),
        ({"__type": "Bytes", "base64": "aGk="}, b"hi"),
        (
            {"__type": "Polygon", "coordinates": [[0, 0], [0, 1], [1, 1], [0, 0]]},
            Polygon(((0, 0), (0, 1), (1, 1), (0, 0))),
        ),
        (POINTER, ParseObject("Team", "t1")),
        ([POINTER, 1, None], [ParseObject("Team", "t1"), 1, None]),
        ({"a": {"b": [True]}}, {"a": {"b": [True]}}),
        (None, None),
    ],
    ids=["date", "place", "file", "bytes", "area", "pointer", "list", "map", "null"],
)
def test_a_value_reads_as_python_and_goes_back_unchanged(raw: Any, value: Any) -> None:
    read = stored(field=raw)
    written = ParseObject("GameScore", field=value)

    assert read["field"] == value
    assert read.to_json()["field"] == raw
    assert written.changes() == {"field": raw}


def test_server_set_fields_are_properties() -> None:
    score = stored()

    assert score.id == "s1"
    assert score.created_at == datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)
    assert score.get("updatedAt") == score.updated_at
    assert score.keys() == ["score", "tags", "map"]


@pytest.mark.parametrize("name", ["objectId", "createdAt", "updatedAt", "className"])
def test_server_set_fields_cannot_be_set(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is not a field"):
        stored().set(name, "x")


def test_a_missing_field_is_a_key_error_or_the_default() -> None:
    score = stored()

    with pytest.raises(KeyError, match="missing"):
        score["missing"]
    assert score.get("missing", 3) == 3
    assert "missing" not in score


def test_an_untouched_object_has_no_changes() -> None:
    score = stored()
    assert score["tags"] == ["a"]

    assert score.changes() == {}
    assert score.dirty_keys == []


def test_changes_are_recorded_as_a_client_would_send_them() -> None:
    score = stored()
    score["name"] = "Ann"
    score.increment("score", 2)
    score.add("tags", "b")
    del score["map"]
    score.relation("fans").add(ParseObject("_User", "u1"))

    assert score.changes() == {
        "name": "Ann",
        "score": {"__op": "Increment", "amount": 2},
        "tags": {"__op": "Add", "objects": ["b"]},
        "map": {"__op": "Delete"},
        "fans": {"__op": "AddRelation", "objects": [{"__type": "Pointer", "className": "_User", "objectId": "u1"}]},
    }
    assert (score["score"], score["tags"], score.get("map")) == (9, ["a", "b"], None)


@pytest.mark.parametrize("name", ["tags", "map", "ACL"])
def test_a_change_in_place_sets_the_field(name: str) -> None:
    score = stored(ACL={"u1": {"read": True}})
    match score[name]:
        case list() as tags:
            tags.append("z")
        case dict() as fields:
            fields["deep"].append(2)
        case ACL() as acl:
            acl.public_read = True

    expected = {
        "tags": ["a", "z"],
        "map": {"x": 1, "deep": [1, 2]},
        "ACL": {"*": {"read": True}, "u1": {"read": True}},
    }
    assert score.changes() == {name: expected[name]}
    assert score.dirty_keys == [name]
    assert score.to_json()[name] == expected[name]


def test_a_value_that_was_set_can_still_be_changed_in_place() -> None:
    names = ["a"]
    score = ParseObject("GameScore", names=names)
    names.append("b")

    assert score.changes() == {"names": ["a", "b"]}


def test_reverting_forgets_changes() -> None:
    score = stored()
    score["score"] = 1
    score["tags"].append("z")
    score["name"] = "Ann"

    score.revert("score", "tags")

    assert score.changes() == {"name": "Ann"}
    assert score["score"] == 7


def test_changes_under_way_are_seen_and_kept_as_they_are() -> None:
    ops: dict[str, Op] = {"score": Increment(2), "map.x": Set(5)}
    score = ParseObject.from_json(STORED, "GameScore", ops)

    assert score["score"] == 9
    assert score["map"] == {"x": 5, "deep": [1]}
    assert score.dirty_keys == ["score", "map"]
    assert score.pending_ops() == ops


def test_a_change_in_place_takes_in_the_paths_below_it() -> None:
    score = ParseObject.from_json(STORED, "GameScore", {"map.x": Set(5)})
    score["map"]["y"] = 6

    assert score.changes() == {"map": {"x": 5, "deep": [1], "y": 6}}


def test_setting_a_path_changes_only_what_is_below_it() -> None:
    score = stored()
    score.set("map.x", 2)
    assert score.changes() == {"map.x": 2}

    score["map"] = {"new": 1}
    score.set("map.x", 3)
    assert score.changes() == {"map": {"new": 1, "x": 3}}


@pytest.mark.parametrize("value", [object(), 1j, lambda: 1], ids=["object", "complex", "function"])
def test_what_parse_cannot_store_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="cannot store"):
        stored().set("x", value)


@pytest.mark.parametrize("name", ["bad-name", "1st", "", "_rperm", "a b"])
def test_impossible_names_are_refused_where_they_are_set(name: str) -> None:
    with pytest.raises(ParseError, match=f"105 Invalid key name: {name}"):
        stored().set(name, 1)


def test_a_pointer_to_a_new_object_cannot_be_sent_before_that_is_saved() -> None:
    score, team = stored(), ParseObject("Team", name="Reds")
    score["team"] = team
    assert (score["team"], score.dirty_keys, score.to_json()["team"]["name"]) == (team, ["team"], "Reds")
    with pytest.raises(ValueError, match="not saved"):
        score.changes()

    team.id = "t1"
    assert score.changes() == {"team": POINTER}


def test_objects_are_equal_by_class_and_id() -> None:
    assert stored(score=1) == stored(score=2)
    assert ParseObject("Team", "t1") != ParseObject("Club", "t1")
    assert ParseObject("Team") != ParseObject("Team")
    assert len({ParseObject("Team", "t1"), ParseObject("Team", "t1")}) == 1


def test_included_objects_read_as_objects_with_fields() -> None:
    score = stored(team={"__type": "Object", "className": "Team", "objectId": "t1", "name": "Reds"})

    assert score["team"]["name"] == "Reds"
    assert score.to_json()["team"]["name"] == "Reds"


async def test_saving_a_new_object_creates_it_and_takes_over_the_answer() -> None:
    actions = FakeActions(answer={"objectId": "n1", "createdAt": "2026-01-02T03:04:05.678Z", "extra": 1})
    score = Score(score=5)
    with acting(actions):
        await score.save(use_master_key=True, context={"a": 1})

    assert actions.asked == [("save", "GameScore", None, {"score": 5}, CallOptions(True, {"a": 1}))]
    assert (score.id, score.is_new, score["extra"], score["score"]) == ("n1", False, 1, 5)
    assert score.updated_at == score.created_at
    assert score.changes() == {}


async def test_saving_a_stored_object_updates_it() -> None:
    actions = FakeActions(answer={"updatedAt": "2026-03-02T03:04:05.678Z", "score": 12, "gone": {"__op": "Delete"}})
    score = stored(gone=1)
    score.increment("score")
    tags = score["tags"]
    with acting(actions):
        await score.save()
    tags.append("later")

    assert actions.asked[0][2:4] == ("s1", {"score": {"__op": "Increment", "amount": 1}})
    assert (score["score"], "gone" in score) == (12, False)
    assert score.changes() == {"tags": ["a", "later"]}


async def test_an_object_with_an_id_of_its_own_is_created_under_it() -> None:
    actions = FakeActions(answer={"objectId": "mine"})
    score = Score(score=5)
    score.id = "mine"
    with acting(actions):
        await score.save()

    assert actions.asked[0][2:4] == (None, {"score": 5, "objectId": "mine"})


async def test_fetching_reads_the_object_and_forgets_changes() -> None:
    actions = FakeActions(rows=[STORED])
    score = Score(object_id="s1")
    score["score"] = 1
    with acting(actions):
        await score.fetch("team")

    assert score["score"] == 7
    assert actions.asked == [("get", "GameScore", "s1", FindParams(include=("team",)), CallOptions())]


async def test_deleting_needs_a_stored_object() -> None:
    actions = FakeActions()
    with acting(actions):
        await stored().destroy(use_master_key=True)
        with pytest.raises(ValueError, match="not saved"):
            await Score().destroy()

    assert actions.asked == [("delete", "GameScore", "s1", CallOptions(True))]


async def test_outside_of_a_call_there_is_no_database() -> None:
    with pytest.raises(RuntimeError, match="only while a cloud function or trigger runs"):
        await stored().save()


def test_a_class_has_to_be_named() -> None:
    with pytest.raises(ValueError, match="name the class"):
        ParseObject()
    assert Score().class_name == "GameScore"
