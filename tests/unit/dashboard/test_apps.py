"""What the pages are told of the apps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parsepy.dashboard.apps import NoReadOnlyKeyError, told
from parsepy.dashboard.config import DashboardApp, DashboardUser
from parsepy.dashboard.origins import Origin
from tests.unit.dashboard.visiting import ANN, APP, OTHER, dashboard

HERE = Origin("127.0.0.1", "http", "localhost:1337", is_local=True, is_through_proxy=False)
THROUGH_PROXY = Origin("198.51.100.7", "https", "dash.example", is_local=False, is_through_proxy=True)
SERVED = DashboardApp("app", "master", public_server_url="https://api.example/parse")
BOTH = (APP, OTHER)


def keys(*apps: DashboardApp, user: DashboardUser | None) -> dict[str, str]:
    """The master key of each app that the user sees."""
    return {app["appId"]: app["masterKey"] for app in told(dashboard(ANN, apps=apps), user, HERE)["apps"]}


def url(app: DashboardApp, origin: Origin) -> object:
    """Where the pages find that app."""
    return told(dashboard(apps=[app]), None, origin)["apps"][0]["serverURL"]


def test_an_app_without_a_name_is_named_by_its_id() -> None:
    assert told(dashboard(), None, HERE) == {
        "apps": [
            {"appName": "app", "appId": "app", "masterKey": "master", "serverURL": "https://api.example/parse"},
        ],
        "newFeaturesInLatestVersion": [],
    }


def test_what_is_configured_of_an_app_is_passed_on() -> None:
    app = replace(APP, rest={"appName": "Mine", "javascriptKey": "js", "columnPreference": {"A": []}})
    found = told(dashboard(apps=[app]), None, HERE)["apps"][0]

    assert (found["appName"], found["javascriptKey"], found["columnPreference"]) == ("Mine", "js", {"A": []})


def test_what_is_configured_elsewhere_does_not_win_over_keys_and_address() -> None:
    app = replace(APP, rest={"masterKey": "other", "appId": "other", "serverURL": "https://evil.example"})

    assert keys(app, user=None) == {"app": "master"}
    assert url(app, HERE) == "https://api.example/parse"


def test_a_user_sees_all_apps() -> None:
    assert keys(*BOTH, user=ANN) == {"app": "master", "other": "other master"}


def test_a_user_of_one_app_sees_that() -> None:
    assert keys(*BOTH, user=replace(ANN, apps={"other": False})) == {"other": "other master"}


def test_a_user_of_no_app_sees_none() -> None:
    assert keys(*BOTH, user=replace(ANN, apps={})) == {}


def test_who_reads_one_app_gets_the_key_for_that() -> None:
    assert keys(*BOTH, user=replace(ANN, apps={"app": True, "other": False})) == {
        "app": "reading",
        "other": "other master",
    }


def test_who_only_reads_gets_no_key_that_writes() -> None:
    app = replace(APP, rest={"maintenanceKey": "maintenance", "readOnlyMasterKey": "reading"})
    found = str(told(dashboard(apps=[app]), replace(ANN, is_read_only=True), HERE))

    assert "reading" in found
    assert "master'" not in found.replace("'reading'", "")
    assert "maintenance" not in found


@pytest.mark.parametrize("user", [replace(ANN, is_read_only=True), replace(ANN, apps={"app": True})])
def test_without_a_key_for_reading_nobody_gets_another(user: DashboardUser) -> None:
    with pytest.raises(NoReadOnlyKeyError):
        told(dashboard(apps=[replace(APP, read_only_master_key="")]), user, HERE)


def test_an_app_of_this_process_is_where_the_page_is() -> None:
    assert url(SERVED, HERE) == "http://localhost:1337/parse"


def test_through_a_proxy_it_is_at_its_public_address() -> None:
    assert url(SERVED, THROUGH_PROXY) == "https://api.example/parse"


def test_without_a_public_address_it_is_where_the_proxy_says() -> None:
    assert url(replace(SERVED, public_server_url=""), THROUGH_PROXY) == "https://dash.example/parse"


@pytest.mark.parametrize(("mount", "found"), [("/", "http://localhost:1337/"), ("/a/b/", "http://localhost:1337/a/b")])
def test_an_app_has_its_mount(mount: str, found: str) -> None:
    assert url(replace(SERVED, mount=mount), HERE) == found
