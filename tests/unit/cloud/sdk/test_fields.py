"""Declared fields: typed attributes with names of their own on the wire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from parsepy import ParseObject, Relation, User, field


class Team(ParseObject):
    name: str


class Score(ParseObject):
    class_name = "GameScore"

    points: int = 0
    player_name: str
    player: User | None = None
    team: Team
    rivals: list[Team] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    fans: Relation[User]
    played: datetime | None = field(default=None, key="when")


def pointer(class_name: str, object_id: str) -> dict[str, str]:
    return {"__type": "Pointer", "className": class_name, "objectId": object_id}


def test_a_field_is_written_in_camel_case_or_under_its_key() -> None:
    score = Score(player_name="Ann", played=datetime(2026, 1, 2, tzinfo=UTC))
    score.points += 5

    assert score.changes() == {
        "points": 5,
        "rivals": [],
        "tags": [],
        "playerName": "Ann",
        "when": {"__type": "Date", "iso": "2026-01-02T00:00:00.000Z"},
    }


def test_a_stored_object_without_the_field_reads_as_the_default_and_has_no_changes() -> None:
    score = Score.from_json({"objectId": "s1"})

    assert (score.points, score.player, score.tags) == (0, None, [])
    assert score.changes() == {}


def test_a_field_without_default_is_missing_where_there_is_none() -> None:
    score = Score(object_id="s1")

    with pytest.raises(AttributeError, match="<GameScore s1> has no player_name"):
        print(score.player_name)
    assert getattr(score, "player_name", "nobody") == "nobody"


def test_a_default_that_is_changed_in_place_is_saved() -> None:
    score = Score.from_json({"objectId": "s1"})
    score.tags.append("new")

    assert score.changes() == {"tags": ["new"]}


def test_objects_in_fields_are_of_the_declared_type() -> None:
    row = {"team": pointer("Team", "t1"), "rivals": [pointer("Team", "t2")], "player": pointer("_User", "u1")}
    score = Score.from_json({"objectId": "s1", **row})

    assert isinstance(score.team, Team)
    assert score.team is score.team
    assert isinstance(score.rivals[0], Team)
    assert isinstance(score.player, User)
    assert score.changes() == {}


def test_a_relation_is_changed_through_its_field() -> None:
    score = Score(object_id="s1")
    score.fans.add([User(object_id="u1"), User(object_id="u2")])
    score.fans.remove(User(object_id="u2"))

    assert score.changes()["fans"]["__op"] == "Batch"
    assert score.fans.query().class_name == "_User"
    assert score.fans.query().where == {"$relatedTo": {"object": pointer("GameScore", "s1"), "key": "fans"}}


def test_a_field_can_be_removed_and_replaced() -> None:
    score = Score.from_json({"objectId": "s1", "points": 3, "playerName": "Ann"})
    del score.points
    score.player_name = "Bob"

    assert score.changes() == {"points": {"__op": "Delete"}, "playerName": "Bob"}


def test_a_subclass_has_the_fields_of_its_base() -> None:
    class Match(Score):
        class_name = "Match"
        round_number: int = 1

    assert Match(points=2).changes() == {"points": 2, "rivals": [], "tags": [], "roundNumber": 1}


def test_two_views_of_one_object_share_changes() -> None:
    plain = ParseObject.from_json({"objectId": "s1", "points": 1}, "GameScore")
    score = Score.of(plain)
    score.points = 7

    assert plain["points"] == 7
    assert plain.changes() == {"points": 7}
    with pytest.raises(TypeError, match="a GameScore is no Team"):
        Team.of(plain)


@pytest.mark.parametrize("name", ["keys", "acl", "id", "save"])
def test_a_field_cannot_take_the_place_of_what_every_object_has(name: str) -> None:
    with pytest.raises(TypeError, match=f"Bad.{name} is in the way"):
        type("Bad", (ParseObject,), {"__annotations__": {name: "str"}, "__module__": __name__})


def test_a_default_that_objects_would_share_is_refused() -> None:
    with pytest.raises(TypeError, match="default_factory"):
        type("Bad", (ParseObject,), {"__annotations__": {"tags": "list"}, "tags": [], "__module__": __name__})


def test_a_type_that_is_not_there_is_named_where_it_is_needed() -> None:
    fields: dict[str, Any] = {"__annotations__": {"best": "Nowhere"}, "__module__": __name__}
    kind: Any = type("Odd", (ParseObject,), fields)

    with pytest.raises(TypeError, match="'Nowhere' is not defined; say it by field"):
        print(kind.from_json({"best": pointer("Nowhere", "n1")}).best)
