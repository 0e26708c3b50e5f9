"""Where a start finds its settings."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from parsepy.cli import first_start, plan
from parsepy.settings import SettingsError

CONFIG = {"appId": "mine", "masterKey": "m", "serverURL": "http://127.0.0.1:1337/parse", "port": 0, "host": "127.0.0.1"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def made(config: Path | None = None, **environ: str) -> plan.Plan:
    flags = {"host": "127.0.0.1", "port": "0"}
    found = plan.make(config, flags, environ, watch=False)
    found.listener.close()
    return found


def test_without_anything_the_keys_are_made_once_and_kept() -> None:
    first, second = made().process, made().process

    assert (first.app_id, first.master_key) == (second.app_id, second.master_key)
    assert first.allow_client_class_creation
    assert first.start_live_query_server
    assert first.server_url != "http://127.0.0.1:1337/parse"


def test_every_first_start_has_other_keys(tmp_path: Path) -> None:
    assert first_start.prepare(tmp_path / "a") != first_start.prepare(tmp_path / "b")


def test_cloud_code_in_its_usual_place_is_found(folder: Path) -> None:
    (folder / "cloud").mkdir()
    (folder / "cloud" / "main.py").write_text("")

    assert made().process.cloud == "cloud/main.py"


def test_parsepy_json_is_used_if_it_is_there(folder: Path) -> None:
    (folder / "parsepy.json").write_text(json.dumps(CONFIG))

    settings = made().process
    assert (settings.app_id, settings.allow_client_class_creation) == ("mine", False)
    assert not (folder / ".parsepy").exists()


def test_the_environment_alone_can_configure_an_app(folder: Path) -> None:
    settings = made(
        PARSE_SERVER_APPLICATION_ID="env", PARSE_SERVER_MASTER_KEY="m", PARSE_SERVER_URL="http://127.0.0.1:1/parse"
    ).process

    assert (settings.app_id, settings.allow_client_class_creation) == ("env", False)
    assert not (folder / ".parsepy").exists()


def test_keys_that_others_could_read_are_closed_again(folder: Path) -> None:
    made()
    keys = folder / ".parsepy" / "keys.json"
    keys.chmod(0o644)
    made()

    assert stat.S_IMODE(keys.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"appId": "a"}'])
def test_broken_keys_are_told(folder: Path, text: str) -> None:
    made()
    (folder / ".parsepy" / "keys.json").write_text(text)

    with pytest.raises(SettingsError, match=r"keys\.json"):
        made()
