"""Log files are read from the end, or from where a span of time begins, and never whole."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from parsepy.logs import timestamp
from parsepy.logs.reading import Budget, Span, search

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAME = "parse-server.info"
MINUTE = timedelta(minutes=1)


def line(moment: datetime, message: str, **more: Any) -> bytes:
    """A line as the server writes it."""
    told = {"level": "info", "message": message, "timestamp": timestamp(moment.timestamp()), **more}
    return orjson.dumps(told) + b"\n"


def write(folder: Path, lines: Iterable[bytes], day: datetime = NOON, ending: str = "") -> None:
    """Put lines into the file of a day."""
    with (folder / f"{NAME}.{day:%Y-%m-%d}{ending}").open("ab") as file:
        file.writelines(lines)


def found(folder: Path, budget: Budget | None = None, **wanted: Any) -> list[str]:
    """The messages of a search; by default the newest ten of all."""
    everything = {"since": NOON - timedelta(days=400), "until": NOON + timedelta(days=400), "size": 10}
    span = Span(**{"name": NAME, **everything, **wanted})
    return [row["message"] for row in search(folder, span, budget)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a line for each of 5,000 minutes, over four days, the last one's in two files."""
    for n in range(5):
        day = NOON.replace(hour=0) + timedelta(days=n - 4)
        minutes = [line(day + m * MINUTE, f"{n}.{m}") for m in range(1000)]
        write(tmp_path, minutes[:500], day)
        write(tmp_path, minutes[500:], day, ".1" if n == 4 else "")
    return tmp_path


def test_the_newest_lines_come_first(folder: Path) -> None:
    assert found(folder, size=3) == ["4.999", "4.998", "4.997"]


def test_the_oldest_lines_come_first_if_asked(folder: Path) -> None:
    assert found(folder, size=3, newest_first=False) == ["0.0", "0.1", "0.2"]


@pytest.mark.parametrize("newest_first", [True, False])
def test_a_search_goes_over_the_borders_of_files(folder: Path, newest_first: bool) -> None:
    rows = found(folder, size=6000, newest_first=newest_first)

    wanted = [f"{n}.{m}" for n in range(5) for m in range(1000)]
    assert rows == (wanted[::-1] if newest_first else wanted)


@pytest.mark.parametrize("newest_first", [True, False])
def test_only_lines_of_the_span_are_found_its_ends_included(folder: Path, newest_first: bool) -> None:
    start = NOON.replace(hour=0) - timedelta(days=2)
    rows = found(folder, since=start + 400 * MINUTE, until=start + 403 * MINUTE, newest_first=newest_first)

    assert sorted(rows) == ["2.400", "2.401", "2.402", "2.403"]


def test_lines_of_several_workers_are_put_in_order(tmp_path: Path) -> None:
    late = timedelta(seconds=5)
    write(tmp_path, [line(NOON, "a"), line(NOON + 2 * late, "c"), line(NOON + late, "b"), line(NOON + 3 * late, "d")])

    assert found(tmp_path) == ["d", "c", "b", "a"]
    assert found(tmp_path, since=NOON + late, newest_first=False) == ["b", "c", "d"]


def test_lines_of_other_apps_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, [line(NOON, "mine", app="one"), line(NOON, "theirs", app="two"), line(NOON, "everybody's")])

    assert sorted(found(tmp_path, app_id="one")) == ["everybody's", "mine"]


def test_what_is_no_line_is_passed_over(tmp_path: Path) -> None:
    torn = b'{"level":"info","mess'
    write(tmp_path, [b"12:03:22 info  text of old\n", b"{broken}\n", b"\n", b"[]\n", b"{}\n", line(NOON, "good"), torn])

    assert found(tmp_path) == ["good"]
    assert found(tmp_path, newest_first=False) == ["good"]


def test_a_line_that_is_far_too_long_hides_no_other(tmp_path: Path) -> None:
    endless = line(NOON, "x" * (3 << 20))
    write(tmp_path, [line(NOON, "before"), endless, line(NOON, "after")])

    assert sorted(found(tmp_path)) == ["after", "before"]


def test_there_may_be_no_folder_and_no_file(tmp_path: Path) -> None:
    assert found(tmp_path) == []
    assert found(tmp_path / "missing") == []


def test_a_large_file_is_not_read_whole(tmp_path: Path) -> None:
    write(tmp_path, (line(NOON + n * timedelta(milliseconds=20), f"{n} {'x' * 80}") for n in range(200_000)))
    since, little = NOON + timedelta(minutes=30), 1 << 20

    assert len(found(tmp_path, Budget(little), size=5)) == 5
    assert found(tmp_path, Budget(little), since=since, size=1, newest_first=False)[0].startswith("90000 ")
    assert found(tmp_path, Budget(little), until=since, size=1)[0].startswith("90000 ")


@pytest.mark.parametrize(
    ("limits", "count"), [({"read": 1}, 1100), ({"found": 500}, 7), ({"deadline": 0.0}, 0)], ids=str
)
def test_a_search_ends_when_it_has_taken_too_much(tmp_path: Path, limits: dict[str, Any], count: int) -> None:
    write(tmp_path, (line(NOON + n * timedelta(milliseconds=1), f"{n:06}") for n in range(10_000)))

    assert len(found(tmp_path, Budget(**limits), size=10_000)) in range(count // 2, count + 1)
