"""Where the log goes and in which form: each of its options has its effect."""

from __future__ import annotations

import io
import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from parsepy.logs import DailyFile, TextForm, logging_to
from parsepy.settings import Retention, Settings

log = logging.getLogger("parsepy")
TODAY = time.strftime("%Y-%m-%d")


def written(settings: Settings) -> str:
    """What three records of different levels leave on the console."""
    stream = io.StringIO()
    with logging_to(settings, stream):
        log.error("an error")
        log.info("an info")
        log.log(15, "something verbose")
        log.debug("a detail")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["an error", "an info"]),
        ({"verbose": True}, ["an error", "an info", "something verbose"]),
        ({"log_level": "error"}, ["an error"]),
        ({"log_level": "debug"}, ["an error", "an info", "something verbose", "a detail"]),
        ({"log_level": "silent"}, []),
        ({"silent": True}, []),
    ],
    ids=str,
)
def test_levels_decide_what_is_logged(options: dict[str, Any], expected: list[str]) -> None:
    lines = written(Settings(logs_folder=None, **options)).splitlines()

    assert [line[17:] for line in lines] == expected


def test_lines_may_be_json() -> None:
    first, _ = written(Settings(logs_folder=None, json_logs=True)).splitlines()

    told = orjson.loads(first)
    assert (told["level"], told["message"]) == ("error", "an error")
    assert told["timestamp"].endswith("Z")


def test_a_folder_gets_one_file_a_day_and_one_for_errors(tmp_path: Path) -> None:
    written(Settings(logs_folder=str(tmp_path / "logs"), silent=True))

    found = {path.name: path.read_text().count("\n") for path in (tmp_path / "logs").iterdir()}
    assert found == {f"parse-server.info.{TODAY}": 2, f"parse-server.err.{TODAY}": 1}


def test_no_folder_means_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(Settings(logs_folder=None))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("keep", "kept"), [(None, 4), (Retention(files=2), 2), (Retention(days=1), 2)], ids=["all", "two", "one day"]
)
def test_old_files_are_removed_as_told(tmp_path: Path, keep: Retention | None, kept: int) -> None:
    yesterday = time.strftime("%Y-%m-%d", time.localtime(time.time() - 86400))
    for day in ("2020-01-01", "2020-01-02", yesterday):
        (tmp_path / f"parse-server.info.{day}").write_text("old\n")

    written(replace(Settings(logs_folder=str(tmp_path), silent=True), max_log_files=keep))

    assert len(list(tmp_path.glob("parse-server.info.*"))) == kept


def test_a_new_day_begins_a_new_file(tmp_path: Path) -> None:
    days = iter(["2026-01-01", "2026-01-01", "2026-01-02"])
    sink = DailyFile(tmp_path, "x", logging.INFO, TextForm(), keep=None, today=lambda: next(days))
    for text in ("a", "b", "c"):
        sink.emit(logging.makeLogRecord({"msg": text, "levelno": logging.INFO}))
    sink.close()

    assert {path.name: path.read_text().count("\n") for path in tmp_path.iterdir()} == {
        "x.2026-01-01": 2,
        "x.2026-01-02": 1,
    }


def test_tracebacks_stand_below_their_line() -> None:
    stream = io.StringIO()
    with logging_to(Settings(logs_folder=None), stream):
        try:
            raise KeyError("lost")
        except KeyError:
            log.exception("failed")

    assert stream.getvalue().splitlines()[-1] == "KeyError: 'lost'"
