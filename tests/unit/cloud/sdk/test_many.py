"""Saving, deleting and reading many objects, and the ones that an object leads to."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy import File, ParseError, ParseObject
from parsepy.cloud.actions import acting
from tests.unit.cloud.fakes import FakeActions


class Numbering(FakeActions):
    """Gives every new object an id of its own."""

    async def save(self, *asked: Any) -> dict[str, Any]:
        await super().save(*asked)
        return {"objectId": asked[1] or f"n{len(self.asked)}"}


class Refusing(Numbering):
    """Refuses objects with `bad` fields."""

    async def save(self, *asked: Any) -> dict[str, Any]:
        answer = await super().save(*asked)
        if "bad" in asked[2]:
            raise ParseError(142, "bad")
        return answer


def saved(actions: FakeActions) -> list[Any]:
    """Classes in the order in which they were saved."""
    return [asked[1] for asked in actions.asked if asked[0] == "save"]


async def test_what_an_object_leads_to_is_saved_before_it() -> None:
    actions = Numbering()
    team = ParseObject("Team", city=ParseObject("City", name="Rome"))
    score = ParseObject("Score", rivals=[{"team": team}])
    with acting(actions):
        await score.save()

    assert saved(actions) == ["City", "Team", "Score"]
    sent = actions.asked[-1][3]["rivals"][0]["team"]
    assert sent == {"__type": "Pointer", "className": "Team", "objectId": team.id}
    assert (score["rivals"][0]["team"], score.is_dirty) == (team, False)


async def test_a_changed_object_and_a_new_file_are_saved_with_what_leads_to_them() -> None:
    actions = Numbering()
    team = ParseObject.from_json({"objectId": "t1", "n": 1}, "Team")
    team.increment("n")
    score = ParseObject("Score", team=team, photo=File("a.txt", b"hi"))
    with acting(actions):
        await score.save(use_master_key=True)

    assert [asked[0] for asked in actions.asked] == ["save_file", "save", "save"]
    assert saved(actions) == ["Team", "Score"]
    assert actions.asked[-1][3]["photo"] == {"__type": "File", "name": "a.txt", "url": "http://files.example/a.txt"}


async def test_without_cascade_nothing_else_is_saved() -> None:
    actions = Numbering()
    with acting(actions), pytest.raises(ValueError, match="a Team that is not saved"):
        await ParseObject("Score", team=ParseObject("Team")).save(cascade_save=False)

    assert actions.asked == []


async def test_new_objects_that_point_to_each_other_are_refused() -> None:
    first, second = ParseObject("A"), ParseObject("B")
    first["other"], second["other"] = second, first
    with acting(Numbering()), pytest.raises(ValueError, match="point to each other"):
        await ParseObject.save_all([first, second])

    assert first.is_new


async def test_many_are_saved_those_first_that_others_point_to() -> None:
    actions = Numbering()
    team = ParseObject("Team")
    untouched = ParseObject.from_json({"objectId": "x"}, "Score")
    with acting(actions):
        await ParseObject.save_all([ParseObject("Score", team=team), untouched, team])

    assert saved(actions) == ["Team", "Score"]


async def test_all_of_a_batch_are_tried_before_the_first_error_is_raised() -> None:
    actions = Refusing()
    objects = [ParseObject("Score", bad=1), ParseObject("Score"), ParseObject("Score")]
    with acting(actions), pytest.raises(ParseError, match="142 bad"):
        await ParseObject.save_all(objects, batch_size=2)

    assert [each.is_new for each in objects] == [True, False, True]


async def test_many_in_a_transaction_go_one_by_one() -> None:
    actions = Refusing()
    objects = [ParseObject("Score"), ParseObject("Score")]
    with acting(actions):
        await ParseObject.destroy_all([ParseObject("A", "a"), ParseObject("A", "b")], transaction=True)
        await ParseObject.save_all(objects, transaction=True)

    assert [asked[0] for asked in actions.asked] == ["transaction", "delete", "delete", "transaction", "save", "save"]


async def test_many_are_read_with_one_query() -> None:
    actions = FakeActions(rows=[{"objectId": "a", "n": 1}, {"objectId": "b", "n": 2}])
    known = ParseObject.from_json({"objectId": "b", "n": 5}, "Score")
    fresh = ParseObject("Score", "a")
    with acting(actions):
        await ParseObject.fetch_all([fresh, known], "team", if_needed=True)
        assert (fresh["n"], known["n"]) == (1, 5)
        await ParseObject.fetch_all([fresh, known, fresh])

    assert known["n"] == 2
    assert [asked[2].where for asked in actions.asked] == [
        {"objectId": {"$in": ["a"]}},
        {"objectId": {"$in": ["a", "b"]}},
    ]


async def test_one_that_is_not_there_leaves_all_as_they_were() -> None:
    first, gone = ParseObject("Score", "a"), ParseObject("Score", "z")
    with acting(FakeActions(rows=[{"objectId": "a", "n": 1}])), pytest.raises(ParseError, match="101 All objects must"):
        await ParseObject.fetch_all([first, gone])

    assert not first.is_data_available
