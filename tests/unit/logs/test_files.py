"""Log files hold one JSON object a line, begin anew with each day and when they are full, and survive a full disk."""

from __future__ import annotations

import logging
from pathlib import Path

import orjson
import pytest

from parsepy.logs import DailyFile, JsonForm, logging_to, speaking_for
from parsepy.logs.files import log_files
from parsepy.settings import Retention, Settings

log = logging.getLogger("parsepy")
NAME = "parse-server.info"
DAY = "2026-01-01"


def sink(folder: Path, *, full: int = 200, keep: Retention | None = None, told: list[str] | None = None) -> DailyFile:
    """A sink of a day that does not end."""
    said = [] if told is None else told
    form = JsonForm()
    return DailyFile(folder, NAME, logging.INFO, form, keep=keep, full=full, told=said.append, today=lambda: DAY)


def write(to: DailyFile, *texts: str) -> None:
    """Log some lines."""
    for text in texts:
        to.emit(logging.makeLogRecord({"msg": text, "levelno": logging.WARNING, "levelname": "WARNING"}))


def messages(folder: Path) -> list[str]:
    """What all files hold, in the order of their age."""
    files = log_files(folder, NAME)
    return [orjson.loads(line)["message"] for file in files for line in file.path.read_text().splitlines()]


def test_files_hold_json_whatever_the_console_shows(tmp_path: Path) -> None:
    with logging_to(Settings(logs_folder=str(tmp_path), silent=True), worker=2), speaking_for("one"):
        log.info("ünï\ud800 %s", "code")

    (file,) = log_files(tmp_path, NAME)
    told = orjson.loads(file.path.read_bytes())
    assert (told["level"], told["message"], told["worker"], told["app"]) == ("info", "ünï\\ud800 code", 2, "one")


def test_a_full_file_is_followed_by_a_further_one_of_the_same_day(tmp_path: Path) -> None:
    texts = [f"line {n}" for n in range(40)]
    out = sink(tmp_path)
    write(out, *texts)
    out.close()

    assert len(list(tmp_path.iterdir())) > 10
    assert messages(tmp_path) == texts


def test_several_processes_go_on_in_the_same_further_file(tmp_path: Path) -> None:
    one, two = sink(tmp_path), sink(tmp_path)
    for n in range(10):
        write(one, f"one {n}")
        write(two, f"two {n}")

    assert messages(tmp_path) == [f"{who} {n}" for n in range(10) for who in ("one", "two")]
    one.close()
    two.close()


def test_of_full_files_the_oldest_are_removed_first(tmp_path: Path) -> None:
    out = sink(tmp_path, full=1, keep=Retention(files=3))
    write(out, *(str(n) for n in range(12)))
    out.close()

    assert messages(tmp_path) == ["9", "10", "11"]


def test_lines_that_the_disk_does_not_take_are_counted_and_hurt_nobody(tmp_path: Path) -> None:
    folder, told = tmp_path / "logs", list[str]()
    folder.write_text("a file where the folder should be")
    out = sink(folder, told=told)
    write(out, "lost", "lost too")
    folder.unlink()
    write(out, "kept")
    out.close()

    assert messages(folder) == ["2 lines of the log could not be written", "kept"]
    assert len(told) == 1


@pytest.mark.parametrize(
    "name",
    ["parse-server.info", "parse-server.info.x", "parse-server.info.2026-01-01.gz", "parse-server.err.2026-01-01"],
)
def test_other_files_of_the_folder_are_none_of_the_log(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()

    assert log_files(tmp_path, NAME) == []


def test_a_long_message_is_cut(tmp_path: Path) -> None:
    out = sink(tmp_path)
    write(out, "x" * 1_000_000)
    out.close()

    assert len(messages(tmp_path)[0]) == 32 << 10
