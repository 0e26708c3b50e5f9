"""`cloudDeploy` is a switch, or an object with more."""

from __future__ import annotations

from typing import Any

import pytest

from parsepy.settings import SettingsError, load
from parsepy.settings.services import CloudDeploy

NEEDED = {"appId": "a", "masterKey": "k", "serverURL": "http://localhost/parse", "databaseURI": "sqlite:///x.db"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (True, CloudDeploy()),
        (False, None),
        ({}, CloudDeploy()),
        ({"allowInstall": True}, CloudDeploy(allow_install=True)),
        ('{"allowInstall": true}', CloudDeploy(allow_install=True)),
        ("true", CloudDeploy()),
        ("0", None),
    ],
)
def test_it_is_on_off_or_described(given: Any, expected: CloudDeploy | None) -> None:
    assert load(file={**NEEDED, "cloudDeploy": given}).apps[0].cloud_deploy == expected


@pytest.mark.parametrize("given", ["yes", {"allowinstall": True}, {"allowInstall": "yes"}, [True]])
def test_anything_else_is_a_mistake(given: Any) -> None:
    with pytest.raises(SettingsError, match="cloudDeploy"):
        load(file={**NEEDED, "cloudDeploy": given})


def test_releases_are_not_kept_in_memory() -> None:
    with pytest.raises(SettingsError, match=r"cloudDeploy \(file\): needs a database that keeps the releases"):
        load(file={**NEEDED, "databaseURI": "memory://", "cloudDeploy": True})
