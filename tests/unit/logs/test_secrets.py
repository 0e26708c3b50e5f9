"""No key of the settings, no session token and no password gets into a line, whoever writes it."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest

from parsepy.logs import logging_to
from parsepy.logs.secrets import redaction
from parsepy.settings import Settings, load

TOKEN = f"r:{'0123456789abcdef' * 2}"
APP = {"appId": "my-application", "masterKey": "a-master-key", "serverURL": "http://localhost:1337/parse"}


def settings(**more: object) -> Settings:
    """Those of one app."""
    return load({}, {}, {**APP, **more}).apps[0]


@pytest.mark.parametrize(
    "secret",
    [
        "a-master-key",
        "the-javascript-key",
        "db%40password",
        "db@password",
        "postgres://ann:db%40password@host/name",
        TOKEN,
    ],
)
def test_secrets_of_the_settings_and_tokens_are_taken_out(secret: str) -> None:
    uri = "postgres://ann:db%40password@host/name"
    redact = redaction([settings(javascriptKey="the-javascript-key", databaseURI=uri)])

    assert redact(f"before {secret} after") == "before [secret] after"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"password":"hunter2","a":1}', '{"password":"[secret]","a":1}'),
        ("{'password': 'hun\\'ter2'}", "{'password': '[secret]'}"),
        ("password=hunter2&x=1", "password=[secret]&x=1"),
        ('{"newPassword": "hunter2"}', '{"newPassword": "[secret]"}'),
        ("DB_PASSWORD: hunter2", "DB_PASSWORD: [secret]"),
    ],
)
def test_values_called_password_are_taken_out(text: str, told: str) -> None:
    assert redaction([settings()])(text) == told


@pytest.mark.parametrize("text", ["password is wrong", "my-application serves", "localhost:6379", "r:short"])
def test_what_is_no_secret_stays(text: str) -> None:
    redis = {"classNames": ["A"], "redisOptions": {"host": "localhost:6379", "password": "redis-secret"}}

    assert redaction([settings(liveQuery=redis)])(text) == text


def test_keys_of_all_apps_are_taken_out_of_console_and_files(tmp_path: Path) -> None:
    process, other = settings(logsFolder=str(tmp_path)), settings(masterKey="the-other-master-key")
    stream = io.StringIO()
    with logging_to(process, stream, apps=[process, other]):
        try:
            raise RuntimeError("a-master-key")
        except RuntimeError:
            logging.getLogger("parsepy").exception("the-other-master-key")

    written = [stream.getvalue(), *(file.read_text() for file in tmp_path.iterdir())]
    assert len(written) == 3
    assert [text for text in written if "master-key" in text or "[secret]" not in text] == []
