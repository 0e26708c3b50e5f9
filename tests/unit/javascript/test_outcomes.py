"""What Node tells of a call is done to the request: changes of objects, queries, files, answers and errors."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy import ErrorCode, File, ParseError, ParseObject, Query
from parsepy.cloud.pending import MISSING
from parsepy.cloud.requests import FileRequest, FindRequest, FunctionRequest, SaveRequest
from parsepy.javascript.outcomes import ScriptError, taken
from parsepy.javascript.requests import told

POINTER = {"__type": "Pointer", "className": "Player", "objectId": "p1"}


def stored(**fields: Any) -> ParseObject:
    return ParseObject.from_json({"objectId": "s1", **fields}, "Score")


def save(found: ParseObject) -> SaveRequest:
    return SaveRequest(object=found, original=stored(), trigger_name="beforeSave")


@pytest.mark.parametrize(
    "changes",
    [
        {"a": 1, "b": None, "c": {"d": [1]}},
        {"a": {"__op": "Delete"}},
        {"n": {"__op": "Increment", "amount": 2}, "c.d": {"__op": "Increment", "amount": 1}},
        {"l": {"__op": "Add", "objects": [1, {"a": 1}]}},
        {"l": {"__op": "AddUnique", "objects": [1]}},
        {"l": {"__op": "Remove", "objects": [1]}},
        {"r": {"__op": "AddRelation", "objects": [POINTER]}},
        {"r": {"__op": "RemoveRelation", "objects": [POINTER]}},
        {"p": POINTER, "ACL": {"*": {"read": True}}},
    ],
    ids=["values", "delete", "increment", "add", "add unique", "remove", "relate", "unrelate", "types"],
)
def test_the_changes_of_the_handler_take_the_place_of_those_before(changes: dict[str, Any]) -> None:
    request = save(stored(l=[1], c={"d": 1}))
    request.object["before"] = 1

    taken(request, {"changes": changes})

    assert request.object.changes() == changes


def test_without_changes_the_object_stays_as_it_is() -> None:
    request = save(stored())
    request.object["before"] = 1

    taken(request, {"context": {"seen": True}})

    assert (request.object.changes(), request.context) == ({"before": 1}, {"seen": True})


def test_a_new_id_is_that_of_the_object() -> None:
    request = SaveRequest(object=ParseObject("Score"), trigger_name="beforeSave")

    taken(request, {"id": "chosen"})

    assert request.object.id == "chosen"


def test_a_changed_query_goes_on_with_what_the_client_asked() -> None:
    request = FindRequest(query=Query("Score").limit(5).ascending("a"), trigger_name="beforeFind")
    sent = told(request)["query"]

    result = taken(request, {"query": {**sent, "where": {"a": 1}, "limit": 0, "keys": "a,b"}, "readPreferences": None})

    params = request.query.to_params()
    assert result is None
    assert (params.where, params.limit, params.keys, params.order) == ({"a": 1}, 0, ("a", "b"), ("a",))


def test_another_query_and_objects_are_results() -> None:
    request = FindRequest(query=Query("Score"), trigger_name="beforeFind")

    other = taken(request, {"other": {"className": "Other", "where": {"a": 1}}})
    objects = taken(request, {"objects": [{"className": "Score", "n": 1}]})

    assert (other.class_name, other.where) == ("Other", {"a": 1})
    assert [each.to_json() for each in objects] == [{"n": 1}]


FILE = {"name": "b.txt", "url": None, "base64": "Yg==", "type": "text/plain", "metadata": {}, "tags": {"t": "1"}}


def test_a_file_is_changed_or_replaced() -> None:
    request = FileRequest(file=File("a.txt", b"a"), trigger_name="beforeSave")

    same = taken(request, {"file": {**FILE, "directory": None}})
    other = taken(request, {"file": {**FILE, "name": "c.txt", "directory": "d"}, "isOther": True})

    assert (same, request.file.name, request.file.data, request.file.tags) == (None, "b.txt", b"b", {"t": "1"})
    assert (other.name, other.data, other.directory) == ("c.txt", b"b", "d")


def test_a_function_without_a_result_has_none() -> None:
    assert taken(FunctionRequest(), {}) is MISSING
    assert taken(FunctionRequest(), {"result": None}) is None


def test_an_error_with_a_code_is_a_parse_error() -> None:
    with pytest.raises(ParseError) as raised:
        taken(FunctionRequest(), {"error": {"code": 101, "message": "gone"}})

    assert (raised.value.code, raised.value.message) == (ErrorCode.OBJECT_NOT_FOUND, "gone")


@pytest.mark.parametrize(
    ("message", "text"), [("it broke", "it broke"), ({"a": 1}, '{"a":1}'), (7, "7"), ("", "")], ids=repr
)
def test_any_other_error_is_a_text(message: Any, text: str) -> None:
    with pytest.raises(ScriptError) as raised:
        taken(FunctionRequest(), {"error": {"message": message, "stack": "at main.js:1"}})

    assert (str(raised.value), raised.value.__notes__) == (text, ["at main.js:1"])
