"""The files of the dashboard, found and read."""

from __future__ import annotations

import asyncio
import gzip
from pathlib import Path

import pytest

from parsepy.dashboard.bundle import FOLDER, LANDMARK, Bundle, cache, found_in, opened
from tests.unit.dashboard.visiting import SCRIPT, bundle


async def test_a_file_is_as_it_lies_there(tmp_path: Path) -> None:
    found = await bundle(tmp_path).file(SCRIPT)

    assert found is not None
    assert found.body == (tmp_path / SCRIPT).read_bytes()


async def test_text_is_compressed(tmp_path: Path) -> None:
    found = await bundle(tmp_path).file(SCRIPT)

    assert found is not None
    assert gzip.decompress(found.gzipped) == found.body
    assert len(found.gzipped) < len(found.body)


async def test_pictures_are_not_compressed_again(tmp_path: Path) -> None:
    found = await bundle(tmp_path).file("bundles/img/a.png")

    assert found is not None
    assert (found.gzipped, found.type) == (b"", "image/png")


async def test_what_would_grow_is_not_compressed(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_bytes(b"x")
    found = await Bundle(tmp_path).file("a.js")

    assert found is not None
    assert found.gzipped == b""


async def test_every_content_has_a_tag_of_its_own(tmp_path: Path) -> None:
    files = bundle(tmp_path)
    tags = {found.tag for name in files.names if (found := await files.file(name)) is not None}

    assert len(tags) == len(files.names) == 3


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../secret",
        "bundles",
        "bundles/",
        "bundles/../../secret",
        "/etc/passwd",
        "bundles//dashboard.js",
        "\0",
    ],
)
async def test_nothing_else_is_a_file_of_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret").write_text("secret")
    files = bundle(tmp_path / "public")

    assert await files.file(name) is None


async def test_many_who_ask_at_once_get_one_reading(tmp_path: Path) -> None:
    files = bundle(tmp_path)
    found = await asyncio.gather(*(files.file(SCRIPT) for _ in range(20)))

    assert len({id(file) for file in found}) == 1


def test_a_place_without_the_dashboard_is_none(tmp_path: Path) -> None:
    assert found_in(tmp_path) is None


def test_a_place_with_it_leads_to_its_folder(tmp_path: Path) -> None:
    landmark = tmp_path / FOLDER / LANDMARK
    landmark.parent.mkdir(parents=True)
    landmark.write_text("run();")

    assert found_in(tmp_path) == tmp_path / FOLDER


async def test_what_was_found_is_opened(tmp_path: Path) -> None:
    bundle(tmp_path / "public")
    found = opened(tmp_path)

    assert found is not None
    assert SCRIPT in found.names


def test_nothing_found_is_nothing_opened() -> None:
    assert opened(None) is None


@pytest.mark.parametrize(
    ("chosen", "expected"), [("/caches", "/caches/parsepy"), ("relative", "/home/ann/.cache/parsepy")]
)
def test_the_cache_is_where_the_user_keeps_caches(monkeypatch: pytest.MonkeyPatch, chosen: str, expected: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", chosen)
    monkeypatch.setenv("HOME", "/home/ann")

    assert cache() == Path(expected)
