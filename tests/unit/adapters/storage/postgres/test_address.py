"""What the query parameters of a database address mean."""

from __future__ import annotations

import logging
import ssl

import pytest

from parsepy.adapters.storage.base import StorageError
from parsepy.adapters.storage.postgres.address import Address, parse_address

HOST = "postgres://ann:secret@db.example:5433/app"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", Address("postgresql://ann:secret@db.example:5433/app")),
        ("?poolSize=7", Address("postgresql://ann:secret@db.example:5433/app", pool_size=7)),
        ("?poolSize=7&max=3", Address("postgresql://ann:secret@db.example:5433/app", pool_size=3)),
        ("?query_timeout=1500", Address("postgresql://ann:secret@db.example:5433/app", query_seconds=1.5)),
        ("?idleTimeoutMillis=500", Address("postgresql://ann:secret@db.example:5433/app", idle_seconds=0.5)),
        ("?keepAlive=true", Address("postgresql://ann:secret@db.example:5433/app", keep_alive=True)),
        ("?application_name=x", Address("postgresql://ann:secret@db.example:5433/app", application_name="x")),
        ("?fallback_application_name=y", Address("postgresql://ann:secret@db.example:5433/app", application_name="y")),
        ("?client_encoding=UTF-8&binary=true", Address("postgresql://ann:secret@db.example:5433/app")),
        ("?ssl=false", Address("postgresql://ann:secret@db.example:5433/app", "disable")),
        ("?sslmode=require", Address("postgresql://ann:secret@db.example:5433/app", "require")),
    ],
)
def test_a_parameter_has_its_effect(query: str, expected: Address) -> None:
    assert parse_address(HOST + query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "?pfx=/x",
        "?secureOptions=4",
        "?client_encoding=LATIN1",
        "?poolSize=many",
        "?query_timeout=-1",
        "?sslmode=maybe",
        "?ca=/nowhere/ca.pem",
        "?cert=/nowhere/cert.pem",
        "?broken",
    ],
)
def test_what_can_have_no_effect_is_refused_without_showing_the_address(query: str) -> None:
    with pytest.raises(StorageError) as refused:
        parse_address(HOST + query)

    assert "secret" not in str(refused.value)


def test_an_unknown_parameter_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        parse_address(f"{HOST}?schema=x")

    assert "schema" in caplog.text
    assert "secret" not in caplog.text


def test_encrypted_connections_check_the_server_unless_told_otherwise() -> None:
    checked, unchecked = parse_address(f"{HOST}?ssl=true"), parse_address(f"{HOST}?rejectUnauthorized=false")

    assert isinstance(checked.encryption, ssl.SSLContext)
    assert checked.encryption.verify_mode is ssl.CERT_REQUIRED
    assert isinstance(unchecked.encryption, ssl.SSLContext)
    assert unchecked.encryption.verify_mode is ssl.CERT_NONE
    assert "secret" not in repr(checked)
