"""Every check of the security report passes for safe settings and fails for weak ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from parsepy.settings import Settings, load
from parsepy.system.security import database, server
from parsepy.system.security.checks import Group, State, is_strong

STRONG = "Correct-Horse-7-Battery"
SAFE: dict[str, Any] = {
    "appId": "one",
    "masterKey": STRONG,
    "serverURL": "http://localhost:1337/parse",
    "allowClientClassCreation": False,
    "readOnlyMasterKey": "Another-Horse-8",
    "readOnlyMasterKeyIps": ["10.0.0.0/8"],
    "liveQuery": {"classNames": ["Score"]},
}
WEAK: list[tuple[str, dict[str, Any]]] = [
    ("Secure master key", {"masterKey": "short"}),
    ("Security log disabled", {"security": {"enableCheckLog": True}}),
    ("Client class creation disabled", {"allowClientClassCreation": True}),
    ("Users are created without public access", {"enforcePrivateUsers": False}),
    ("Insecure auth adapters disabled", {"enableInsecureAuthAdapters": True}),
    ("GraphQL public introspection disabled", {"graphQLPublicIntrospection": True}),
    ("GraphQL Playground disabled", {"mountGraphQL": True, "mountPlayground": True}),
    ("Public database explain disabled", {"databaseOptions": {"allowPublicExplain": True}}),
    ("Read-only master key IP range restricted", {"readOnlyMasterKeyIps": ["::"]}),
    ("Request complexity limits enabled", {"requestComplexity": {"queryDepth": -1}}),
    (
        "Password reset endpoint user enumeration mitigated",
        {"passwordPolicy": {"resetPasswordSuccessOnInvalidEmail": False}},
    ),
    ("Email verification endpoint user enumeration mitigated", {"emailVerifySuccessOnInvalidEmail": False}),
    ("LiveQuery regex timeout enabled", {"liveQuery": {"classNames": ["Score"], "regexTimeout": 0}}),
]


def settings(**given: object) -> Settings:
    """Safe settings but for what is given."""
    return load({}, {}, {**SAFE, **given}).apps[0]


async def failed(group: Group) -> list[str]:
    """The titles of what failed."""
    return [check.title for check in group.checks if await check.state() is State.FAIL]


async def of_database(uri: str, **options: object) -> dict[str, str]:
    """The states of a database's checks by their title."""
    group = database.group(settings(databaseURI=uri, databaseOptions=options))
    return {check.title: str(await check.state()) for check in group.checks}


async def test_safe_settings_pass_every_check() -> None:
    group = server.group(settings())

    assert [check.title for check in group.checks] == [title for title, _ in WEAK]
    assert await failed(group) == []


@pytest.mark.parametrize(("title", "given"), WEAK, ids=[title for title, _ in WEAK])
async def test_a_weak_setting_fails_its_check_alone(title: str, given: dict[str, Any]) -> None:
    assert await failed(server.group(settings(**given))) == [title]


async def test_what_is_not_in_use_cannot_be_weak() -> None:
    unused = settings(readOnlyMasterKey=None, readOnlyMasterKeyIps=["0.0.0.0/0"], liveQuery={"regexTimeout": 0})

    assert await failed(server.group(unused)) == []


def test_every_check_tells_what_is_wrong_and_what_to_do() -> None:
    for check in server.group(settings()).checks:
        assert check.warning.endswith(".")
        assert check.solution.endswith(".")


@pytest.mark.parametrize(
    ("secret", "is_good"),
    [
        (STRONG, True),
        ("abcdefghijkl12", False),
        ("abcdefghijkl1_", False),
        ("abcdefghijkl1!", True),
        ("Abcdefghijkl12", True),
        ("Abcdefghijk12", False),
        ("äbcdefghijklm1", True),
        ("", False),
    ],
)
def test_a_strong_secret_is_long_and_mixed(secret: str, is_good: bool) -> None:
    assert is_strong(secret) is is_good


@pytest.mark.parametrize("scheme", ["mongodb", "postgres"])
@pytest.mark.parametrize(
    ("login", "state"),
    [(f"ann:{STRONG}@", "success"), ("ann:Correct%2DHorse%2D7@", "success"), ("ann:short@", "fail"), ("", "fail")],
)
async def test_the_password_of_a_database_must_be_strong(scheme: str, login: str, state: str) -> None:
    assert await of_database(f"{scheme}://{login}localhost/name") == {"Secure database password": state}


@pytest.mark.parametrize("options", [{}, {"authMechanism": "MONGODB-X509"}])
async def test_who_shows_a_certificate_to_mongodb_needs_no_password(options: dict[str, object]) -> None:
    query = "" if options else "?authMechanism=MONGODB-X509"

    assert await of_database(f"mongodb://localhost/name{query}", **options) == {"Secure database password": "success"}


@pytest.mark.parametrize(
    ("place", "state"),
    [
        ("mongodb://u:p@db.example/n", "fail"),
        ("mongodb://u:p@localhost,db.example:27017/n", "fail"),
        ("mongodb://u:p@db.example/n?tls=true", "success"),
        ("mongodb://u:p@db.example/n?ssl=true", "success"),
        ("mongodb+srv://u:p@db.example/n", "success"),
        ("mongodb+srv://u:p@db.example/n?tls=false", "fail"),
        ("postgres://u:p@db.example:5432/n", "fail"),
        ("postgres://u:p@db.example/n?ssl=true", "success"),
        ("postgres://u:p@db.example/n?sslmode=verify-full", "success"),
        ("postgres://u:p@db.example/n?sslmode=prefer", "fail"),
        ("postgres://u:p@127.0.0.1:5432/n", None),
        ("postgres://u:p@[::1]:5432/n", None),
        ("postgres://u:p@[::1]/n", None),
        ("postgres://u:p@%2Fvar%2Frun/n", None),
    ],
)
async def test_the_way_to_another_machine_must_be_encrypted(place: str, state: str | None) -> None:
    assert (await of_database(place)).get("Encrypted database connection") == state


@pytest.mark.parametrize(
    ("file", "folder", "state"), [(0o600, 0o755, "success"), (0o644, 0o700, "success"), (0o640, 0o755, "fail")]
)
async def test_a_database_file_must_be_closed_to_others(tmp_path: Path, file: int, folder: int, state: str) -> None:
    path = tmp_path / "rows" / "data.db"
    path.parent.mkdir()
    path.touch()
    path.chmod(file)
    path.parent.chmod(folder)

    assert await of_database(f"sqlite:///{path}") == {"Database file closed to other users": state}


async def test_of_a_file_that_is_missing_nothing_can_be_said(tmp_path: Path) -> None:
    assert list((await of_database(f"sqlite:///{tmp_path}/missing.db")).values()) == ["none"]


async def test_data_that_end_with_the_process_have_no_checks() -> None:
    assert await of_database("memory://") == {}
