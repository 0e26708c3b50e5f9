"""The options of the MongoDB driver: each reaches the client that is made, under the name that Parse Server has for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from parsepy.adapters.storage.base import StorageError
from parsepy.adapters.storage.mongo.driver import Client, connected_database, new_client
from parsepy.settings.database_options import NODE_DRIVER_ONLY, DatabaseOptions, MongoDriver
from parsepy.settings.options import options_of
from tests.compat.commands.endpoint import REPLICA_SET, endpoint

URI = "mongodb://localhost/parse"
USER_URI = "mongodb://ann:secret@localhost/parse"

Look = Callable[[Client], Any]
_NAMES = {found.wire: found.name for found in options_of(DatabaseOptions)}


def made(uri: str = URI, /, **given: Any) -> Client:
    """A client with these options, by their names in Parse Server."""
    return new_client(uri, DatabaseOptions(**{_NAMES[wire]: value for wire, value in given.items()}))


def credentials(client: Client) -> Any:
    return client.options.pool_options._credentials


def checks(client: Client) -> tuple[Any, ...]:
    """What is looked at in a server's certificate."""
    options: Any = client.options.pool_options
    return options._ssl_context.verify_mode, options.tls_allow_invalid_hostnames


def pool(name: str) -> Look:
    return lambda client: getattr(client.options.pool_options, name)


def own(name: str) -> Look:
    return lambda client: getattr(client.options, name)


SEEN: dict[str, tuple[Any, Look, Any]] = {
    "appName": ("shop", pool("appname"), "shop"),
    "compressors": ("zlib", lambda client: pool("_compression_settings")(client).compressors, ["zlib"]),
    "zlibCompressionLevel": (7, lambda client: pool("_compression_settings")(client).zlib_compression_level, 7),
    "connectTimeoutMS": (1500, pool("connect_timeout"), 1.5),
    "directConnection": (True, own("direct_connection"), True),
    "heartbeatFrequencyMS": (2500, own("heartbeat_frequency"), 2.5),
    "loadBalanced": (True, own("load_balanced"), True),
    "localThresholdMS": (30, own("local_threshold_ms"), 30),
    "maxConnecting": (5, pool("max_connecting"), 5),
    "maxIdleTimeMS": (4000, pool("max_idle_time_seconds"), 4),
    "maxPoolSize": (11, pool("max_pool_size"), 11),
    "minPoolSize": (3, pool("min_pool_size"), 3),
    "readConcernLevel": ("majority", lambda client: client.read_concern.level, "majority"),
    "readPreference": ("secondaryPreferred", lambda client: client.read_preference.name, "SecondaryPreferred"),
    "replicaSet": ("rs0", own("replica_set_name"), "rs0"),
    "retryReads": (False, own("retry_reads"), False),
    "retryWrites": (False, own("retry_writes"), False),
    "serverMonitoringMode": ("poll", own("server_monitoring_mode"), "poll"),
    "serverSelectionTimeoutMS": (700, own("server_selection_timeout"), 0.7),
    "socketTimeoutMS": (900, pool("socket_timeout"), 0.9),
    "ssl": (True, lambda client: pool("_ssl_context")(client) is not None, True),
    "tls": (True, lambda client: pool("_ssl_context")(client) is not None, True),
    "waitQueueTimeoutMS": (800, pool("wait_queue_timeout"), 0.8),
}


@pytest.mark.parametrize("wire", SEEN)
async def test_an_option_reaches_the_driver(wire: str) -> None:
    value, look, expected = SEEN[wire]

    assert look(made(**{wire: value})) == expected
    assert look(made()) != expected


async def test_tags_and_staleness_refine_the_read_preference() -> None:
    client = made(readPreference="secondary", readPreferenceTags=("dc:ny,rack:1", ""), maxStalenessSeconds=120)

    assert client.read_preference.tag_sets == [{"dc": "ny", "rack": "1"}, {}]
    assert client.read_preference.max_staleness == 120


async def test_credentials_are_used_as_asked() -> None:
    client = made(USER_URI, authMechanism="SCRAM-SHA-256", authSource="people")
    kerberos = made(USER_URI, authMechanism="GSSAPI", authMechanismProperties={"SERVICE_NAME": "db"})

    assert (credentials(client).mechanism, credentials(client).source) == ("SCRAM-SHA-256", "people")
    assert credentials(kerberos).mechanism_properties.service_name == "db"


@pytest.mark.parametrize("wire", ["tlsAllowInvalidCertificates", "tlsAllowInvalidHostnames", "tlsInsecure"])
async def test_checks_of_certificates_can_be_given_up(wire: str) -> None:
    given: dict[str, Any] = {"tls": True, wire: True}

    assert checks(made(**given)) != checks(made(tls=True))


@pytest.mark.parametrize("wire", ["tlsCAFile", "tlsCertificateKeyFile"])
async def test_files_with_certificates_are_read(wire: str) -> None:
    with pytest.raises(StorageError, match="the options of the MongoDB database cannot be used"):
        made(tls=True, **{wire: "/nowhere/a.pem"})


async def test_the_password_of_the_key_is_not_shown_when_the_file_is_wrong() -> None:
    with pytest.raises(StorageError) as refused:
        made(tls=True, tlsCertificateKeyFile="/nowhere/a.pem", tlsCertificateKeyFilePassword="hush-hush")

    assert "hush-hush" not in str(refused.value)


async def test_srv_options_are_for_srv_addresses() -> None:
    with pytest.raises(StorageError, match="srvMaxHosts"):
        made(srvMaxHosts=2)

    found = made("mongodb+srv://db.example.com/parse", srvMaxHosts=2, srvServiceName="other")._resolve_srv_info
    assert (found["srv_service_name"], found["keyword_opts"]["srvMaxHosts"]) == ("other", 2)


async def test_the_application_introduces_itself() -> None:
    client = made(clientMetadata={"name": "shop", "version": "2.1"})

    told = client.options.pool_options.metadata["driver"]
    assert told["name"].endswith("|shop")
    assert told["version"].endswith("|2.1")


async def test_the_server_is_told_who_connects_and_how() -> None:
    async with endpoint("mongodb://127.0.0.1:1") as server:
        uri = f"{server.uri}/parse?replicaSet={REPLICA_SET}"
        asked = {"appName": "shop", "compressors": "zlib", "clientMetadata": {"name": "mine", "version": "3"}}
        async with made(uri, **asked) as client:
            await client.parse.command({"explain": {"find": "A"}})

        greetings = [greeting for greeting in server.handshakes if "client" in greeting]
    assert {greeting["client"]["application"]["name"] for greeting in greetings} == {"shop"}
    assert all(greeting["client"]["driver"]["name"].endswith("|mine") for greeting in greetings)
    assert any(greeting.get("compression") == ["zlib"] for greeting in greetings)


async def test_what_only_nodes_driver_knows_is_left_out() -> None:
    values: dict[str, Any] = {"autoSelectFamily": True, "forceServerObjectId": True, "proxyHost": "h", "proxyPort": 1}

    assert values.keys() <= NODE_DRIVER_ONLY
    assert made(**values).options.pool_options.appname is None


def test_every_option_of_the_driver_is_looked_at_here() -> None:
    refining = {"readPreferenceTags", "maxStalenessSeconds", "authMechanism", "authSource", "authMechanismProperties"}
    tls = {found.wire for found in options_of(MongoDriver) if found.wire.startswith("tls") and found.wire != "tls"}
    looked_at = SEEN.keys() | refining | tls | {"srvMaxHosts", "srvServiceName"} | NODE_DRIVER_ONLY

    assert {found.wire for found in options_of(MongoDriver)} == looked_at


async def test_an_option_wins_over_the_address() -> None:
    assert made(URI + "?maxPoolSize=4").options.pool_options.max_pool_size == 4
    assert made(URI + "?maxPoolSize=4", maxPoolSize=9).options.pool_options.max_pool_size == 9


@pytest.mark.parametrize(
    ("uri", "name"), [(URI, "parse"), ("mongodb://localhost", "test"), ("mongodb://h/?w=1", "test")]
)
async def test_the_address_names_the_database_and_otherwise_it_is_test(uri: str, name: str) -> None:
    assert connected_database(uri, DatabaseOptions()).name == name


@pytest.mark.parametrize(
    ("uri", "name", "password"),
    [
        (USER_URI, "ann", "secret"),
        ("mongodb://a%40b:p%3Aq%2Fr@h/parse", "a@b", "p:q/r"),
        ("mongodb://a@b:p:q%25@h1,h2/parse?appName=@", "a@b", "p:q%"),
    ],
)
async def test_credentials_may_be_escaped_or_not(uri: str, name: str, password: str) -> None:
    found = credentials(made(uri))

    assert (found.username, found.password) == (name, password)


@pytest.mark.parametrize("uri", ["mongodb://ann:hush/hush@host/parse", "mongodb://host:port/parse"])
async def test_a_wrong_address_is_refused_without_showing_it(uri: str) -> None:
    with pytest.raises(StorageError, match="MongoDB database cannot be used") as refused:
        made(uri)

    assert "hush" not in str(refused.value)


async def test_a_wrong_option_is_named() -> None:
    with pytest.raises(StorageError, match="sideways"):
        made(readPreference="sideways")
