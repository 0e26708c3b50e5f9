"""What `load` makes of all sources together, and every mistake that stops the start."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parsepy.settings import LoadedSettings, Settings, SettingsError, load, read_file

BASE = {"appId": "one", "masterKey": "hidden-master", "serverURL": "http://localhost:1337/parse"}
SECRET = "s3cr3t-marker"


def settings(**given: Any) -> Settings:
    return load(file={**BASE, **given}).apps[0]


def mistakes(given: dict[str, Any], flags: dict[str, Any] | None = None) -> list[str]:
    """The mistakes as `name: problem` of what is given beside a working base."""
    with pytest.raises(SettingsError) as caught:
        load(flags, {}, {**BASE, **given})
    return [f"{mistake.option}: {mistake.problem}" for mistake in caught.value.mistakes]


class TestOrder:
    def test_a_flag_wins_over_the_variable_and_the_variable_over_the_file(self) -> None:
        environ = {"PARSE_SERVER_MAX_LIMIT": "2", "PARSE_SERVER_DEFAULT_LIMIT": "2"}
        file = {**BASE, "maxLimit": 1, "defaultLimit": 1, "cacheTTL": 1}
        app = load({"maxLimit": "3"}, environ, file, defaults={"cacheTTL": 9, "cacheMaxSize": 9}).apps[0]

        assert (app.max_limit, app.default_limit, app.cache_ttl, app.cache_max_size) == (3, 2, 1, 9)

    def test_an_empty_variable_counts_as_not_set(self) -> None:
        assert load(environ={"PARSE_SERVER_MAX_LIMIT": ""}, file=BASE).apps[0].max_limit is None

    def test_a_nested_variable_changes_one_option_of_the_object_in_the_file(self) -> None:
        environ = {"PARSE_SERVER_FILE_UPLOAD_ENABLE_FOR_PUBLIC": "true"}
        upload = load(environ=environ, file={**BASE, "fileUpload": {"enableForAuthenticatedUser": False}}).apps[0]

        assert upload.file_upload.enable_for_public
        assert not upload.file_upload.enable_for_authenticated_user

    def test_the_variable_of_an_object_replaces_the_object_in_the_file(self) -> None:
        environ = {"PARSE_SERVER_FILE_UPLOAD_OPTIONS": '{"enableForPublic": true}'}
        upload = load(environ=environ, file={**BASE, "fileUpload": {"enableForAuthenticatedUser": False}}).apps[0]

        assert upload.file_upload.enable_for_authenticated_user

    def test_a_flag_for_an_object_hides_the_variables_of_its_options(self) -> None:
        environ = {"PARSE_SERVER_FILE_UPLOAD_ENABLE_FOR_PUBLIC": "true"}
        app = load({"fileUpload": '{"enableForAnonymousUser": true}'}, environ, BASE).apps[0]

        assert (app.file_upload.enable_for_anonymous_user, app.file_upload.enable_for_public) == (True, False)


class TestDefaults:
    def test_request_complexity_is_bounded_from_the_start(self) -> None:
        limits = settings().request_complexity

        assert (limits.include_depth, limits.include_count, limits.query_depth) == (10, 100, 10)
        assert (limits.subquery_depth, limits.batch_request_limit, limits.subquery_limit) == (10, 100, -1)
        assert (limits.graphql_depth, limits.graphql_fields, limits.allow_regex) == (20, 200, True)

    def test_a_limit_is_switched_off_with_minus_one(self) -> None:
        assert settings(requestComplexity={"queryDepth": -1}).request_complexity.query_depth == -1

    def test_sensitive_fields_and_the_default_are_added_to_protected_fields(self) -> None:
        app = settings(
            protectedFields={"_User": {"*": ["phone"], "role:a": []}, "Score": {"*": ["x"]}},
            userSensitiveFields=["ssn"],
        )

        assert app.protected_fields == {"_User": {"*": ("phone", "email", "ssn"), "role:a": ()}, "Score": {"*": ("x",)}}

    def test_anonymous_users_can_be_switched_off_among_the_providers(self) -> None:
        assert not settings(auth={"anonymous": {"enabled": False}}).enable_anonymous_users
        assert settings(auth={"anonymous": {}}).enable_anonymous_users

    def test_the_adapter_without_a_cache_keeps_nothing(self) -> None:
        app = settings(cacheAdapter="NullCacheAdapter", cacheTTL=60000)

        assert (app.cache_max_size, app.cache_ttl) == (1, 1)

    def test_files_lie_in_the_folder_that_the_adapter_names(self) -> None:
        adapter = {"module": "@parse/fs-files-adapter", "options": {"filesSubDirectory": "mine"}}

        assert settings(filesAdapter=adapter).files_folder == "./files/mine"


# Option, wrong value, and a part of what is said about it.
WRONG: list[tuple[str, Any, str]] = [
    ("appId", None, "appId: is missing"),
    ("masterKey", "", "masterKey: is missing"),
    ("serverURL", None, "serverURL: is missing"),
    ("serverURL", "localhost:1337", "serverURL: must be a URL"),
    ("publicServerURL", "ftp://example.com", "publicServerURL: must be a URL"),
    ("publicServerURL", 5, "publicServerURL: must be a text"),
    ("readOnlyMasterKey", "hidden-master", "readOnlyMasterKey: is the same as masterKey"),
    ("maintenanceKey", "hidden-master", "maintenanceKey: is the same as masterKey"),
    ("emailVerifyTokenReuseIfValid", True, "emailVerifyTokenReuseIfValid: needs emailVerifyTokenValidityDuration"),
    ("emailVerifyTokenValidityDuration", 0, "emailVerifyTokenValidityDuration: must be above 0"),
    ("passwordPolicy", {"resetTokenReuseIfValid": True}, "passwordPolicy.resetTokenReuseIfValid: needs"),
    ("passwordPolicy", {"resetTokenValidityDuration": 0}, "passwordPolicy.resetTokenValidityDuration: must be above 0"),
    ("passwordPolicy", {"maxPasswordHistory": 21}, "passwordPolicy.maxPasswordHistory: must be a number from 0 to 20"),
    ("passwordPolicy", {"maxPasswordAge": -1}, "passwordPolicy.maxPasswordAge: must be a number of at least 0"),
    ("passwordPolicy", {"validatorPattern": "("}, "passwordPolicy.validatorPattern: contains"),
    ("passwordPolicy", {"doNotAllowUsername": "no"}, "passwordPolicy.doNotAllowUsername: must be true or false"),
    ("accountLockout", {"threshold": 3}, "accountLockout.duration: must be a number from 1 to 99999"),
    ("accountLockout", {"duration": 100000, "threshold": 3}, "accountLockout.duration: must be a number"),
    ("accountLockout", {"duration": 1, "threshold": 0}, "accountLockout.threshold: must be a number from 1 to 999"),
    ("accountLockout", {"duration": 1, "threshold": 1000}, "accountLockout.threshold: must be a number from 1 to 999"),
    ("accountLockout", True, "accountLockout: must be an object"),
    ("sessionLength", 0, "sessionLength: must be above 0"),
    ("sessionLength", 10**15, "sessionLength: is longer than 300 years"),
    ("sessionLength", 10**30, "sessionLength: must be a whole number"),
    ("sessionLength", "a year", "sessionLength: must be a whole number"),
    ("defaultLimit", 0, "defaultLimit: must be above 0"),
    ("maxLimit", -1, "maxLimit: must be above 0"),
    ("idempotencyOptions", {"ttl": 0}, "idempotencyOptions.ttl: must be above 0"),
    ("idempotencyOptions", {"paths": ["("]}, "idempotencyOptions.paths: contains"),
    ("allowClientClassCreation", "yes", "allowClientClassCreation: must be true or false"),
    ("requestComplexity", [], "requestComplexity: must be an object"),
    ("requestComplexity", {"queryDepth": 0}, "requestComplexity.queryDepth: must be a number of at least 1, or -1"),
    ("requestComplexity", {"depth": 3}, "requestComplexity.depth: is not an option"),
    ("installation", {"action": "x"}, "installation.action: is not an option"),
    ("installation", {"duplicateDeviceTokenAction": "x"}, "must be one of delete, update"),
    ("masterKeyIps", ["127.0.0.1", "localhost"], 'masterKeyIps: contains "localhost"'),
    ("readOnlyMasterKeyIps", ["10.0.0.0/33"], 'readOnlyMasterKeyIps: contains "10.0.0.0/33"'),
    ("maintenanceKeyIps", [5], "maintenanceKeyIps: must be a list of IP addresses"),
    ("routeAllowList", ["classes/("], 'routeAllowList: contains "classes/("'),
    ("routeAllowList", [5], "routeAllowList: must be a text"),
    ("rateLimit", [{"requestTimeWindow": 1, "requestCount": 1}], "rateLimit[0].requestPath: is missing"),
    ("rateLimit", [{"requestPath": "/a", "requestCount": 1}], "rateLimit[0].requestTimeWindow: is missing"),
    ("rateLimit", [{"requestPath": "/a", "requestTimeWindow": 1}], "rateLimit[0].requestCount: is missing"),
    ("rateLimit", [{"path": "/a"}], "rateLimit[0].path: is not an option"),
    ("rateLimit", [{"requestPath": "login"}], "rateLimit[0].requestPath: must begin with /"),
    ("rateLimit", [{"requestPath": "/*"}], 'requestPath: is "/*", which has a * without a name'),
    ("rateLimit", [{"requestPath": "/a{b"}], "which has a { without }"),
    ("rateLimit", [{"requestPath": "/a(b)"}], "which has a ( that means nothing"),
    ("rateLimit", [{"requestMethods": ["FETCH"]}], "rateLimit[0].requestMethods: must be a list of HTTP methods"),
    ("rateLimit", [{"requestMethods": "PO("}], 'rateLimit[0].requestMethods: contains "PO("'),
    ("rateLimit", "/login", "rateLimit: is not valid JSON"),
    ("allowHeaders", ["X-A", 5], "allowHeaders: must be a list of texts"),
    ("allowHeaders", ["X-A", " "], "allowHeaders: contains an empty text"),
    ("allowHeaders", {"X-A": 1}, "allowHeaders: must be a list"),
    ("logLevel", "loud", "logLevel: must be one of error, warn, info, verbose, debug, silly, silent"),
    ("logLevels", {"triggerAfter": "loud"}, "logLevels.triggerAfter: must be one of"),
    ("port", 70000, "port: must be a number from 0 to 65535"),
    ("mountPath", "parse", "mountPath: must be a path that begins with /"),
    ("cacheTTL", 0, "cacheTTL: must be a number of at least 1"),
    ("cacheMaxSize", 0, "cacheMaxSize: must be a number of at least 1"),
    ("maxUploadSize", "many", "maxUploadSize: must be a size"),
    ("maxLogFiles", "d", "maxLogFiles: must be a number of files or of days"),
    ("cluster", 0, "cluster: must be a number of at least 1, or true"),
    ("trustProxy", {"a": 1}, "trustProxy: must be true, false, a number of proxies or a list"),
    ("trustProxy", -1, "trustProxy: must not be negative"),
    ("protectedFields", {"_User": ["email"]}, "protectedFields: must give each class an object"),
    ("requestKeywordDenylist", [{"name": "x"}], "requestKeywordDenylist: must be a list of objects with key"),
    ("requestKeywordDenylist", [{"key": "x", "value": {}}], "requestKeywordDenylist: compares with a text, number"),
    ("requestKeywordDenylist", [{"key": "("}], 'requestKeywordDenylist: contains "("'),
    ("schema", {"definitions": {}}, "schema.definitions: must be a list of objects"),
    ("pages", {"customRoutes": [{"path": "/a", "handler": "f"}]}, "pages.customRoutes[0].method: is missing"),
    ("auth", {"facebook": 5}, "auth.facebook: must be an object"),
    ("auth", {"facebook": {"enabled": "no"}}, "auth.facebook.enabled: must be true or false"),
    ("cloud", "./cloud/main.ts", "cloud: has to be compiled before it can run"),
    ("databaseURI", "mongodb://", "databaseURI: is not the address of a database"),
    ("databaseURI", "mysql://localhost/db", "databaseURI: is not the address of a database"),
    ("databaseAdapter", "mine", "databaseAdapter: names an adapter for Node"),
    ("filesAdapter", "@parse/s3-files-adapter", 'filesAdapter: names the module "@parse/s3-files-adapter", which'),
    ("emailAdapter", "./my-mailer.js", 'emailAdapter: names the module "./my-mailer.js", for which there is nothing'),
    ("push", {"adapter": "mine"}, 'push: names the module "mine"'),
    (
        "filesAdapter",
        {"module": "@parse/fs-files-adapter", "options": {"encryptionKey": "x"}},
        "filesAdapter.options.encryptionKey: asks for encrypted files",
    ),
    ("filesAdapter", "gridfs", "filesAdapter: keeps files in MongoDB, and databaseURI names another database"),
    ("maxLimits", 5, "maxLimits: is not an option"),
]


def test_a_file_key_means_encrypted_files_in_gridfs_and_nothing_on_disk() -> None:
    mongo = {"databaseURI": "mongodb://localhost/parse", "fileKey": "k"}

    assert mistakes(mongo) == [
        "fileKey: means encrypted files in GridFS, which this version can neither write nor read"
    ]
    assert settings(**mongo, filesAdapter="disk").file_key == settings(fileKey="k").file_key == "k"


@pytest.mark.parametrize(("option", "value", "text"), WRONG, ids=[f"{name}={value}" for name, value, _ in WRONG])
def test_a_wrong_value_stops_the_start_and_is_named(option: str, value: object, text: str) -> None:
    found = mistakes({option: value})

    assert text in found[0]
    assert len(found) == 1 or option == "rateLimit"


@pytest.mark.parametrize("missing", ["emailAdapter", "appName", "publicServerURL"])
def test_verification_of_mails_needs_adapter_name_and_url(missing: str) -> None:
    needed = {"emailAdapter": "smtp", "appName": "App", "publicServerURL": "https://example.com/parse"}
    given = {name: value for name, value in needed.items() if name != missing}

    assert mistakes({"verifyUserEmails": True, **given}) == [f"{missing}: is missing, and verifyUserEmails needs it"]


@pytest.mark.parametrize(
    ("other", "value"),
    [("databaseURI", "memory://"), ("collectionPrefix", "x"), ("databaseOptions", {"allowPublicExplain": True})],
)
def test_a_database_adapter_excludes_the_other_options_of_the_database(other: str, value: object) -> None:
    assert f"{other}: cannot be combined with databaseAdapter" in mistakes({"databaseAdapter": "mine", other: value})


def test_a_session_length_without_meaning_is_let_pass() -> None:
    assert settings(sessionLength=0, expireInactiveSessions=False).session_length == 0


def test_all_mistakes_of_all_sources_are_told_at_once_with_source_and_fix() -> None:
    with pytest.raises(SettingsError) as caught:
        load(
            {"port": "x"},
            {"PARSE_SERVER_MAX_LIMIT": "x"},
            {**BASE, "cacheTTL": "x", "sesionLength": 5},
            file_name="c.json",
        )

    assert str(caught.value) == "\n".join(
        [
            "4 mistakes in the settings:",
            "  - sesionLength (c.json): is not an option. Did you mean sessionLength? Otherwise remove it.",
            '  - port (flag --port): must be a whole number, got "x". Write digits only, for example 100.',
            '  - maxLimit (environment PARSE_SERVER_MAX_LIMIT): must be a whole number, got "x". Write digits only, '
            "for example 100.",
            '  - cacheTTL (c.json): must be a whole number, got "x". Write digits only, for example 100.',
        ]
    )


def test_an_unknown_flag_is_a_mistake_with_a_suggestion() -> None:
    assert mistakes({}, {"masterkey": "x"}) == ["--masterkey: is not an option"]


SECRETS = [
    "masterKey",
    "readOnlyMasterKey",
    "maintenanceKey",
    "clientKey",
    "javascriptKey",
    "restAPIKey",
    "dotNetKey",
    "webhookKey",
    "fileKey",
    "encryptionKey",
]


class TestSecrets:
    @pytest.mark.parametrize("name", SECRETS)
    def test_the_repr_of_settings_shows_no_key(self, name: str) -> None:
        assert SECRET not in repr(settings(**{name: SECRET}))

    def test_the_repr_of_settings_shows_nothing_of_providers_push_adapters_and_addresses(self) -> None:
        app = settings(
            auth={"x": {"secret": SECRET}},
            push={"android": {"key": SECRET}},
            emailAdapter={"module": "smtp", "options": {"password": SECRET}},
            liveQuery={"redisURL": f"redis://:{SECRET}@host"},
            liveQueryServerOptions={"masterKey": SECRET},
            databaseOptions={"proxyPassword": SECRET},
            databaseURI=f"sqlite:///./{SECRET}.db",
        )

        assert SECRET not in repr(app)

    @pytest.mark.parametrize("name", SECRETS)
    def test_a_mistake_does_not_show_a_key(self, name: str) -> None:
        with pytest.raises(SettingsError) as caught:
            load(file={**BASE, name: [SECRET]})

        assert SECRET not in f"{caught.value}{caught.value!r}"

    def test_a_mistake_does_not_show_the_address_of_a_database_or_bad_json(self) -> None:
        environ = {
            "PARSE_SERVER_AUTH_PROVIDERS": f"{{{SECRET}",
            "PARSE_SERVER_DATABASE_URI": f"mysql://u:{SECRET}@h/d",
        }
        with pytest.raises(SettingsError) as caught:
            load(None, environ, BASE)

        assert len(caught.value.mistakes) == 2
        assert SECRET not in f"{caught.value}{caught.value!r}"

    def test_a_warning_does_not_show_a_key(self) -> None:
        warnings = load(file={**BASE, "encryptionKey": SECRET}).warnings

        assert len(warnings) == 1
        assert SECRET not in repr(warnings)


def two_apps(shared: dict[str, Any], first: dict[str, Any], second: dict[str, Any]) -> LoadedSettings:
    one = {"appId": "one", "masterKey": "m1", **first}
    two = {"appId": "two", "masterKey": "m2", **second}
    return load(file={"serverURL": BASE["serverURL"], **shared, "apps": [one, two]}, file_name="c.json")


class TestApps:
    def test_what_stands_beside_apps_holds_for_all_and_an_app_may_differ(self) -> None:
        apps = two_apps({"port": 8080, "maxLimit": 5}, {}, {"maxLimit": 9}).apps

        assert [(app.app_id, app.master_key, app.port, app.max_limit) for app in apps] == [
            ("one", "m1", 8080, 5),
            ("two", "m2", 8080, 9),
        ]

    @pytest.mark.parametrize(
        ("first", "second", "text"),
        [
            ({}, {"appId": "one"}, 'appId (c.json): "one" names 2 apps'),
            ({"port": 1}, {"port": 2}, "port (c.json): differs between the apps of one process"),
            (
                {"databaseURI": "sqlite:///a"},
                {"databaseURI": "sqlite:///a"},
                "databaseURI (c.json): is the same for several apps",
            ),
            ({}, {"maxLimit": "x"}, "maxLimit (c.json, app 2): must be a whole number"),
        ],
        ids=["same id", "two ports", "one database", "value of the second"],
    )
    def test_a_mistake_between_or_in_apps_is_told(
        self, first: dict[str, Any], second: dict[str, Any], text: str
    ) -> None:
        with pytest.raises(SettingsError) as caught:
            two_apps({}, first, second)

        assert text in str(caught.value)

    def test_a_mistake_beside_apps_is_told_once(self) -> None:
        with pytest.raises(SettingsError) as caught:
            two_apps({"maxLimit": "x"}, {}, {})

        assert [mistake.source for mistake in caught.value.mistakes] == ["c.json"]

    @pytest.mark.parametrize("apps", [[], {}, [5], "x"])
    def test_apps_must_be_a_list_of_objects(self, apps: object) -> None:
        assert mistakes({"apps": apps}) == ["apps: must be a list of objects, one for each app"]


class TestFile:
    def test_a_file_is_read_with_or_without_a_byte_order_mark(self, tmp_path: Path) -> None:
        file = tmp_path / "config.json"
        file.write_text(json.dumps(BASE), encoding="utf-8-sig")

        assert read_file(file) == BASE

    @pytest.mark.parametrize(
        ("content", "text"),
        [
            (b'{"appId":\n x}', "is not valid JSON at line 2, column 2"),
            (b"[]", "does not hold an object"),
            (b"\xff\xfe\xff", "is not UTF-8 text"),
        ],
        ids=["bad JSON", "a list", "not UTF-8"],
    )
    def test_a_file_that_holds_no_settings_is_told(self, tmp_path: Path, content: bytes, text: str) -> None:
        file = tmp_path / "config.json"
        file.write_bytes(content)
        with pytest.raises(SettingsError, match=text):
            read_file(file)

    def test_a_missing_file_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError, match="cannot be read"):
            read_file(tmp_path / "none.json")
