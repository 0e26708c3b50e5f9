"""`logClientEvents`: events of the MongoDB driver in the log, with Node's names, and without secrets."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from bson import ObjectId
from pymongo import monitoring

from parsepy.adapters.storage.mongo.driver import new_client
from parsepy.adapters.storage.mongo.events import listeners
from parsepy.settings.database_options import DatabaseOptions
from tests.compat.commands.endpoint import REPLICA_SET, endpoint

LOGGER = "parsepy.adapters.storage.mongo.events"


def started(command: dict[str, Any]) -> monitoring.CommandStartedEvent:
    return monitoring.CommandStartedEvent({"find": "A", **command}, "parse", 7, ("h", 27017), 7, None, None)


def heard(caplog: pytest.LogCaptureFixture, event: Any, method: str, **asked: Any) -> list[tuple[int, Any]]:
    """Level and content of the lines that the event makes."""
    caplog.set_level(1, logger=LOGGER)
    for listener in listeners([asked]):
        getattr(listener, method)(event)
    lines = [(record.levelno, record.getMessage()) for record in caplog.records]
    start = f"MongoDB client event {asked['name']}: "
    assert all(text.startswith(start) for _, text in lines)
    return [(level, json.loads(text.removeprefix(start))) for level, text in lines]


def test_the_chosen_keys_are_logged_at_the_chosen_level(caplog: pytest.LogCaptureFixture) -> None:
    keys = ["commandName", "command.filter.n", "address", "nothing.here"]
    event = started({"filter": {"n": {"$gt": 1}}})

    lines = heard(caplog, event, "started", name="commandStarted", keys=keys, logLevel="warn")

    expected = {"commandName": "find", "command.filter.n": {"$gt": 1}, "address": "h:27017", "nothing.here": None}
    assert lines == [(logging.WARNING, expected)]


def test_without_keys_and_with_an_unknown_level_everything_is_logged_as_information(
    caplog: pytest.LogCaptureFixture,
) -> None:
    [(level, told)] = heard(caplog, started({}), "started", name="commandStarted", logLevel="nonsense")

    assert level == logging.INFO
    assert told["command"] == {"find": "A"}
    assert (told["databaseName"], told["requestId"], told["address"]) == ("parse", 7, "h:27017")


def test_values_that_json_lacks_become_texts(caplog: pytest.LogCaptureFixture) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
    event = started({"filter": {"d": moment, "i": ObjectId("6b019fe40b8caf9db18a1097"), "b": b"hi"}})

    [(_, told)] = heard(caplog, event, "started", name="commandStarted", keys=["command.filter"])

    shown = {"d": "2026-01-02T03:04:05.678Z", "i": "6b019fe40b8caf9db18a1097", "b": "aGk="}
    assert told == {"command.filter": shown}


def test_secrets_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    document = {"_hashed_password": "hush", "_session_token": "hush", "_auth_data_x": {"id": "hush"}, "name": "ann"}
    event = started({"documents": [document], "filter": {"_auth_data_x.id": "hush", "sessionToken": "hush"}})

    lines = heard(caplog, event, "started", name="commandStarted")

    assert "hush" not in str(lines)
    assert lines[0][1]["command"]["documents"][0]["name"] == "ann"
    assert document["_hashed_password"] == "hush"


def test_an_event_that_this_driver_lacks_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    assert listeners([{"name": "timeout"}, {"name": "timeout"}]) == []
    assert [record.getMessage().split(";")[0] for record in caplog.records] == [
        "logClientEvents: there is no event 'timeout'"
    ]


async def test_a_client_tells_of_its_life(caplog: pytest.LogCaptureFixture) -> None:
    names = ("commandStarted", "commandSucceeded", "connectionCreated", "connectionPoolCreated", "serverOpening",
             "serverHeartbeatSucceeded", "topologyOpening", "connectionCheckedOut")  # fmt: skip
    caplog.set_level(logging.INFO, logger=LOGGER)
    async with endpoint("mongodb://127.0.0.1:1") as server:
        uri = f"{server.uri}/parse?replicaSet={REPLICA_SET}"
        options = DatabaseOptions(log_client_events=tuple({"name": name} for name in names))
        async with new_client(uri, options) as client:
            await client.parse.command({"explain": {"find": "A"}})

    told = [record.getMessage().split(": ")[0].rsplit(" ", 1)[1] for record in caplog.records]
    assert set(names) == set(told)
