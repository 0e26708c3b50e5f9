"""The small value types, and the JSON that results are made of."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any

import pytest

from parsepy import ACL, GeoPoint, ParseObject
from parsepy.cloud.codec import encode


def test_distances_are_those_of_the_server() -> None:
    berlin, paris = GeoPoint(52.52, 13.405), GeoPoint(48.8566, 2.3522)

    assert round(berlin.kilometers_to(paris)) == 877
    assert round(berlin.miles_to(paris)) == 545
    assert berlin.radians_to(berlin) == 0


def test_an_acl_grants_by_name_user_and_role() -> None:
    acl = ACL.only(ParseObject("_User", "u1"), "role:Admins")
    acl.public_read = True
    acl.allow_write("role:Admins", False)

    assert acl.to_json() == {
        "*": {"read": True},
        "role:Admins": {"read": True},
        "u1": {"read": True, "write": True},
    }
    assert acl.may_write("u1")
    assert not acl.may_write("role:Admins")
    assert (acl.public_read, acl.public_write) == (True, False)


def test_an_acl_reads_what_the_server_stores() -> None:
    assert ACL({"u1": {"read": True}}).to_json() == {"u1": {"read": True}}
    assert ACL({"u1": {"read": True}}) == ACL({"u1": {"read": True, "write": False}})
    assert ACL().to_json() == {}


@pytest.mark.parametrize("who", [ParseObject("_User"), None, "", 3])
def test_an_acl_names_nobody_who_is_not_saved(who: Any) -> None:
    with pytest.raises(TypeError, match="an ACL names people"):
        ACL.only(who)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ((1, 2), [1, 2]),
        ({3}, [3]),
        ({1: True}, {"1": True}),
        (math.nan, None),
        (math.inf, None),
        (2**70, float(2**70)),
        (datetime(2026, 1, 2, 3, 4, 5), {"__type": "Date", "iso": "2026-01-02T03:04:05.000Z"}),
        (datetime(2026, 1, 2, tzinfo=UTC), {"__type": "Date", "iso": "2026-01-02T00:00:00.000Z"}),
        (b"hi", {"__type": "Bytes", "base64": "aGk="}),
    ],
    ids=["tuple", "set", "number as key", "nan", "infinite", "huge", "naive time", "time", "bytes"],
)
def test_python_values_have_a_rest_form(value: Any, form: Any) -> None:
    assert encode(value) == form


def test_a_date_without_time_has_no_form() -> None:
    with pytest.raises(TypeError, match="type date"):
        encode(date(2026, 1, 2))


def test_results_hold_whole_objects_where_they_are_known() -> None:
    team = ParseObject.from_json({"objectId": "t1", "name": "Reds"}, "Team")
    score = ParseObject.from_json({"objectId": "s1", "score": 1}, "Score")
    score["team"] = team
    unsaved = ParseObject("Draft", x=1)

    whole = {"objectId": "t1", "name": "Reds", "__type": "Object", "className": "Team"}
    assert encode([team, {"a": team}], full=True) == [whole, {"a": whole}]
    assert encode(score, full=True) == {"__type": "Pointer", "className": "Score", "objectId": "s1"}
    assert encode(ParseObject("Team", "t2"), full=True) == {
        "__type": "Pointer",
        "className": "Team",
        "objectId": "t2",
    }
    assert encode(unsaved, full=True) == {"x": 1, "__type": "Object", "className": "Draft"}


def test_objects_that_lead_to_each_other_end_in_a_pointer() -> None:
    row = {"objectId": "a", "other": {"__type": "Object", "className": "N", "objectId": "b", "n": 1}}
    first = ParseObject.from_json(row, "N")
    first["other"]._state.stored["back"] = {"__type": "Object", "className": "N", "objectId": "a", "n": 2}
    assert first["other"]["back"]["n"] == 2

    shown = first.to_json()
    assert shown["other"]["back"] == {"__type": "Pointer", "className": "N", "objectId": "a"}
