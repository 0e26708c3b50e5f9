"""Icons come from their folder, and nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsepy.dashboard.icons import LARGEST, answer

PICTURE = b"\x89PNG picture"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    icons = tmp_path / "icons"
    (icons / "more").mkdir(parents=True)
    (icons / ".hidden").mkdir()
    for name in ("app.png", "more/app.png", ".app.png", ".hidden/app.png", "../outside.png", "keys.json", "a.html"):
        (icons / name).write_bytes(PICTURE)
    (icons / "large.png").write_bytes(b"x" * (LARGEST + 1))
    (icons / "link.png").symlink_to(tmp_path / "outside.png")
    return icons


@pytest.mark.parametrize("name", ["app.png", "more/app.png"])
async def test_pictures_are_served(folder: Path, name: str) -> None:
    page = await answer(str(folder), name)

    assert (page.status, page.body, page.headers["Content-Type"]) == (200, PICTURE, "image/png")


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "nothing.png",
        "more",
        "../outside.png",
        "link.png",
        "/etc/hostname.png",
        "app.png\0.png",
        ".app.png",
        ".hidden/app.png",
        "keys.json",
        "a.html",
        "large.png",
        "more/../../outside.png",
        "\udcff.png",
        "x" * 999 + ".png",
    ],
)
async def test_nothing_else_is(folder: Path, name: str) -> None:
    assert (await answer(str(folder), name)).status == 404


async def test_without_a_folder_there_are_none() -> None:
    assert (await answer("", "app.png")).status == 404


async def test_drawings_run_no_scripts(folder: Path) -> None:
    (folder / "app.svg").write_text("<svg/>")
    page = await answer(str(folder), "app.svg")

    assert "sandbox" in page.headers["Content-Security-Policy"]
