"""The dashboard beside the apps of `parsepy serve`: on by itself in a start without configuration, else by its option."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from parsepy.cli import live_plan, plan
from parsepy.cli.dashboard import beside
from parsepy.dashboard.config import Dashboard
from parsepy.settings import SettingsError, TrustProxy
from parsepy.settings.flags import normalised

CONFIG = {"appId": "a", "masterKey": "m", "serverURL": "http://127.0.0.1:1337/parse", "host": "127.0.0.1"}
USER = {"user": "ann", "pass": "x"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def made(
    flags: Mapping[str, object] | None = None, config: Mapping[str, object] | None = None, **environ: str
) -> plan.Plan:
    """The plan of a start, with that configuration file if there is one."""
    if config is not None:
        Path("config.json").write_text(json.dumps(config))
    file = None if config is None else Path("config.json")
    found = plan.make(file, {"host": "127.0.0.1", "port": "0", **(flags or {})}, environ, watch=False)
    found.listener.close()
    return found


def dashboard(option: object, **more: object) -> Dashboard:
    found = made(config={**CONFIG, "dashboard": option, **more}).dashboard
    assert found is not None
    return found


def test_a_start_without_configuration_has_it_and_says_where() -> None:
    found = made()
    line = next(line for line in found.greeting.splitlines() if "Dashboard" in line)

    assert found.dashboard is not None
    assert [app.app_id for app in found.dashboard.apps] == [found.process.app_id]
    assert (found.dashboard.mount, found.dashboard.users) == ("/dashboard/", ())
    assert line.split()[1] == found.process.server_url.replace("/parse", "/dashboard/")


def test_it_can_be_left_out() -> None:
    assert made({"dashboard": "false"}).dashboard is None
    assert made(PARSEPY_DASHBOARD="false").dashboard is None
    assert made({"dashboard": "false"}).greeting.count("ashboard") == 0


def test_a_configured_start_has_it_only_when_it_is_asked_for() -> None:
    assert made(config=CONFIG).dashboard is None
    assert made({"dashboard": "true"}, CONFIG).dashboard is not None
    assert "The dashboard is at http://127.0.0.1:" in made({"dashboard": "true"}, CONFIG).greeting


def test_the_page_is_told_of_the_app_what_its_settings_say() -> None:
    keys = {"javascriptKey": "js", "restAPIKey": "rest", "readOnlyMasterKey": "r", "clientKey": "c"}
    more = {"appName": "My app", "publicServerURL": "https://example.com/parse", "security": {"enableCheck": True}}
    app = dashboard(True, **keys, **more, mountPath="/1").apps[0]

    assert (app.app_id, app.master_key, app.read_only_master_key) == ("a", "m", "r")
    assert (app.server_url, app.mount, app.public_server_url) == ("", "/1", "https://example.com/parse")
    told = {"appName": "My app", "javascriptKey": "js", "restKey": "rest", "enableSecurityChecks": True}
    assert app.rest == told


def test_all_apps_of_the_process_are_in_it() -> None:
    apps = [{"appId": name, "databaseURI": f"sqlite:///./{name}.db"} for name in ("one", "two")]
    found = made(
        config={**{k: v for k, v in CONFIG.items() if k != "appId"}, "apps": apps, "dashboard": True}
    ).dashboard

    assert found is not None
    assert [app.app_id for app in found.apps] == ["one", "two"]


def test_the_option_can_name_the_originals_file(folder: Path) -> None:
    apps = [{"appId": "a", "production": True}, {"appId": "b", "masterKey": "n", "serverURL": "https://example.com/1"}]
    (folder / "etc").mkdir()
    (folder / "etc" / "dash.json").write_text(json.dumps({"apps": apps, "users": [USER]}))
    found = dashboard("etc/dash.json", trustProxy=["loopback"])

    assert [(app.app_id, app.server_url) for app in found.apps] == [("a", ""), ("b", "https://example.com/1")]
    assert found.apps[0].rest == {"appName": "a", "production": True}
    assert [user.name for user in found.users] == ["ann"]
    assert found.trust_proxy == TrustProxy(networks=found.trust_proxy.networks) != TrustProxy()


def test_the_option_can_say_what_would_stand_in_the_file() -> None:
    found = dashboard({"users": [USER], "mountPath": "/admin", "trustProxy": 2}, trustProxy=["loopback"])

    assert (found.mount, found.trust_proxy) == ("/admin/", TrustProxy(hops=2))


def test_secrets_can_come_from_the_environment() -> None:
    variables = {"PARSE_DASHBOARD_USER_ID": "bob", "PARSE_DASHBOARD_USER_PASSWORD": "y"}
    found = made({"dashboard": "true"}, CONFIG, **variables, PARSE_DASHBOARD_COOKIE_SESSION_SECRET="s" * 32).dashboard
    named = made({"dashboard": json.dumps({"users": [USER]})}, CONFIG, **variables).dashboard

    assert found is not None
    assert named is not None
    assert ([user.name for user in found.users], found.cookie_secret) == (["bob"], b"s" * 32)
    assert [user.name for user in named.users] == ["ann"]


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("none.json", "file none.json"),
        ("", "is empty"),
        (5, "must be true or false"),
        ({"users": [{}]}, r"users\[0\].user \(option dashboard\): is missing"),
        ({"mountPath": "/PARSE"}, r"mountPath \(option dashboard\): is where the API stands"),
    ],
)
def test_what_it_cannot_be_stops_the_start(option: object, text: str) -> None:
    with pytest.raises(SettingsError, match=text):
        made(config={**CONFIG, "dashboard": option})


def test_what_should_be_known_of_it_is_told_at_the_start() -> None:
    warnings = made(config={**CONFIG, "dashboard": {"agent": {"models": []}}}).warnings

    assert "agent: is not served here; everything else is." in [str(notice) for notice in warnings]


def test_an_address_at_which_nobody_can_reach_it_is_told() -> None:
    served = made({"host": "127.0.0.2", "dashboard": "true"}, CONFIG)
    assert served.warnings == ()

    apps = [replace(served.process, host="192.0.2.1")]
    found = beside.made(apps, {})
    assert found is not None
    assert [notice.option for notice in found.notices] == ["host"]


def test_a_server_of_live_queries_alone_has_none(folder: Path) -> None:
    config = {
        **CONFIG,
        "dashboard": True,
        "port": 0,
        "liveQuery": {"classNames": ["A"], "redisURL": "redis://127.0.0.1:1"},
    }
    (folder / "config.json").write_text(json.dumps(config))
    found = live_plan.make(folder / "config.json", {}, {}, watch=False)
    found.listener.close()

    assert found.dashboard is None


def test_a_switch_is_not_taken_for_the_path_of_a_configuration() -> None:
    assert normalised(["--dashboard", "config.json"]) == ["--dashboard=true", "config.json"]
    assert normalised(["--dashboard", "false"]) == ["--dashboard", "false"]
    assert normalised(["--dashboard=dash.json"]) == ["--dashboard=dash.json"]
