"""How single values are understood: addresses, proxies, sizes, patterns, databases, adapters."""

from __future__ import annotations

import re
from typing import Any

import pytest

from parsepy.settings import (
    Adapter,
    Database,
    DeniedKeyword,
    FileUpload,
    InvalidError,
    Retention,
    TrustProxy,
    networks,
    parse_database_uri,
    permits,
)
from parsepy.settings.adapters import CACHE_ADAPTER, EMAIL_ADAPTER, FILES_ADAPTER
from parsepy.settings.kinds import BOOL, CLUSTER, FOLDER, NUMBER, PATH, RETENTION, SIZE, URL, Kind
from parsepy.settings.networks import TRUST_PROXY
from parsepy.settings.patterns import EXTENSIONS, PATTERN, ROUTES


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (BOOL, "TRUE", True),
        (BOOL, 1, True),
        (BOOL, "0", False),
        (NUMBER, " -5 ", -5),
        (NUMBER, 5.0, 5),
        (SIZE, "20mb", 20 * 1024 * 1024),
        (SIZE, "1.5KB", 1536),
        (SIZE, "700", 700),
        (SIZE, 700, 700),
        (SIZE, "2gb", 2 * 1024**3),
        (URL, "https://example.com/parse/", "https://example.com/parse"),
        (PATH, "/api/", "/api"),
        (PATH, "/", "/"),
        (FOLDER, "null", None),
        (RETENTION, "7d", Retention(days=7)),
        (RETENTION, 7, Retention(files=7)),
        (CLUSTER, 3, 3),
    ],
)
def test_a_value_is_understood(kind: Kind[Any], value: object, expected: object) -> None:
    assert kind.read(value) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (BOOL, "yes"),
        (BOOL, 2),
        (NUMBER, True),
        (NUMBER, "5px"),
        (NUMBER, 1.5),
        (NUMBER, "9" * 5000),
        (SIZE, "0mb"),
        (SIZE, "-1"),
        (SIZE, True),
        (URL, "https://"),
        (PATH, "/a?b"),
        (RETENTION, "0d"),
        (CLUSTER, False),
    ],
)
def test_a_value_is_refused(kind: Kind[Any], value: object) -> None:
    with pytest.raises(InvalidError):
        kind.read(value)


def test_true_means_a_process_for_every_cpu() -> None:
    assert CLUSTER.read("true") == CLUSTER.read(True) >= 1


@pytest.mark.parametrize(
    ("allowed", "address", "expected"),
    [
        (["127.0.0.1"], "127.0.0.1", True),
        (["127.0.0.1"], "127.0.0.2", False),
        (["10.1.0.0/16"], "10.1.2.3", True),
        (["10.1.2.3/16"], "10.1.9.9", True),
        (["0.0.0.0/0"], "8.8.8.8", True),
        (["0.0.0.0"], "8.8.8.8", True),
        (["0.0.0.0/0"], "2001:db8::1", False),
        (["::/0"], "2001:db8::1", True),
        (["::"], "2001:db8::1", True),
        (["::0"], "2001:db8::1", True),
        (["::0"], "8.8.8.8", False),
        (["127.0.0.1"], "::ffff:127.0.0.1", True),
        (["::/0"], "::ffff:8.8.8.8", False),
        (["fe80::/10"], "fe80::1%eth0", True),
        (["0.0.0.0/0", "::/0"], "unknown", False),
        (["0.0.0.0/0", "::/0"], "", False),
        ([], "127.0.0.1", False),
    ],
)
def test_an_address_is_permitted_by_networks_of_its_own_family(
    allowed: list[str], address: str, expected: bool
) -> None:
    assert permits(networks(*allowed), address) is expected


PEER = "10.0.0.9"


@pytest.mark.parametrize(
    ("setting", "forwarded", "expected"),
    [
        ([], "1.1.1.1", PEER),
        (False, "1.1.1.1", PEER),
        (True, "1.1.1.1, 2.2.2.2", "1.1.1.1"),
        ("true", "1.1.1.1", "1.1.1.1"),
        (1, "1.1.1.1, 2.2.2.2", "2.2.2.2"),
        ("2", "1.1.1.1, 2.2.2.2", "1.1.1.1"),
        (0, "1.1.1.1", PEER),
        ("10.0.0.0/8", "1.1.1.1, 10.0.0.1", "1.1.1.1"),
        (["10.0.0.9"], "1.1.1.1, 2.2.2.2", "2.2.2.2"),
        ("uniquelocal", "1.1.1.1,192.168.0.1", "1.1.1.1"),
        (["loopback", "linklocal"], "1.1.1.1", PEER),
        ('["uniquelocal"]', "1.1.1.1", "1.1.1.1"),
        (1, "", PEER),
        (1, "1.1.1.1:5000", "1.1.1.1:5000"),
        (1, "1.1.1.1,", ""),
    ],
)
def test_the_client_is_the_first_address_that_is_no_trusted_proxy(
    setting: object, forwarded: str, expected: str
) -> None:
    assert TRUST_PROXY.read(setting).client_ip(PEER, forwarded) == expected


def test_no_proxy_is_trusted_by_default() -> None:
    assert TrustProxy().client_ip("127.0.0.1", "1.1.1.1") == "127.0.0.1"


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("classes/Foo", "classes/Foo", True),
        ("classes/Foo", "classes/Foo/x", False),
        ("classes/Foo", "my/classes/Foo", False),
        ("^classes/Foo$", "classes/Foo", True),
        ("classes/Foo|health", "health/secret", False),
        ("classes/Foo|health", "x/health", False),
        ("classes/.*", "classes/Foo/x", True),
        ("users", "users\n", False),
    ],
)
def test_a_route_pattern_holds_for_the_whole_path(pattern: str, path: str, expected: bool) -> None:
    (compiled,) = ROUTES.read([pattern])

    assert (compiled.match(path) is not None) is expected


@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        (r"^\d$", "5", True),
        (r"^\d$", "٥", False),
        (r"^a$", "a\n", False),
        (r"^[$]\$$", "$$", True),
        (r"^(?<year>\d{4})(?!x)(?<=\d)$", "2026", True),
    ],
)
def test_a_pattern_has_the_meaning_it_has_in_javascript(source: str, text: str, expected: bool) -> None:
    assert (PATTERN.read(source).search(text) is not None) is expected


def allows(patterns: tuple[re.Pattern[str], ...], extension: str) -> bool:
    return any(pattern.search(extension) for pattern in patterns)


@pytest.mark.parametrize(
    "extension", ["html", "HTM", "shtml", "xhtml", "svg", "svg+xml", "xml", "xslt", "rdf", "mathml"]
)
def test_markup_may_not_be_uploaded_by_default(extension: str) -> None:
    assert not allows(FileUpload().file_extensions, extension)


@pytest.mark.parametrize("extension", ["png", "txt", "htmlx", "", "pdf"])
def test_other_files_may_be_uploaded_by_default(extension: str) -> None:
    assert allows(FileUpload().file_extensions, extension)


@pytest.mark.parametrize(
    ("given", "extension", "expected"),
    [
        (["*"], "html", True),
        ("^png$,^jpe?g$", "jpg", True),
        ("^png$,^jpe?g$", "gif", False),
        (["^(?![xXsS]?[hH][tT][mM][lL]?$)"], "HTML", False),
    ],
)
def test_extensions_are_regular_expressions(given: object, extension: str, expected: bool) -> None:
    assert allows(EXTENSIONS.read(given), extension) is expected


@pytest.mark.parametrize(
    ("keyword", "key", "value", "expected"),
    [
        (DeniedKeyword(key="constructor"), "constructor", 1, True),
        (DeniedKeyword(key="constructor"), "name", "constructor", False),
        (DeniedKeyword(key="_bsontype", value="Code"), "_bsontype", "Code", True),
        (DeniedKeyword(key="_bsontype", value="Code"), "_bsontype", "Other", False),
        (DeniedKeyword(value="^bad$"), "any", "bad", True),
        (DeniedKeyword(value=1), "any", True, False),
        (DeniedKeyword(), "any", None, False),
    ],
)
def test_a_keyword_denies_keys_values_or_pairs(keyword: DeniedKeyword, key: str, value: object, expected: bool) -> None:
    assert keyword.matches(key, value) is expected


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("memory://", Database("memory")),
        ("sqlite:///data.db", Database("sqlite", "data.db")),
        ("sqlite:///./data.db", Database("sqlite", "./data.db")),
        ("sqlite:////var/data.db", Database("sqlite", "/var/data.db")),
        ("SQLITE:///data.db", Database("sqlite", "data.db")),
        ("mongodb://u:pw@a:1,b:2/d?w=1", Database("mongodb", uri="mongodb://u:pw@a:1,b:2/d?w=1")),
        (" mongodb+srv://h/d ", Database("mongodb", uri="mongodb+srv://h/d")),
        ("postgres://u:pw@h:1/d", Database("postgres", uri="postgres://u:pw@h:1/d")),
        ("POSTGRESQL://h/d", Database("postgres", uri="POSTGRESQL://h/d")),
    ],
)
def test_the_address_of_a_database_is_understood(uri: str, expected: Database) -> None:
    assert parse_database_uri(uri) == expected


@pytest.mark.parametrize(
    "uri",
    [
        "sqlite://data.db",
        "sqlite:///",
        "sqlite:////",
        "sqlite:///a?mode=ro",
        "memory",
        "",
        "mysql://u:pw@h/d",
        "mongodb://",
        "postgres",
        "sqlite",
    ],
)
def test_an_address_that_cannot_be_opened_is_refused_without_showing_it(uri: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse_database_uri(uri)

    assert "pw" not in f"{caught.value.problem}{caught.value.fix}"


def test_an_address_is_not_shown_with_its_database() -> None:
    assert "pw" not in repr(parse_database_uri("postgres://u:pw@h/d"))


@pytest.mark.parametrize(
    ("kind", "value", "name", "ready"),
    [
        (FILES_ADAPTER, "@parse/fs-files-adapter", "disk", True),
        (FILES_ADAPTER, {"adapter": "@parse/fs-files-adapter", "filesSubDirectory": "x"}, "disk", True),
        (FILES_ADAPTER, {"adapter": {"module": "@parse/fs-files-adapter"}, "options": {}}, "disk", True),
        (FILES_ADAPTER, '{"module": "@parse/fs-files-adapter", "options": {"a": 1}}', "disk", True),
        (FILES_ADAPTER, "parse-server/lib/Adapters/Files/GridFSBucketAdapter", "gridfs", True),
        (CACHE_ADAPTER, "./lib/Adapters/Cache/RedisCacheAdapter.js", "redis", False),
        (CACHE_ADAPTER, "NullCacheAdapter", "none", True),
        (EMAIL_ADAPTER, {"module": "parse-server-mailgun", "options": {"apiKey": "x"}}, "mailgun-templates", False),
        (EMAIL_ADAPTER, {"class": "@parse/api-mail-adapter"}, "mail-api", False),
    ],
)
def test_a_module_of_parse_server_maps_to_a_part_of_ours(
    kind: Kind[Adapter], value: object, name: str, ready: bool
) -> None:
    found = kind.read(value)

    assert (found.name, found.ready) == (name, ready)


def test_the_options_of_a_module_are_kept() -> None:
    found = FILES_ADAPTER.read({"adapter": "@parse/fs-files-adapter", "filesSubDirectory": "x"})

    assert found.options == {"filesSubDirectory": "x"}


@pytest.mark.parametrize("value", [5, {}, "", {"module": 5}, "@parse/gcs-files-adapter", "unheard-of"])
def test_a_module_that_nothing_stands_in_for_is_refused(value: object) -> None:
    with pytest.raises(InvalidError):
        FILES_ADAPTER.read(value)
