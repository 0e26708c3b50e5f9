"""What `parsepy dashboard` serves: flags win over the environment, and a file is not mixed with an app by flags."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parsepy.cli import first_start
from parsepy.cli.dashboard import choices
from parsepy.cli.dashboard.choices import Choice
from parsepy.settings import SettingsError, TrustProxy

URL = "http://127.0.0.1:1337/parse"
APP_FLAGS = {"appId": "a", "masterKey": "m", "serverURL": URL}
APP_VARIABLES = {
    "PARSE_DASHBOARD_APP_ID": "env",
    "PARSE_DASHBOARD_MASTER_KEY": "m",
    "PARSE_DASHBOARD_SERVER_URL": URL,
}
CONFIG = {"apps": [{"appId": "file", "masterKey": "m", "serverURL": URL}], "mountPath": "/file", "iconsFolder": "icons"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def made(flags: dict[str, str] | None = None, **environ: str) -> Choice:
    return choices.made(flags or {}, environ)


def mistakes(flags: dict[str, str] | None = None, **environ: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        made(flags, **environ)
    return [f"{mistake.option} ({mistake.source})" for mistake in caught.value.mistakes]


def test_an_app_by_flags_is_enough() -> None:
    found = made(APP_FLAGS)

    assert [(app.app_id, app.rest) for app in found.dashboard.apps] == [("a", {"appName": "a"})]
    assert (found.host, found.port, found.tls, found.dashboard.mount) == ("0.0.0.0", 4040, None, "/")
    assert found.dashboard.users == ()


def test_an_app_by_the_environment_is_enough_and_flags_win() -> None:
    user = {"PARSE_DASHBOARD_USER_ID": "ann", "PARSE_DASHBOARD_USER_PASSWORD": "secret"}
    found = made({"appId": "flag"}, **APP_VARIABLES, **user, PARSE_DASHBOARD_APP_NAME="Name")

    assert [(app.app_id, app.rest["appName"]) for app in found.dashboard.apps] == [("flag", "Name")]
    assert [(user.name, user.password) for user in found.dashboard.users] == [("ann", "secret")]


def test_how_it_is_reached_comes_from_flags_then_environment_then_file(folder: Path) -> None:
    (folder / "dash.json").write_text(json.dumps({**CONFIG, "cookieSessionMaxAge": 5, "trustProxy": 1}))
    environ = {"MOUNT_PATH": "/env", "PARSE_DASHBOARD_COOKIE_SESSION_MAX_AGE": "6", "HOST": "::1", "PORT": "8000"}
    found = choices.made({"config": "dash.json", "mountPath": "/flag"}, environ)

    assert (found.dashboard.mount, found.dashboard.session_seconds) == ("/flag/", 6)
    assert (found.host, found.port, found.dashboard.trust_proxy) == ("::1", 8000, TrustProxy(hops=1))
    assert made({"config": "dash.json"}).dashboard.mount == "/file/"


def test_the_whole_configuration_can_stand_in_a_variable() -> None:
    found = choices.made({}, {**APP_VARIABLES, "PARSE_DASHBOARD_CONFIG": json.dumps(CONFIG)})

    assert [app.app_id for app in found.dashboard.apps] == ["file"]
    assert mistakes(PARSE_DASHBOARD_CONFIG="{") == ["configuration (environment PARSE_DASHBOARD_CONFIG)"]


def test_a_file_and_an_app_by_flags_exclude_each_other(folder: Path) -> None:
    (folder / "dash.json").write_text(json.dumps(CONFIG))

    assert mistakes({"config": "dash.json", **APP_FLAGS}) == [
        "--appId (flag)",
        "--masterKey (flag)",
        "--serverURL (flag)",
    ]
    assert mistakes({"appName": "x"}, PARSE_DASHBOARD_CONFIG=json.dumps(CONFIG)) == ["--appName (flag)"]


def test_the_app_of_this_folder_is_served_when_nothing_is_said(folder: Path) -> None:
    assert mistakes() == ["apps (not given)"]

    keys = first_start.prepare()
    app = made().dashboard.apps[0]
    assert (app.app_id, app.master_key, app.server_url) == (keys.app_id, keys.master_key, URL)


def test_each_missing_part_of_an_app_is_told_with_its_name() -> None:
    assert mistakes({"appId": "a"}) == ["masterKey (not given)", "serverURL (not given)"]
    with pytest.raises(SettingsError, match="Add --masterKey, or the variable PARSE_DASHBOARD_MASTER_KEY"):
        made({"appId": "a", "serverURL": URL})


def test_mistakes_of_all_sources_are_told_at_once(folder: Path) -> None:
    (folder / "dash.json").write_text(json.dumps({"apps": [{"appId": "a"}]}))

    assert mistakes({"config": "dash.json", "port": "x"}, MOUNT_PATH="x") == [
        "port (flag --port)",
        "apps[0].masterKey (file dash.json)",
        "apps[0].serverURL (file dash.json)",
        "mountPath (environment MOUNT_PATH)",
    ]


def test_https_needs_key_and_certificate_that_can_be_read(folder: Path) -> None:
    assert mistakes({**APP_FLAGS, "sslKey": "key.pem"}) == ["sslCert ()"]
    assert mistakes({**APP_FLAGS, "sslKey": "key.pem", "sslCert": "none.pem"}) == ["sslCert (flag --sslCert)"]


def test_a_dashboard_that_is_open_to_everybody_is_told_of_loudly() -> None:
    found = choices.made(APP_FLAGS, {}, is_dev=True)

    assert found.dashboard.is_dev
    assert [notice.loud for notice in found.notices] == [True]
    assert not made(APP_FLAGS).dashboard.is_dev


def test_variables_of_parts_that_are_not_served_are_remarked() -> None:
    found = made(APP_FLAGS, PARSE_DASHBOARD_AGENT="{}", PARSE_DASHBOARD_BROWSER_CONTROL="true")

    assert [notice.option for notice in found.notices] == ["PARSE_DASHBOARD_AGENT", "PARSE_DASHBOARD_BROWSER_CONTROL"]
