"""Who may do what on a class, as a table that one assertion compares."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from parsepy.errors import ErrorCode
from parsepy.testing.answers import Answer
from parsepy.testing.client import Client
from parsepy.testing.people import User
from parsepy.testing.server import TestServer

YES, NO = "yes", "no"
_DENIALS = frozenset({None, ErrorCode.OBJECT_NOT_FOUND, ErrorCode.OPERATION_FORBIDDEN, ErrorCode.INVALID_SESSION_TOKEN})


async def permissions(
    server: TestServer, class_name: str, callers: Mapping[str, Client | User | None], **fields: Any
) -> str:
    """Try every operation as each of the callers (None is nobody), each on a new object with these fields; a table.

    A cell says `yes`, `no`, or the number of the error that is none of permissions, such as 142 from a validator.
    Objects are made and removed with the master key, and triggers run. Compare with `table`.
    """
    trial = _Trial(server.client.as_master(), class_name, fields)
    rows = []
    for name, caller in callers.items():
        client = caller if isinstance(caller, Client) else server.client
        client = client.as_(caller) if isinstance(caller, User) else client
        rows.append([name, *[await trial.outcome(operation, client) for operation in _OPERATIONS]])
    return _aligned([["", *_OPERATIONS], *rows])


def table(text: str) -> str:
    """The same table as `permissions` would write it: spaces and empty lines do not matter.

    The first line names the operations, every other one a caller and his cells.
    """
    lines = [line.split() for line in text.splitlines() if line.strip()]
    width = len(lines[0])
    return _aligned([["", *lines[0]], *([" ".join(line[:-width]), *line[-width:]] for line in lines[1:])])


class _Trial:
    """Tries operations on objects of one class."""

    def __init__(self, master: Client, class_name: str, fields: Mapping[str, Any]) -> None:
        self._master = master
        self._class_name = class_name
        self._fields = fields
        self._added = 0

    @property
    def fields(self) -> Mapping[str, Any]:
        """What the objects have."""
        return self._fields

    async def outcome(self, operation: str, client: Client) -> str:
        """How an operation ends for a client."""
        object_id = await self._master.create(self._class_name, **self._fields)
        answer, done = await _OPERATIONS[operation](self, client, object_id)
        for made in {object_id, self._made(answer)}:
            await self._master.delete(f"{self.path}/{made}")
        if answer.status >= 400 and answer.code not in _DENIALS:
            return str(answer.code)
        return YES if done else NO

    @property
    def path(self) -> str:
        """Where the objects are."""
        return f"/classes/{self._class_name}"

    def new_field(self) -> str:
        """The name of a field that the class has not."""
        self._added += 1
        return f"addedByTest{self._added}"

    def _made(self, answer: Answer) -> str:
        return str(answer.body.get("objectId", "")) if isinstance(answer.body, dict) else ""


_Outcome = tuple[Answer, bool]


async def _get(trial: _Trial, client: Client, object_id: str) -> _Outcome:
    answer = await client.get(f"{trial.path}/{object_id}")
    return answer, answer.status < 400


async def _find(trial: _Trial, client: Client, object_id: str) -> _Outcome:
    answer = await client.get(trial.path, where=_found_by(object_id))
    return answer, answer.status < 400 and len(answer.body["results"]) == 1


async def _count(trial: _Trial, client: Client, object_id: str) -> _Outcome:
    answer = await client.get(trial.path, where=_found_by(object_id), count=1, limit=0)
    return answer, answer.status < 400 and answer.body["count"] == 1


async def _create(trial: _Trial, client: Client, object_id: str) -> _Outcome:
    answer = await client.post(trial.path, trial.fields)
    return answer, answer.status < 400


async def _update(trial: _Trial, client: Client, object_id: str) -> _Outcome:
    changed = {name: value for name, value in trial.fields.items() if name != "ACL"}
    answer = await client.put(f"{trial.path}/{object_id}", changed)
    return answer, answer.status < 400


async def _delete(trial: _Trial, client: Client, object_id: str) -> _Outcome:
    answer = await client.delete(f"{trial.path}/{object_id}")
    return answer, answer.status < 400


async def _add_field(trial: _Trial, client: Client, object_id: str) -> _Outcome:
    answer = await client.put(f"{trial.path}/{object_id}", {trial.new_field(): 1})
    return answer, answer.status < 400


_OPERATIONS: Mapping[str, Callable[[_Trial, Client, str], Awaitable[_Outcome]]] = {
    "get": _get,
    "find": _find,
    "count": _count,
    "create": _create,
    "update": _update,
    "delete": _delete,
    "addField": _add_field,
}


def _found_by(object_id: str) -> Mapping[str, Any]:
    """A search for one object; the server takes one for the bare id for a get."""
    return {"objectId": {"$in": [object_id]}}


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines)
