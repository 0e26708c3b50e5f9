"""Every option that is not "not yet" has an effect that somebody can see."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from pymongo import AsyncMongoClient

from parsepy import Cloud, FunctionRequest, SaveRequest
from parsepy import app as assembly
from parsepy.adapters.mail.memory import MemoryMailer
from parsepy.settings import NOT_YET, Settings
from parsepy.settings.database_options import NODE_DRIVER_ONLY, MongoDriver
from parsepy.settings.options import Options, options_of
from parsepy.testing import TestServer
from tests.compat.servers import fresh_database
from tests.inprocess import Client, started
from tests.unit.livequery.conftest import Listener

OBSERVED: set[str] = set()
ELSEWHERE = {
    # Options of the process: how it listens and logs is observed from outside.
    **dict.fromkeys(("host", "port", "mountPath", "serverURL", "verifyServerUrl"), "tests/unit/cli"),
    "cluster": "tests/unit/cli",
    **dict.fromkeys(("workerBlockedSeconds", "workerMemory"), "tests/integration"),
    **dict.fromkeys(("logLevel", "logsFolder", "jsonLogs", "silent", "verbose", "maxLogFiles"), "tests/unit"),
    **dict.fromkeys(("allowOrigin", "allowHeaders", "trustProxy"), "tests/unit/web"),
    # Options of the MongoDB driver: what it makes of them; what a server sees of the others is compared with Parse Server.
    **{
        f"databaseOptions.{option.wire}": "tests/unit/adapters/storage"
        for option in options_of(MongoDriver)
        if option.wire not in NODE_DRIVER_ONLY
    },
    **dict.fromkeys(
        ("databaseOptions.clientMetadata", "databaseOptions.logClientEvents"), "tests/unit/adapters/storage"
    ),
    **dict.fromkeys(("databaseOptions.batchSize", "databaseOptions.maxTimeMS"), "tests/compat/commands"),
    **dict.fromkeys(("collectionPrefix", "enableCollationCaseComparison"), "tests/compat/commands"),
    "webhookKey": "tests/unit/cloud",
    "cloudDeploy": "tests/unit/system",
    "dashboard": "tests/integration/dashboard",
    # Names of adapters: every name is tried by the tests of the settings.
    **dict.fromkeys(("filesAdapter", "loggerAdapter", "databaseAdapter"), "tests/unit/settings"),
}
Test = TypeVar("Test", bound=Callable[..., Any])


def observes(*options: str) -> Callable[[Test], Test]:
    """Mark a test as the one that sees these options' effects."""
    OBSERVED.update(options)
    return lambda test: test


def _options(cls: type[Any], prefix: str = "") -> Iterator[str]:
    """The dotted names of all options that are not "not yet"; a group stands for what is in it."""
    settings = cls()
    excused = {entry.option for entry in NOT_YET}
    for option in options_of(cls):
        name = prefix + option.wire
        value = getattr(settings, option.name)
        if name in excused or prefix.removesuffix(".") in excused:
            continue
        if isinstance(value, Options):
            yield from _options(type(value), f"{name}.")
        else:
            yield name


def test_every_option_is_observed() -> None:
    unobserved = [name for name in _options(Settings) if name not in OBSERVED and name not in ELSEWHERE]

    assert unobserved == []


def test_what_is_observed_elsewhere_is_named_there() -> None:
    root = Path(__file__).parents[2]
    texts = {
        folder: "".join(p.read_text() for p in (root / folder).rglob("*.py")) for folder in set(ELSEWHERE.values())
    }

    def is_named(name: str, text: str) -> bool:
        return name in text or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() in text

    assert [name for name, folder in ELSEWHERE.items() if not is_named(name.split(".")[-1], texts[folder])] == []


@observes("appId")
async def test_another_application_id_is_refused(tmp_path: Path) -> None:
    async with started({"appId": "other"}, folder=tmp_path) as client:
        assert (await client.with_headers({"X-Parse-Application-Id": "test"}).get("/classes/A")).status == 403
        assert (await client.with_headers({"X-Parse-Application-Id": "other"}).get("/classes/A")).status == 200


@observes("masterKey", "readOnlyMasterKey", "maintenanceKey")
async def test_each_server_key_has_its_power(client: Client) -> None:
    assert (await client.get("/schemas")).status == 403
    assert (await client.as_("master").get("/schemas")).status == 200
    assert (await client.as_("readonly").get("/schemas")).status == 200
    assert (await client.as_("readonly").post("/classes/A")).code == 119
    assert (await client.as_("maintenance").get("/schemas")).status == 403


@observes("masterKeyIps", "readOnlyMasterKeyIps", "maintenanceKeyIps")
@pytest.mark.parametrize("caller", ["master", "readonly", "maintenance"])
async def test_server_keys_are_bound_to_addresses(tmp_path: Path, caller: str) -> None:
    allowed = ["10.1.0.0/16"]
    options = {"masterKeyIps": allowed, "readOnlyMasterKeyIps": allowed, "maintenanceKeyIps": allowed}
    async with started(options, folder=tmp_path) as client:
        assert (await client.as_(caller, ip="10.1.2.3").get("/classes/A")).status == 200
        assert (await client.as_(caller, ip="10.2.2.3").get("/classes/A")).status == 403


@observes("clientKey", "javascriptKey", "restAPIKey", "dotNetKey")
@pytest.mark.parametrize(
    ("option", "header"),
    [("clientKey", "X-Parse-Client-Key"), ("javascriptKey", "X-Parse-Javascript-Key"),
     ("restAPIKey", "X-Parse-REST-API-Key"), ("dotNetKey", "X-Parse-Windows-Key")],
)  # fmt: skip
async def test_a_client_key_must_be_shown(tmp_path: Path, option: str, header: str) -> None:
    async with started({option: "shown"}, folder=tmp_path) as client:
        assert (await client.get("/classes/A")).status == 403
        assert (await client.with_headers({header: "wrong"}).get("/classes/A")).status == 403
        assert (await client.with_headers({header: "shown"}).get("/classes/A")).status == 200


@observes("publicServerURL")
async def test_locations_begin_with_the_public_url(tmp_path: Path) -> None:
    async with started({"publicServerURL": "https://example.com/api"}, folder=tmp_path) as client:
        made = await client.post("/classes/A")
        assert made.headers["Location"] == f"https://example.com/api/classes/A/{made.body['objectId']}"


@observes("maxUploadSize")
async def test_a_body_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    async with started({"maxUploadSize": "1kb"}, folder=tmp_path) as client:
        assert (await client.post("/classes/A", {"x": "y" * 500})).status == 201
        assert (await client.post("/classes/A", {"x": "y" * 5000})).status == 413


@observes("routeAllowList")
async def test_only_listed_routes_are_open(tmp_path: Path) -> None:
    async with started({"routeAllowList": ["classes/Open.*"]}, folder=tmp_path) as client:
        assert (await client.get("/classes/Open")).status == 200
        assert (await client.get("/classes/Closed")).code == 119
        batch = await client.post("/batch", {"requests": [{"method": "GET", "path": "/parse/classes/Closed"}]})
        assert batch.code == 119
        assert (await client.as_("master").get("/classes/Closed")).status == 200


@observes("rateLimit")
async def test_a_route_may_be_called_so_often(tmp_path: Path) -> None:
    limit = {
        "requestPath": "/classes/A",
        "requestTimeWindow": 60_000,
        "requestCount": 1,
        "includeInternalRequests": True,
    }
    async with started({"rateLimit": [limit]}, folder=tmp_path) as client:
        assert [(await client.get("/classes/A")).status for _ in range(2)] == [200, 429]
        assert (await client.as_("master").get("/classes/A")).status == 200
        assert (await client.get("/classes/B")).status == 200


@observes("security.enableCheck", "security.enableCheckLog", "security.checkGroups")
async def test_the_security_report_has_its_groups_and_is_logged_if_wanted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "parsepy")
    for enabled in (True, False):
        options = {"enableCheck": enabled, "enableCheckLog": True, "checkGroups": ["Database"]}
        async with started({"security": options}, folder=tmp_path) as client:
            answer = await client.as_("master").get("/security")
            assert (answer.status == 200) is enabled
            if enabled:
                assert [group["name"] for group in answer.body["report"]["groups"]] == ["Database"]

    assert "Security report" in caplog.text


@observes("emailAdapter")
async def test_cloud_code_sends_mails_by_the_adapter(tmp_path: Path) -> None:
    cloud = Cloud()

    @cloud.define("mail")
    async def mail(request: FunctionRequest) -> None:
        await cloud.send_email(to="ann@example.com", subject="Hello", text="Hello Ann.")

    async with started({"emailAdapter": "memory"}, cloud, folder=tmp_path) as client:
        await client.post("/functions/mail")
        mailer = client.app.mailer
        assert isinstance(mailer, MemoryMailer)
        assert [sent.subject for sent in mailer.sent] == ["Hello"]


@observes("requestKeywordDenylist")
async def test_denied_keywords_are_refused(tmp_path: Path) -> None:
    async with started({"requestKeywordDenylist": [{"key": "bad"}]}, folder=tmp_path) as client:
        assert (await client.post("/classes/A", {"x": {"y": [{"bad": 1}]}})).code == 105
        assert (await client.post("/classes/A", {"x": {"constructor": 1}})).status == 201


@observes("enableSanitizedErrorResponse")
async def test_refusals_tell_their_reason_only_if_wanted(tmp_path: Path) -> None:
    for sanitized in (True, False):
        async with started({"enableSanitizedErrorResponse": sanitized}, folder=tmp_path) as client:
            answer = await client.get("/classes/_Hooks")
            assert (answer.body["error"] == "Permission denied") is sanitized


@observes("databaseURI")
async def test_the_database_is_where_the_uri_says(tmp_path: Path) -> None:
    async with started({"databaseURI": f"sqlite:///{tmp_path}/there.db"}, folder=tmp_path) as client:
        await client.create("A", x=1)
    assert (tmp_path / "there.db").exists()
    async with started({"databaseURI": f"sqlite:///{tmp_path}/there.db"}, folder=tmp_path) as client:
        assert [row["x"] for row in (await client.get("/classes/A")).body["results"]] == [1]


@observes("databaseOptions.allowPublicExplain")
async def test_explain_is_for_the_master_key_unless_opened(tmp_path: Path) -> None:
    for allowed in (True, False):
        async with started({"databaseOptions": {"allowPublicExplain": allowed}}, folder=tmp_path) as client:
            await client.create("A")
            assert ((await client.get("/classes/A", explain="true")).status == 200) is allowed


@observes("databaseOptions.disableIndexFieldValidation")
async def test_indexes_on_unknown_fields_need_an_option(tmp_path: Path) -> None:
    for disabled in (True, False):
        async with started({"databaseOptions": {"disableIndexFieldValidation": disabled}}, folder=tmp_path) as client:
            answer = await client.as_("master").post("/schemas/A", {"className": "A", "indexes": {"n": {"nothing": 1}}})
            assert (answer.status == 200) is disabled


@observes("databaseOptions.enableSchemaHooks")
async def test_changes_by_other_servers_are_watched_for_if_wanted(tmp_path: Path) -> None:
    for hooked in (True, False):
        database = {"databaseURI": f"sqlite:///{tmp_path}/{hooked}.db"}
        asked = {**database, "databaseOptions": {"enableSchemaHooks": hooked, "schemaCacheTtl": 600_000}}
        async with started(asked, folder=tmp_path) as one, started(asked, folder=tmp_path) as two:
            await one.create("A", x=1)
            assert (await two.get("/classes/A")).status == 200
            await one.as_("master").put("/schemas/A", {"classLevelPermissions": {"find": {}}})
            await asyncio.sleep(1.2)
            assert ((await two.get("/classes/A")).code == 119) is hooked


@observes("collectionPrefix")
async def test_collections_begin_with_the_prefix(tmp_path: Path, mongo_server: str) -> None:
    async with fresh_database("mongo", mongo_server) as uri:
        async with started({"databaseURI": uri, "collectionPrefix": "pre_"}, folder=tmp_path) as client:
            await client.create("A", x=1)
        async with AsyncMongoClient[dict[str, Any]](uri) as driver:
            names = await driver.get_default_database().list_collection_names()

    assert {"pre_A", "pre__SCHEMA"} <= set(names)
    assert [name for name in names if not name.startswith("pre_")] == []


@observes("databaseOptions.batchSize", "databaseOptions.maxTimeMS")
async def test_mongodb_is_told_how_long_a_query_may_take_and_how_much_to_send(
    tmp_path: Path, mongo_server: str, caplog: pytest.LogCaptureFixture
) -> None:
    events = [{"name": "commandStarted", "keys": ["command"], "logLevel": "warn"}]
    options = {"batchSize": 7, "maxTimeMS": 5432, "logClientEvents": events}
    async with (
        fresh_database("mongo", mongo_server) as uri,
        started({"databaseURI": uri, "databaseOptions": options}, folder=tmp_path) as client,
    ):
        await client.create("A", x=1)
        caplog.clear()
        await client.get("/classes/A", where={"x": 1})

    told = [record.getMessage() for record in caplog.records if '"find":"A"' in record.getMessage()]
    assert len(told) == 1
    assert '"batchSize":7' in told[0]
    assert '"maxTimeMS":5432' in told[0]


@observes("databaseOptions.schemaCacheTtl")
async def test_classes_are_read_again_after_the_time_to_live(tmp_path: Path) -> None:
    uri = {"databaseURI": f"sqlite:///{tmp_path}/x.db", "databaseOptions": {"schemaCacheTtl": 1}}
    async with started(uri, folder=tmp_path) as one, started(uri, folder=tmp_path) as two:
        await one.create("A", x=1)
        assert (await two.get("/classes/A")).status == 200
        await one.as_("master").put("/schemas/A", {"classLevelPermissions": {"find": {}}})
        await asyncio.sleep(1.1)
        assert (await two.get("/classes/A")).code == 119


@observes("databaseOptions.createIndexUserUsername", "databaseOptions.createIndexUserUsernameCaseInsensitive",
          "databaseOptions.createIndexUserEmail", "databaseOptions.createIndexUserEmailCaseInsensitive",
          "databaseOptions.createIndexRoleName")  # fmt: skip
async def test_indexes_of_built_in_classes_can_be_switched_off(tmp_path: Path) -> None:
    names = {
        "createIndexUserUsername": ("_User", "username_1"),
        "createIndexUserUsernameCaseInsensitive": ("_User", "case_insensitive_username"),
        "createIndexUserEmail": ("_User", "email_1"),
        "createIndexUserEmailCaseInsensitive": ("_User", "case_insensitive_email"),
        "createIndexRoleName": ("_Role", "name_1"),
    }
    for option, (class_name, index) in names.items():
        for created in (True, False):
            async with started({"databaseOptions": {option: created}}, folder=tmp_path) as client:
                found = await client.app.schemas.require(class_name)
                assert (index in found.indexes) is created


async def test_names_differ_in_more_than_case_with_and_without_the_index(tmp_path: Path) -> None:
    for created in (True, False):
        option = {"databaseOptions": {"createIndexUserUsernameCaseInsensitive": created}}
        async with started(option, folder=tmp_path) as client:
            await client.sign_up("ann")
            assert (await client.post("/users", {"username": "ANN", "password": "x"})).code == 202


@observes("allowClientClassCreation")
async def test_clients_make_classes_only_if_allowed(tmp_path: Path) -> None:
    async with started({"allowClientClassCreation": False}, folder=tmp_path) as client:
        assert (await client.post("/classes/New")).code == 119
        assert (await client.as_("master").post("/classes/New")).status == 201
        assert (await client.post("/classes/New")).status == 201


@observes("allowCustomObjectId")
async def test_clients_name_objects_only_if_allowed(tmp_path: Path) -> None:
    async with started({"allowCustomObjectId": True}, folder=tmp_path) as client:
        assert (await client.post("/classes/A", {"objectId": "mine"})).body["objectId"] == "mine"
        assert (await client.post("/classes/A", {"objectId": "mine"})).code == 137
        assert (await client.post("/classes/A", {"objectId": ""})).code == 104
        assert (await client.post("/classes/A")).status == 201
        forged = {"objectId": "role:Admins", "username": "x", "password": "x"}
        assert (await client.post("/users", forged)).code == 119


@observes("objectIdSize")
async def test_ids_have_the_wanted_length(tmp_path: Path) -> None:
    async with started({"objectIdSize": 24}, folder=tmp_path) as client:
        assert len(await client.create("A")) == 24


@observes("defaultLimit", "maxLimit")
async def test_limits_are_filled_in_and_lowered(tmp_path: Path) -> None:
    async with started({"defaultLimit": 2, "maxLimit": 3}, folder=tmp_path) as client:
        for _ in range(5):
            await client.create("A")
        assert len((await client.get("/classes/A")).body["results"]) == 2
        assert len((await client.get("/classes/A", limit=4)).body["results"]) == 3


COMPLEXITY: dict[str, tuple[int | bool, dict[str, Any]]] = {
    "queryDepth": (2, {"where": {"$or": [{"$or": [{"$or": [{"a": 1}]}]}]}}),
    "subqueryDepth": (
        1,
        {
            "where": {
                "p": {"$inQuery": {"className": "A", "where": {"q": {"$inQuery": {"className": "A", "where": {}}}}}}
            }
        },
    ),
    "includeDepth": (1, {"include": "a.b"}),
    "includeCount": (1, {"include": "a,b"}),
    "allowRegex": (False, {"where": {"a": {"$regex": "x"}}}),
}


@observes(*(f"requestComplexity.{name}" for name in COMPLEXITY))
@pytest.mark.parametrize("name", COMPLEXITY)
async def test_a_query_beyond_the_limit_is_refused(tmp_path: Path, name: str) -> None:
    limit, asked = COMPLEXITY[name]
    async with started({"requestComplexity": {name: limit}}, folder=tmp_path) as client:
        await client.create("A")
        assert (await client.get("/classes/A", **asked)).code == 102
        assert (await client.as_("master").get("/classes/A", **asked)).status == 200


@observes("requestComplexity.subqueryLimit")
async def test_sub_queries_yield_no_more_than_the_limit(tmp_path: Path) -> None:
    async with started({"requestComplexity": {"subqueryLimit": 1}}, folder=tmp_path) as client:
        ids = [await client.create("A") for _ in range(3)]
        for object_id in ids:
            await client.create("B", a={"__type": "Pointer", "className": "A", "objectId": object_id})
        where = {"a": {"$inQuery": {"className": "A", "where": {}}}}
        assert len((await client.get("/classes/B", where=where)).body["results"]) == 1
        assert len((await client.as_("master").get("/classes/B", where=where)).body["results"]) == 3


@observes("requestComplexity.batchRequestLimit")
async def test_a_batch_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    async with started({"requestComplexity": {"batchRequestLimit": 1}}, folder=tmp_path) as client:
        requests = {"requests": [{"method": "GET", "path": "/parse/classes/A"}] * 2}
        assert (await client.post("/batch", requests)).code == 107
        assert (await client.as_("master").post("/batch", requests)).status == 200


@observes("allowAggregationForReadOnlyMasterKey")
async def test_the_read_only_key_aggregates_only_if_allowed(tmp_path: Path) -> None:
    for allowed in (True, False):
        async with started({"allowAggregationForReadOnlyMasterKey": allowed}, folder=tmp_path) as client:
            await client.create("A", x=1)
            answer = await client.as_("readonly").get("/aggregate/A", distinct="x")
            assert (answer.status == 200) is allowed


@observes("query.aggregationRawValues", "query.aggregationRawFieldNames")
async def test_aggregates_speak_as_the_settings_say_unless_the_request_does(tmp_path: Path) -> None:
    raw = {"query": {"aggregationRawValues": True, "aggregationRawFieldNames": True}}
    stages = [{"$match": {"x": 1}}, {"$project": {"_id": 0, "_created_at": 1, "x": 1}}]
    for options, names in (({}, {"createdAt", "x"}), (raw, {"_created_at", "x"})):
        async with started(options, folder=tmp_path) as client:
            await client.create("A", x=1)
            master = client.as_("master")
            rows = (await master.get("/aggregate/A", pipeline=stages)).body["results"]
            plain = (await master.get("/aggregate/A", pipeline=stages, rawValues=False, rawFieldNames=False)).body
            assert [set(row) for row in rows] == [names]
            assert isinstance(rows[0].get("_created_at", {}), dict)
            assert set(plain["results"][0]) == {"createdAt", "x"}


@observes("schema.lockSchemas")
async def test_locked_schemas_are_not_changed_through_the_api(tmp_path: Path) -> None:
    async with started({"schema": {"lockSchemas": True, "definitions": []}}, folder=tmp_path) as client:
        assert (await client.as_("master").post("/schemas/A", {"className": "A"})).code == 119


@observes("protectedFields", "userSensitiveFields")
async def test_protected_fields_of_the_settings_are_hidden(tmp_path: Path) -> None:
    options = {"protectedFields": {"A": {"*": ["x"]}}, "userSensitiveFields": ["phone"], "enforcePrivateUsers": False}
    async with started(options, folder=tmp_path) as client:
        await client.create("A", x=1, y=2)
        row = (await client.get("/classes/A")).body["results"][0]
        assert ("x" in row, row["y"]) == (False, 2)
        await client.sign_up("ann", phone="123", email="ann@example.com")
        user = (await client.get("/users")).body["results"][0]
        assert {"phone", "email"}.isdisjoint(user)


@observes("protectedFieldsOwnerExempt")
async def test_users_see_their_own_protected_fields_unless_told_otherwise(tmp_path: Path) -> None:
    for exempt in (True, False):
        async with started({"protectedFieldsOwnerExempt": exempt}, folder=tmp_path) as client:
            ann = await client.sign_up("ann", email="ann@example.com")
            assert ("email" in (await client.as_(ann.token).get("/users/me")).body) is exempt


@observes("protectedFieldsSaveResponseExempt")
async def test_answers_to_saves_may_leave_protected_fields_out(tmp_path: Path) -> None:
    for exempt in (True, False):
        options = {"protectedFields": {"A": {"*": ["x"]}}, "protectedFieldsSaveResponseExempt": exempt}
        async with started(options, folder=tmp_path) as client:
            object_id = await client.create("A", x=1)
            answer = await client.put(f"/classes/A/{object_id}", {"x": {"__op": "Increment", "amount": 1}})
            assert ("x" in answer.body) is exempt


@observes("protectedFieldsTriggerExempt")
async def test_triggers_see_protected_fields_of_the_original_if_exempt(tmp_path: Path) -> None:
    seen: list[Any] = []
    cloud = Cloud()

    @cloud.before_save("A")
    async def look(request: SaveRequest) -> None:
        if request.original:
            seen.append(request.original.get("x"))

    for exempt in (True, False):
        options = {"protectedFields": {"A": {"*": ["x"]}}, "protectedFieldsTriggerExempt": exempt}
        async with started(options, cloud, folder=tmp_path) as client:
            object_id = await client.create("A", x=1)
            await client.put(f"/classes/A/{object_id}", {"y": 1})
    assert seen == [1, None]


@observes("filesFolder")
async def test_files_lie_in_the_folder(tmp_path: Path) -> None:
    async with started({"filesFolder": str(tmp_path / "here")}, folder=tmp_path) as client:
        stored = await client.as_("master").request("POST", "/files/a.txt", b"data")
        assert (tmp_path / "here" / stored.body["name"]).read_bytes() == b"data"


@observes("fileUpload.enableForPublic", "fileUpload.enableForAuthenticatedUser", "fileUpload.enableForAnonymousUser")
@pytest.mark.parametrize("who", ["Public", "AuthenticatedUser", "AnonymousUser"])
async def test_uploads_are_allowed_by_kind_of_user(tmp_path: Path, who: str) -> None:
    for allowed in (True, False):
        async with started({"fileUpload": {f"enableFor{who}": allowed}}, folder=tmp_path) as client:
            sender = await _kind_of_user(client, who)
            answer = await sender.request("POST", "/files/a.txt", b"data")
            assert (answer.status == 201) is allowed


@observes(
    "fileDownload.enableForPublic", "fileDownload.enableForAuthenticatedUser", "fileDownload.enableForAnonymousUser"
)
@pytest.mark.parametrize("who", ["Public", "AuthenticatedUser", "AnonymousUser"])
async def test_downloads_are_allowed_by_kind_of_user(tmp_path: Path, who: str) -> None:
    for allowed in (True, False):
        async with started({"fileDownload": {f"enableFor{who}": allowed}}, folder=tmp_path) as client:
            stored = await client.as_("master").request("POST", "/files/a.txt", b"data")
            reader = await _kind_of_user(client, who)
            answer = await reader.get(f"/files/test/{stored.body['name']}")
            assert (answer.status == 200) is allowed


async def _kind_of_user(client: Client, who: str) -> Client:
    if who == "Public":
        return client
    if who == "AuthenticatedUser":
        return client.as_((await client.sign_up("ann")).token)
    answer = await client.post("/users", {"authData": {"anonymous": {"id": "00000000-0000-4000-8000-000000000000"}}})
    return client.as_(answer.body["sessionToken"])


@observes("fileUpload.fileExtensions")
async def test_only_listed_extensions_are_stored(tmp_path: Path) -> None:
    async with started(
        {"fileUpload": {"enableForPublic": True, "fileExtensions": ["^txt$"]}}, folder=tmp_path
    ) as client:
        assert (
            await client.with_headers({"Content-Type": "text/plain"}).request("POST", "/files/a.txt", b"data")
        ).status == 201
        assert (
            await client.with_headers({"Content-Type": "image/png"}).request("POST", "/files/a.png", b"data")
        ).code == 130


@observes("fileUpload.allowedFileUrlDomains")
async def test_files_of_foreign_hosts_are_refused_in_objects(tmp_path: Path) -> None:
    options = {"fileUpload": {"allowedFileUrlDomains": ["cdn.example.com", "*.files.example.com"]}}
    async with started(options, folder=tmp_path) as client:
        for host, status in (("cdn.example.com", 201), ("a.files.example.com", 201), ("evil.example.com", 400)):
            file = {"__type": "File", "name": "a.txt", "url": f"https://{host}/a.txt"}
            assert (await client.post("/classes/A", {"f": file})).status == status


@observes("preserveFileName")
async def test_names_of_files_are_kept_if_wanted(tmp_path: Path) -> None:
    for kept in (True, False):
        async with started({"preserveFileName": kept}, folder=tmp_path) as client:
            stored = await client.as_("master").request("POST", "/files/a.txt", b"data")
            assert (stored.body["name"] == "a.txt") is kept


@observes("fileKey")
async def test_files_of_hosted_parse_lead_there(tmp_path: Path) -> None:
    async with started({"fileKey": "key"}, folder=tmp_path) as client:
        await client.create("A", f={"__type": "File", "name": "tfss-1-a.txt"})
        row = (await client.get("/classes/A")).body["results"][0]
        assert row["f"]["url"] == "http://files.parsetfss.com/key/tfss-1-a.txt"


@observes("sessionLength", "expireInactiveSessions")
async def test_sessions_end_after_their_length(tmp_path: Path) -> None:
    async with started({"sessionLength": 1, "cacheTTL": 1}, folder=tmp_path) as client:
        ann = await client.sign_up("ann")
        assert (await client.as_(ann.token).get("/users/me")).status == 200
        await asyncio.sleep(1.1)
        assert (await client.as_(ann.token).get("/users/me")).code == 209
    async with started({"expireInactiveSessions": False}, folder=tmp_path) as client:
        ann = await client.sign_up("ann")
        assert "expiresAt" not in (await client.as_(ann.token).get("/sessions/me")).body


@observes("extendSessionOnUse")
async def test_used_sessions_are_extended_if_wanted(tmp_path: Path) -> None:
    for extended in (True, False):
        options = {"sessionLength": 2, "extendSessionOnUse": extended, "cacheTTL": 1}
        async with started(options, folder=tmp_path) as client:
            ann = await client.sign_up("ann")
            await asyncio.sleep(1.2)
            await client.as_(ann.token).get("/users/me")
            await asyncio.sleep(1)
            assert ((await client.as_(ann.token).get("/users/me")).status == 200) is extended


@observes("revokeSessionOnPasswordReset")
async def test_a_new_password_ends_the_sessions_unless_told_otherwise(tmp_path: Path) -> None:
    for revoked in (True, False):
        async with started({"revokeSessionOnPasswordReset": revoked}, folder=tmp_path) as client:
            ann = await client.sign_up("ann")
            changed = await client.as_(ann.token).put(f"/users/{ann.id}", {"password": "new"})
            assert changed.body["sessionToken"] != ann.token
            assert ((await client.as_(ann.token).get("/users/me")).code == 209) is revoked


@observes("enableAnonymousUsers")
async def test_anonymous_users_can_be_switched_off(tmp_path: Path) -> None:
    async with started({"enableAnonymousUsers": False}, folder=tmp_path) as client:
        assert (await client.post("/users", {"authData": {"anonymous": {"id": "1"}}})).code == 252


@observes("enforcePrivateUsers")
async def test_new_users_are_private_unless_told_otherwise(tmp_path: Path) -> None:
    for private in (True, False):
        async with started({"enforcePrivateUsers": private}, folder=tmp_path) as client:
            ann = await client.sign_up("ann")
            assert ((await client.get(f"/users/{ann.id}")).status == 404) is private


@observes("convertEmailToLowercase", "convertUsernameToLowercase")
async def test_names_are_stored_in_lower_case_if_wanted(tmp_path: Path) -> None:
    for lower in (True, False):
        options = {"convertEmailToLowercase": lower, "convertUsernameToLowercase": lower}
        async with started(options, folder=tmp_path) as client:
            ann = await client.sign_up("Ann", email="Ann@Example.com")
            me = (await client.as_(ann.token).get("/users/me")).body
            assert (me["username"] == "ann", me["email"] == "ann@example.com") == (lower, lower)


@observes("cacheMaxSize", "cacheTTL")
async def test_what_is_remembered_of_sessions_is_bounded(tmp_path: Path) -> None:
    async with started({"cacheMaxSize": 1, "cacheTTL": 200}, folder=tmp_path) as client:
        ann, bob = await client.sign_up("ann"), await client.sign_up("bob")
        sessions = client.app.caches["sessions"]
        await client.as_(ann.token).get("/users/me")
        assert sessions.get(ann.token) is not None
        await client.as_(bob.token).get("/users/me")
        assert sessions.get(ann.token) is None
        await asyncio.sleep(0.3)
        assert sessions.get(bob.token) is None


@observes("startLiveQueryServer", "liveQueryServerOptions")
@pytest.mark.parametrize("key", ["right", "wrong"])
async def test_live_connections_are_served_to_whom_shows_a_key(tmp_path: Path, key: str) -> None:
    keys = {"keyPairs": {"clientKey": "right"}}
    async with started({"startLiveQueryServer": True, "liveQueryServerOptions": keys}, folder=tmp_path) as client:
        door, listener = assembly.live_door([client.app]), Listener()
        assert door is not None
        listener.connection = door.connect(listener, "127.0.0.1")
        told = await listener.says(op="connect", applicationId=client.app.settings.app_id, clientKey=key)
    assert told["op"] == ("connected" if key == "right" else "error")


@observes("liveQuery")
async def test_only_the_named_classes_are_published(tmp_path: Path) -> None:
    async with started({"liveQuery": {"classNames": ["Score.*"]}}, folder=tmp_path) as client:
        assert client.app.live is not None
        assert [client.app.live.is_live(name) for name in ("Score", "Scores", "AScore")] == [True, True, False]
        assert assembly.live_door([client.app]) is None


@observes("cloud")
async def test_cloud_code_is_loaded_from_the_path(tmp_path: Path) -> None:
    code = "from parsepy import Cloud\ncloud = Cloud()\n@cloud.define('hi')\nasync def hi(request): return 'there'\n"
    (tmp_path / "main.py").write_text(code)
    async with started({"cloud": str(tmp_path / "main.py")}, folder=tmp_path) as client:
        assert (await client.post("/functions/hi")).body == {"result": "there"}


@observes("scheduleJobs")
async def test_jobs_run_by_themselves_unless_that_is_left_to_others(tmp_path: Path) -> None:
    for wanted in (True, False):
        cloud, ran = Cloud(), asyncio.Event()
        cloud.job("tick", every=timedelta(seconds=1))(lambda request, ran=ran: ran.set())
        async with TestServer(cloud, options={"scheduleJobs": wanted}) as server:
            await server.clock.advance(timedelta(seconds=2))
            assert ran.is_set() is wanted


@observes("endpointsPath")
async def test_endpoints_of_cloud_code_stand_below_their_path(tmp_path: Path) -> None:
    cloud = Cloud()
    cloud.route("GET", "/hi")(lambda request: ["there"])
    async with started({"endpointsPath": "/own"}, cloud, folder=tmp_path) as client:
        assert (await client.get("/own/hi")).body == ["there"]
        assert (await client.get("/endpoints/hi")).status == 404


@observes("logLevels.cloudFunctionError", "logLevels.cloudFunctionSuccess", "logLevels.signupUsernameTaken",
          "logLevels.triggerAfter", "logLevels.triggerBeforeError", "logLevels.triggerBeforeSuccess")  # fmt: skip
async def test_events_are_logged_at_their_levels(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    cloud = Cloud()

    @cloud.define("fine")
    async def fine(request: FunctionRequest) -> int:
        return 1

    @cloud.define("broken")
    async def broken(request: FunctionRequest) -> int:
        raise ValueError("no")

    @cloud.before_save("A")
    async def before(request: SaveRequest) -> None:
        if request.object.get("bad"):
            raise ValueError("bad")

    @cloud.after_save("A")
    async def after(request: SaveRequest) -> None:
        pass

    names = ("cloudFunctionSuccess", "cloudFunctionError", "triggerBeforeSuccess", "triggerBeforeError", "triggerAfter",
             "signupUsernameTaken")  # fmt: skip
    caplog.set_level("DEBUG")
    async with started({"logLevels": dict.fromkeys(names, "warn")}, cloud, folder=tmp_path) as client:
        for path, body in (
            ("/functions/fine", {}),
            ("/functions/broken", {}),
            ("/classes/A", {}),
            ("/classes/A", {"bad": 1}),
        ):
            await client.post(path, body)
        await client.sign_up("ann")
        await client.post("/users", {"username": "ann", "password": "x"})
    warned = " ".join(record.getMessage() for record in caplog.records if record.levelname == "WARNING")
    for text in ("fine", "broken", "beforeSave", "afterSave", "username"):
        assert text in warned
