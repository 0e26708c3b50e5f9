"""The lines of all workers come together in the supervisor, and are there for who asks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import orjson

from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.cli.releases.log_feed import LATEST, MOST_KEPT, MOST_TOLD, LogKeeper, feeding
from parsepy.logs.secrets import redaction
from parsepy.settings import Settings
from parsepy.system.releases.log_tail import ASK, LINES, TOLD, LogTail


class Wire:
    """The supervisor's end of a link to one worker, which is a MemoryPubSub here."""

    def __init__(self, worker: MemoryPubSub) -> None:
        self.worker = worker

    def tap(self, channel: str, heard: Callable[[object, bytes], None]) -> None:
        self.worker.subscribe(channel, lambda message: heard(self.worker, message))

    def tell(self, key: object, channel: str, message: bytes) -> None:
        assert key is self.worker
        self.worker.publish(channel, message)


def line(message: str) -> dict[str, Any]:
    return {"at": "2026-01-31T12:00:00.000Z", "level": "info", "message": message, "worker": 1}


def started() -> tuple[LogKeeper, MemoryPubSub, LogTail]:
    """A supervisor, its link to a worker, and that worker's questions."""
    pubsub = MemoryPubSub()
    return LogKeeper(Wire(pubsub), "run"), pubsub, LogTail()


def texts(answer: dict[str, Any]) -> list[str]:
    return [line["message"] for line in answer["results"]]


async def test_the_latest_lines_are_told_and_then_those_after_the_cursor() -> None:
    keeper, pubsub, tail = started()
    keeper.add([line(str(number)) for number in range(LATEST + 5)])
    first = await tail.ask(pubsub, "", 0)
    keeper.add([line("new")])
    second = await tail.ask(pubsub, first["next"], 0)

    assert texts(first) == [str(number) for number in range(5, LATEST + 5)]
    assert texts(second) == ["new"]
    assert texts(await tail.ask(pubsub, second["next"], 0)) == []


async def test_who_waits_is_told_as_soon_as_there_is_a_line() -> None:
    keeper, pubsub, tail = started()
    waiting = asyncio.ensure_future(tail.ask(pubsub, "run-0", 60))
    await asyncio.sleep(0)
    keeper.add([line("late")])

    assert texts(await waiting) == ["late"]


async def test_who_waits_in_vain_gets_nothing_but_the_cursor() -> None:
    _, pubsub, tail = started()

    assert await tail.ask(pubsub, "run-0", 0.01) == {"results": [], "next": "run-0"}


async def test_a_cursor_of_another_start_begins_anew_and_nonsense_does_no_harm() -> None:
    keeper, pubsub, tail = started()
    keeper.add([line("one")])

    for cursor in ("other-17", "run-x", "run--5", "nonsense", "-"):
        assert texts(await tail.ask(pubsub, cursor, 0)) == ["one"]
    assert texts(await tail.ask(pubsub, "run-999", 0)) == []


async def test_what_is_kept_and_told_is_bounded() -> None:
    keeper, pubsub, tail = started()
    keeper.add([line(str(number)) for number in range(MOST_KEPT + 10)])
    answer = await tail.ask(pubsub, "run-0", 0)

    assert len(answer["results"]) == MOST_TOLD
    assert texts(answer)[0] == "10"
    assert answer["next"] == f"run-{MOST_TOLD + 10}"


async def test_a_worker_sends_what_it_and_its_cloud_code_log() -> None:
    pubsub, sent = MemoryPubSub(), list[dict[str, Any]]()
    pubsub.subscribe(LINES, lambda message: sent.extend(orjson.loads(message)))
    with feeding(pubsub, 2):
        logging.getLogger("parsepy.cloud.user").info("from request.log")
        await asyncio.to_thread(logging.getLogger("my.module").warning, "from a thread of %s", "cloud code")
        try:
            raise ValueError("oh")
        except ValueError:
            logging.getLogger("parsepy").exception("failed")

    assert [(told["worker"], told["level"]) for told in sent] == [(2, "info"), (2, "warn"), (2, "error")]
    assert [told["message"].splitlines()[0] for told in sent] == [
        "from request.log",
        "from a thread of cloud code",
        "failed",
    ]
    assert sent[2]["message"].endswith("ValueError: oh")


async def test_secrets_are_not_sent() -> None:
    pubsub, sent = MemoryPubSub(), list[dict[str, Any]]()
    pubsub.subscribe(LINES, lambda message: sent.extend(orjson.loads(message)))
    with feeding(pubsub, 2, redaction([Settings(master_key="the-master-key")])):
        logging.getLogger("parsepy.cloud.user").info("key the-master-key, password=hunter2")

    assert [told["message"] for told in sent] == ["key [secret], password=[secret]"]


async def test_questions_that_nobody_answers_end(monkeypatch: Any) -> None:
    monkeypatch.setattr("parsepy.system.releases.log_tail.PATIENCE_SECONDS", 0.01)
    asked = list[bytes]()
    pubsub = MemoryPubSub()
    pubsub.subscribe(ASK, asked.append)
    pubsub.publish(TOLD, b'{"ask": 7}')

    assert await LogTail().ask(pubsub, "x", 0) == {"results": [], "next": "x"}
    assert len(asked) == 1
