"""Releases on a machine: unpacked below the data folder, verified before use, with what they require."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest

from parsepy.cli.plan import Plan
from parsepy.cli.releases.depot import Depot, PlacingError
from parsepy.cli.releases.placed import Placed, applied, arguments, release_in
from parsepy.settings import Settings
from parsepy.system.releases.records import Release
from parsepy.web.listening import listen
from tests.integration.deploying import bundle, versioned, write_wheel


def release(data: bytes) -> Release:
    """What is kept of the bundle."""
    return Release("r1", "", "retired", hashlib.sha256(data).hexdigest(), len(data), 1)


async def place(depot: Depot, data: bytes) -> Placed:
    """The bundle, placed."""
    return await depot.place(release(data), data)


def unpacked(folder: Path) -> list[str]:
    """What lies in the folder of the releases, which keeps nothing half done."""
    return [path.name for path in (folder / "releases").iterdir() if path.is_dir()]


async def test_a_release_lies_in_a_folder_called_by_its_sha256(tmp_path: Path) -> None:
    data = versioned(1)
    placed = await place(Depot(tmp_path / ".parsepy" / "releases"), data)

    assert placed.entry == tmp_path / ".parsepy" / "releases" / placed.sha256 / "cloud" / "main.py"
    assert (tmp_path / ".parsepy" / ".gitignore").read_text() == "*\n"
    assert (tmp_path / ".parsepy" / "releases").stat().st_mode & 0o777 == 0o700


async def test_what_was_touched_is_unpacked_again_before_it_is_used(tmp_path: Path) -> None:
    depot = Depot(tmp_path / "releases")
    placed = await place(depot, versioned(1))
    placed.entry.write_text("evil = True\n")
    (placed.entry.parent / "more.py").write_text("evil = True\n")
    again = await place(depot, versioned(1))

    assert "version" in again.entry.read_text()
    assert not (placed.entry.parent / "more.py").exists()


async def test_several_servers_may_place_the_same_release_in_the_same_folder_at_once(tmp_path: Path) -> None:
    depots = [Depot(tmp_path / "releases") for _ in range(8)]
    placed = await asyncio.gather(*(place(depot, versioned(1)) for depot in depots))

    assert len({found.entry for found in placed}) == 1
    assert unpacked(tmp_path) == [placed[0].sha256]


@pytest.mark.parametrize(
    ("files", "entry"),
    [
        ({"main.py": "x"}, "main.py"),
        ({"__init__.py": "x", "other.py": "x"}, ""),
        ({"main.js": "x"}, "main.js"),
        ({"main.mjs": "x"}, "main.mjs"),
    ],
)
async def test_the_entry_is_found(tmp_path: Path, files: dict[str, str], entry: str) -> None:
    placed = await place(Depot(tmp_path / "releases"), bundle(files))

    assert placed.entry == tmp_path / "releases" / placed.sha256 / "cloud" / entry


async def test_a_bundle_without_an_entry_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlacingError, match=r"none of main\.py"):
        await place(Depot(tmp_path / "releases"), bundle({"cloud/main.py": "x"}))


async def test_what_is_missing_is_named_unless_it_may_be_installed(tmp_path: Path) -> None:
    data = bundle({"main.py": "x", "requirements.txt": "no-such-package-of-parsepy>=2\n"})

    with pytest.raises(PlacingError, match="no-such-package-of-parsepy>=2 is not installed") as caught:
        await place(Depot(tmp_path / "releases"), data)
    assert "allowInstall" in str(caught.value)


async def test_what_is_missing_is_installed_for_the_release_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    write_wheel(wheels, "parsepy_test_dependency")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    data = bundle({"main.py": "x", "requirements.txt": "parsepy-test-dependency\n"})
    placed = await place(Depot(tmp_path / "releases", allow_install=True), data)

    assert placed.packages == tmp_path / "releases" / placed.sha256 / "packages"
    assert (placed.packages / "parsepy_test_dependency.py").is_file()


async def test_old_releases_are_removed_and_others_stay(tmp_path: Path) -> None:
    depot = Depot(tmp_path / "releases")
    first, second = await place(depot, versioned(1)), await place(depot, versioned(2))
    depot.remove({first.sha256})

    assert unpacked(tmp_path) == [second.sha256]


def test_a_worker_runs_the_release_in_place_of_the_cloud_option(tmp_path: Path) -> None:
    settings = Settings(app_id="a", cloud="own.py"), Settings(app_id="b", cloud="other.py")
    with listen("127.0.0.1", 0) as listener:
        plan = Plan(settings, listener, "")
        given = arguments({"a": Placed("r1", "0" * 64, tmp_path / "main.py")})
        changed = applied(plan, given[1])

    assert [app.cloud for app in changed.apps] == [str(tmp_path / "main.py"), "other.py"]
    assert [release_in(given, app_id) for app_id in ("a", "b")] == ["r1", ""]
    assert applied(plan, None) is plan
    assert arguments({}) == ()
