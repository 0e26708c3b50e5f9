"""What a `parse-dashboard-config.json` says is read as the original reads it, and its mistakes are told all at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parsepy.dashboard.config import Dashboard, DashboardApp, DashboardUser, Mfa
from parsepy.dashboard.config_file import Described, Read, read
from parsepy.settings import SettingsError, TrustProxy

APP = {"appId": "a", "masterKey": "m", "serverURL": "http://127.0.0.1:1337/parse"}
HASH = "$2b$04$" + "a" * 53
USER = {"user": "ann", "pass": "secret"}
SERVED = DashboardApp("a", "m", mount="/parse", read_only_master_key="r", rest={"appName": "A"})


def described(served: tuple[DashboardApp, ...] = (), folder: Path = Path(), **values: Any) -> Read:
    return read(Described({"apps": [APP], **values}, "file x.json", served=served, folder=folder))


def dashboard(served: tuple[DashboardApp, ...] = (), **values: Any) -> Dashboard:
    return described(served, **values).dashboard


def mistakes(served: tuple[DashboardApp, ...] = (), **values: Any) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        described(served, **values)
    return [f"{mistake.option} {mistake.problem}" for mistake in caught.value.mistakes]


def test_an_app_is_told_to_the_page_as_it_stands() -> None:
    more = {"iconName": "a.png", "production": True, "columnPreference": {"_User": []}, "scripts": [{"title": "t"}]}
    app = dashboard(apps=[{**APP, **more, "readOnlyMasterKey": "r"}]).apps[0]

    assert (app.app_id, app.master_key, app.server_url) == ("a", "m", "http://127.0.0.1:1337/parse")
    assert app.read_only_master_key == "r"
    assert json.loads(json.dumps(dict(app.rest))) == {**more, "appName": "a"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:1337/parse/", "https://example.com", "/parse"])
def test_an_address_is_told_as_it_was_written(url: str) -> None:
    assert dashboard(apps=[{**APP, "serverURL": url}]).apps[0].server_url == url


@pytest.mark.parametrize(
    "url", ["//example.com/parse", "example.com/parse", "ftp://example.com", "javascript:alert(1)"]
)
def test_what_is_no_address_of_a_server_is_refused(url: str) -> None:
    assert mistakes(apps=[{**APP, "serverURL": url}])[0].startswith("apps[0].serverURL must be a URL")


def test_what_is_empty_counts_as_not_given() -> None:
    app = {**APP, "appName": "", "iconName": "", "primaryBackgroundColor": ""}

    assert dashboard(apps=[app], iconsFolder="icons").apps[0].rest == {"appName": "a"}


def test_fields_of_other_versions_reach_the_page_and_are_remarked() -> None:
    found = described(apps=[{**APP, "apNameForURL": "x"}])

    assert found.dashboard.apps[0].rest["apNameForURL"] == "x"
    assert [str(notice) for notice in found.notices] == [
        "apps[0].apNameForURL: nothing reads this. Did you mean appNameForURL? Otherwise remove it."
    ]


def test_all_mistakes_are_told_at_once() -> None:
    apps = [{"appId": "a", "masterKey": 5, "serverURL": "ftp://x", "production": "maybe"}, {}]

    assert mistakes(apps=apps, users=[{"user": "ann"}], cookieSessionMaxAge=0, mountPath="dash") == [
        "apps[0].production must be true or false",
        "apps[0].masterKey must be a text",
        "apps[0].serverURL must be a URL that begins with http:// or https://",
        "apps[1].appId is missing",
        "apps[1].masterKey is missing",
        "apps[1].serverURL is missing",
        "users[0].pass is missing",
        "mountPath must be a path that begins with /",
        "cookieSessionMaxAge must be a number of at least 1",
    ]


@pytest.mark.parametrize("apps", [None, [], {"appId": "a"}, "x", [5]])
def test_there_has_to_be_a_list_of_apps(apps: object) -> None:
    assert [text.split()[0] for text in mistakes(apps=apps)] == ["apps"]


def test_apps_that_the_page_cannot_tell_apart_are_refused() -> None:
    assert mistakes(apps=[APP, {**APP, "appId": "b", "appName": "a"}]) == ['apps has several apps called "a"']
    assert len(dashboard(apps=[APP, {**APP, "appName": "staging"}]).apps) == 2


def test_no_mistake_shows_a_key_or_a_password() -> None:
    told = mistakes(
        apps=[{**APP, "masterKey": ["KEY"]}], users=[{"user": "u", "pass": {"x": "SECRET"}, "mfa": "NOT BASE 32!"}]
    )

    assert len(told) == 3
    assert not any(word in text for text in told for word in ("KEY", "SECRET", "BASE 32!"))


def test_an_app_of_this_process_needs_no_keys_and_keeps_its_own_address() -> None:
    found = dashboard((SERVED,), apps=[{"appId": "a", "production": True}])

    assert found.apps == (DashboardApp(**{**_fields(SERVED), "rest": {"appName": "A", "production": True}}),)


def test_apps_of_this_process_that_are_not_named_come_last() -> None:
    other = DashboardApp("b", "n", rest={"appName": "B"})

    assert [app.app_id for app in dashboard((other, SERVED), apps=[APP]).apps] == ["a", "b"]
    assert dashboard((SERVED,), apps=None).apps == (SERVED,)


def test_an_address_that_is_written_down_counts_for_an_app_of_this_process_too() -> None:
    assert dashboard((SERVED,)).apps[0].server_url == "http://127.0.0.1:1337/parse"


def test_another_key_than_that_of_the_app_of_this_process_is_a_mistake() -> None:
    app = {**APP, "masterKey": "other", "readOnlyMasterKey": "other"}

    assert [text.split()[0] for text in mistakes((SERVED,), apps=[app])] == [
        "apps[0].masterKey",
        "apps[0].readOnlyMasterKey",
    ]


def test_users_have_what_the_original_gives_them() -> None:
    app = {**APP, "readOnlyMasterKey": "r"}
    codes = {"mfa": "jbsw y3dp-ehpk 3pxp", "mfaDigits": 8, "mfaAlgorithm": "SHA256", "mfaPeriod": 60}
    users = [
        {**USER, **codes, "readOnly": True},
        {"user": "bob", "pass": "x", "apps": [{"appId": "a", "readOnly": True}]},
    ]

    assert dashboard(apps=[app], users=users).users == (
        DashboardUser("ann", "secret", Mfa("JBSWY3DPEHPK3PXP", 8, "SHA256", 60), is_read_only=True),
        DashboardUser("bob", "x", apps={"a": True}),
    )


@pytest.mark.parametrize(
    ("user", "mistake"),
    [
        ({"pass": "x"}, "users[0].user is missing"),
        ({"user": "", "pass": "x"}, "users[0].user is missing"),
        ({**USER, "mfa": "1"}, "users[0].mfa is no secret in base32"),
        ({**USER, "mfaDigits": 11}, "users[0].mfaDigits must be a number from 6 to 10"),
        ({**USER, "apps": "a"}, "users[0].apps must be a list of objects"),
        ({**USER, "apps": [{}]}, "users[0].apps[0].appId is missing"),
        ({**USER, "readOnly": "never"}, "users[0].readOnly must be true or false"),
    ],
)
def test_a_user_who_could_not_log_in_as_meant_is_a_mistake(user: dict[str, Any], mistake: str) -> None:
    assert mistake in mistakes(users=[user])


def test_the_same_name_twice_is_a_mistake() -> None:
    assert mistakes(users=[USER, USER]) == ["users[1].user is the name of another user"]


@pytest.mark.parametrize("entry", [{"readOnly": True}, {"apps": [{"appId": "a", "readOnly": True}]}])
def test_who_may_only_read_needs_a_key_for_that(entry: dict[str, Any]) -> None:
    problem = 'users[0].readOnly needs a readOnlyMasterKey, and the app "a" has none'

    assert mistakes(users=[{**USER, **entry}]) == [problem]
    assert dashboard((SERVED,), apps=[], users=[{**USER, **entry}]).users


def test_hashes_are_told_from_passwords() -> None:
    assert mistakes(users=[USER], useEncryptedPasswords=True)[0].startswith("users[0].pass is no bcrypt hash")
    assert dashboard(users=[{**USER, "pass": HASH}], useEncryptedPasswords=True).has_hashed_passwords
    assert "looks like a bcrypt hash" in str(described(users=[{**USER, "pass": HASH}]).notices[0])


def test_how_it_is_reached_is_read() -> None:
    found = dashboard(mountPath="/dash", trustProxy=1, cookieSessionMaxAge="3600", cookieSessionSecret="s" * 32)

    assert (found.mount, found.trust_proxy) == ("/dash/", TrustProxy(hops=1))
    assert (found.session_seconds, found.cookie_secret) == (3600, b"s" * 32)
    assert dashboard(allowInsecureHTTP="true", enableResourceCache=True).allows_insecure_http
    assert (dashboard().mount, dashboard(mountPath="/").mount) == ("/", "/")


def test_no_file_can_open_it_to_everybody() -> None:
    found = described(dev=True)

    assert not found.dashboard.is_dev
    assert [notice.option for notice in found.notices] == ["dev"]


def test_a_proxy_is_either_believed_or_not_needed() -> None:
    assert mistakes(trustProxy=True, allowInsecureHTTP=True) == ["allowInsecureHTTP cannot be combined with trustProxy"]
    assert dashboard(trustProxy=False, allowInsecureHTTP=True).allows_insecure_http


def test_icons_lie_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "icons").mkdir()
    (tmp_path / "icons" / "a.png").write_bytes(b"")
    apps = [{**APP, "iconName": "a.png"}, {**APP, "appName": "B", "iconName": "b.png"}]
    found = described(folder=tmp_path, apps=apps, iconsFolder="icons")

    assert found.dashboard.icons_folder == str(tmp_path / "icons")
    assert [str(notice) for notice in found.notices] == ["iconsFolder: b.png is not in it."]


def test_what_is_not_served_here_is_remarked() -> None:
    notices = described(agent={"models": []}, cookieSessionSecret="short", browserControl=True).notices

    assert {notice.option for notice in notices} == {"agent", "cookieSessionSecret", "browserControl"}


def test_no_secret_shows_when_a_dashboard_is_printed() -> None:
    found = dashboard(
        users=[{**USER, "mfa": "JBSWY3DPEHPK3PXP"}], apps=[{**APP, "masterKey": "KEY", "restKey": "REST"}]
    )

    assert not any(secret in repr(found) for secret in ("KEY", "REST", "secret'", "JBSW"))


def _fields(app: DashboardApp) -> dict[str, Any]:
    return {name: getattr(app, name) for name in app.__slots__}
