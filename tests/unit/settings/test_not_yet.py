"""Options without effect are told at start, and those that would protect the app are told loudly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from parsepy.settings import NOT_YET, NotYet, load

DOCUMENTED = {line.split()[0] for line in Path(__file__).with_name("names.txt").read_text().splitlines()}
BASE = {"appId": "one", "masterKey": "m", "serverURL": "http://localhost:1337/parse"}
MAIL = {"emailAdapter": "smtp", "appName": "A", "publicServerURL": "https://example.com"}


def warned(given: dict[str, Any], environ: dict[str, str] | None = None) -> dict[str, bool]:
    """The options that are warned about, and whether loudly."""
    return {notice.option: notice.loud for notice in load({}, environ or {}, {**BASE, **given}).warnings}


@pytest.mark.parametrize("entry", NOT_YET, ids=lambda entry: entry.option)
def test_an_option_of_the_list_is_one_of_parse_servers_and_has_a_reason(entry: NotYet) -> None:
    assert entry.option in DOCUMENTED
    assert entry.reason


def test_no_option_is_in_the_list_twice() -> None:
    names = [entry.option for entry in NOT_YET]

    assert sorted(names) == sorted(set(names))


def test_nothing_is_warned_about_without_settings_or_with_defaults() -> None:
    given = {"rateLimit": [], "verifyUserEmails": False, "directAccess": True, "schema": {"lockSchemas": True}}
    more = {"pages": {}, "security": {}, "databaseOptions": {"schemaCacheTtl": 5}, "auth": {"anonymous": {}}}

    assert warned({}) == {}
    assert warned({**given, **more}) == {}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("accountLockout", {"duration": 1, "threshold": 3}),
        ("passwordPolicy", {"maxPasswordAge": 9}),
        ("passwordPolicy", {}),
        ("preventLoginWithUnverifiedEmail", True),
        ("preventSignupWithUnverifiedEmail", True),
        ("encryptionKey", "k"),
        ("middleware", "./auth.js"),
    ],
)
def test_an_option_that_would_protect_warns_loudly(option: str, value: object) -> None:
    assert warned({option: value}) == {option: True}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("auth", {"facebook": {"appIds": ["1"]}}),
        ("directAccess", False),
        ("cacheAdapter", "redis"),
        ("push", {"adapter": "@parse/push-adapter"}),
        ("mountGraphQL", True),
        ("installation", {"duplicateDeviceTokenAction": "update"}),
    ],
)
def test_another_option_without_effect_warns(option: str, value: object) -> None:
    assert warned({option: value}) == {option: False}


def test_options_within_an_object_are_warned_about_one_by_one() -> None:
    given = {"proxyPort": 5, "maxPoolSize": 5, "allowPublicExplain": True, "createIndexUserEmail": False}

    assert warned({"databaseOptions": given}) == {"databaseOptions.proxyPort": False}


def test_a_variable_of_a_nested_option_is_warned_about() -> None:
    environ = {"PARSE_SERVER_PUSH": "{}", "PARSE_SERVER_PAGES_FORCE_REDIRECT": "true"}

    assert warned({}, environ) == {"push": False, "pages": False}


def test_of_live_queries_only_what_has_no_effect_is_warned_about() -> None:
    live = {"classNames": ["Score"], "regexTimeout": 5}

    assert warned({"liveQuery": live, "startLiveQueryServer": True}) == {"liveQuery.regexTimeout": False}
    assert warned({"liveQueryServerOptions": {"websocketTimeout": 5, "logLevel": "debug"}}) == {
        "liveQueryServerOptions.logLevel": False
    }


def test_an_option_of_the_objects_in_a_list_is_warned_about_where_it_is_set() -> None:
    limit = {"requestPath": "/login", "requestTimeWindow": 1000, "requestCount": 1}
    redis = {"redisUrl": "redis://localhost"}

    assert warned({"rateLimit": [limit]}) == {}
    assert warned({"rateLimit": [limit, {**limit, **redis}]}) == {"rateLimit.redisUrl": False}


def test_mails_of_console_and_memory_need_no_warning() -> None:
    assert [warned({"emailAdapter": name}) for name in ("console", "memory")] == [{}, {}]
    assert warned({"emailAdapter": "smtp"}) == {"emailAdapter": False}


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("cacheAdapter", "InMemoryCacheAdapter"),
        ("analyticsAdapter", "AnalyticsAdapter"),
        ("enableProductPurchaseLegacyApi", False),
        ("allowAggregationForReadOnlyMasterKey", False),
    ],
)
def test_what_happens_anyway_needs_no_warning(option: str, value: object) -> None:
    assert warned({option: value}) == {}


def test_loud_warnings_come_first_and_say_that_nothing_is_protected() -> None:
    warnings = load(file={**BASE, **MAIL, "verifyUserEmails": True, "preventLoginWithUnverifiedEmail": True}).warnings

    assert warnings[0].option == "preventLoginWithUnverifiedEmail"
    assert str(warnings[0]).startswith("NOT PROTECTED: preventLoginWithUnverifiedEmail: has no effect")
    assert {notice.option for notice in warnings[1:]} == {"verifyUserEmails", "emailAdapter", "appName"}


def test_a_variable_that_no_option_reads_is_told_with_a_suggestion() -> None:
    (notice,) = load(environ={"PARSE_SERVER_MASTERKEY": "secret"}, file=BASE).warnings

    assert notice.option == "PARSE_SERVER_MASTERKEY"
    assert "Did you mean PARSE_SERVER_MASTER_KEY?" in notice.text
    assert "secret" not in str(notice)


def test_variables_that_adapters_of_parse_server_read_are_let_pass() -> None:
    environ = {"PARSE_SERVER_CLEANUP_INVALID_INSTALLATIONS": "1", "S3_BUCKET": "b", "NODE_ENV": "production"}

    assert warned({}, environ) == {}
