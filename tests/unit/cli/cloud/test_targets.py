"""Which server a command speaks to, and that keys go nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parsepy.cli.cloud.failures import MistakeError
from parsepy.cli.cloud.targets import Given, find

ENV = {"PARSE_SERVER_APPLICATION_ID": "env-app", "PARSE_SERVER_MASTER_KEY": "env-key"}
SERVERS = {"production": {"url": "https://example.com/parse", "appId": "prod", "masterKey": "prod-key"}}
FAR = "https://far.example/parse"


def write(file: Path, content: Any, mode: int = 0o600) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    file.chmod(mode)


def test_what_is_given_wins(tmp_path: Path) -> None:
    write(tmp_path / ".parsepy/servers.json", SERVERS)
    found = find(Given("production", "own", "own-key"), ENV, tmp_path)

    assert (found.url, found.app_id, found.master_key) == ("https://example.com/parse", "own", "own-key")


@pytest.mark.parametrize("named", ["production", "https://example.com/parse", "https://example.com/parse/"])
def test_a_listed_server_is_known_by_name_and_url_and_has_its_own_keys(tmp_path: Path, named: str) -> None:
    write(tmp_path / ".parsepy/servers.json", SERVERS)
    found = find(Given(named), ENV, tmp_path)

    assert (found.url, found.app_id, found.master_key) == ("https://example.com/parse", "prod", "prod-key")


def test_the_environment_knows_the_keys_of_other_servers(tmp_path: Path) -> None:
    found = find(Given(FAR), ENV, tmp_path)

    assert (found.url, found.app_id, found.master_key) == (FAR, "env-app", "env-key")


def test_the_environment_may_name_the_server_too(tmp_path: Path) -> None:
    environ = {**ENV, "PARSE_SERVER_URL": FAR}

    assert find(Given(), environ, tmp_path).url == FAR
    with pytest.raises(MistakeError, match="is not known"):
        find(Given("https://another.example/parse"), environ, tmp_path)


def test_without_a_url_it_is_the_server_of_the_folder(tmp_path: Path) -> None:
    write(tmp_path / ".parsepy/keys.json", {"appId": "first", "masterKey": "first-key"})
    assert find(Given(), {}, tmp_path).app_id == "first"

    write(tmp_path / "parsepy.json", {"serverURL": "http://127.0.0.1:1400/p", "appId": "own", "masterKey": "own-key"})
    found = find(Given(), {}, tmp_path)
    assert (found.url, found.app_id) == ("http://127.0.0.1:1400/p", "own")


@pytest.mark.parametrize("file", ["parsepy.json", ".parsepy/keys.json"])
def test_the_server_of_the_folder_may_be_at_another_port(tmp_path: Path, file: str) -> None:
    write(tmp_path / file, {"appId": "own", "masterKey": "own-key"})
    found = find(Given("http://127.0.0.1:1338/parse"), {}, tmp_path)

    assert (found.url, found.app_id) == ("http://127.0.0.1:1338/parse", "own")


def test_the_keys_of_the_folder_go_to_its_own_server_only(tmp_path: Path) -> None:
    write(tmp_path / "parsepy.json", {"serverURL": "http://127.0.0.1:1400/p", "appId": "own", "masterKey": "own-key"})

    with pytest.raises(MistakeError, match=f"The application id of {FAR} is not known"):
        find(Given(FAR), {}, tmp_path)
    with pytest.raises(MistakeError, match="The master key"):
        find(Given(FAR, "app"), {}, tmp_path)


@pytest.mark.parametrize(
    ("named", "text"),
    [
        ("staging", r"is neither a URL nor a server .*\(there: production\)"),
        ("ftp://example.com/x", "must be a URL such as"),
        ("https://", "must be a URL such as"),
        ("https://user@example.com/parse", "must be a URL such as"),
    ],
)
def test_what_is_no_server_is_told(tmp_path: Path, named: str, text: str) -> None:
    write(tmp_path / ".parsepy/servers.json", SERVERS)

    with pytest.raises(MistakeError, match=text):
        find(Given(named, "a", "b"), {}, tmp_path)


@pytest.mark.parametrize(
    ("content", "mode", "text"),
    [
        (SERVERS, 0o644, "others can read it. Run: chmod 600"),
        ("{", 0o600, "cannot be read"),
        ("[]", 0o600, "must hold a JSON object"),
        ({"a": {"appId": "x"}}, 0o600, 'every server needs a "url"'),
    ],
    ids=["readable", "broken", "a list", "without url"],
)
def test_a_list_of_servers_that_is_no_good_is_told(tmp_path: Path, content: Any, mode: int, text: str) -> None:
    write(tmp_path / ".parsepy/servers.json", content, mode)

    with pytest.raises(MistakeError, match=text):
        find(Given("a"), {}, tmp_path)


@pytest.mark.parametrize(
    ("url", "exposed"),
    [("http://example.com/p", True), ("https://example.com/p", False), ("http://localhost/p", False)],
)
def test_keys_that_travel_in_the_open_are_noticed(url: str, exposed: bool, tmp_path: Path) -> None:
    found = find(Given(url, "app", "the-key"), {}, tmp_path)

    assert found.is_exposed is exposed
    assert "the-key" not in repr(found)
