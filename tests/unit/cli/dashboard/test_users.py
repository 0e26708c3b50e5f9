"""Users of the dashboard are made with questions, and come out as an entry that can be pasted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import bcrypt
import pytest

from parsepy.cli.dashboard import users
from parsepy.cli.dashboard.users import NoAnswerError, Terminal
from parsepy.dashboard.config_file import Described, read

PLAIN = ["ann", "secret", "secret", "n"]
CODES = ["My app", "SHA256", "8", "60"]


class Answers:
    """Somebody who answers the questions in turn, and remembers what was told."""

    def __init__(self, *given: str) -> None:
        self._given = iter(given)
        self.told: list[str] = []

    @property
    def terminal(self) -> Terminal:
        return Terminal(lambda _: next(self._given), lambda _: next(self._given), self.told.append)


def entry(given: Sequence[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(users.make_user(Answers(*given).terminal))
    return found


def test_the_entry_has_a_hash_of_the_password() -> None:
    made = entry(PLAIN)

    assert list(made) == ["user", "pass"]
    assert bcrypt.checkpw(b"secret", str(made["pass"]).encode())


def test_a_password_is_made_for_who_types_none() -> None:
    somebody = Answers("ann", "", "n")
    made = json.loads(users.make_user(somebody.terminal))
    password = somebody.told[0].removeprefix("The password is ")

    assert len(password) == 20
    assert bcrypt.checkpw(password.encode(), made["pass"].encode())


def test_the_configuration_takes_the_entry_as_it_is() -> None:
    app = {"appId": "a", "masterKey": "m", "serverURL": "http://127.0.0.1:1337/parse"}
    values = {"apps": [app], "useEncryptedPasswords": True, "users": [entry([*PLAIN[:3], "y", *CODES])]}
    user = read(Described(values, "test")).dashboard.users[0]

    assert user.mfa is not None
    assert (user.name, user.mfa.algorithm, user.mfa.digits, user.mfa.period) == ("ann", "SHA256", 8, 60)


def test_the_secret_is_shown_for_the_authenticator_app() -> None:
    somebody = Answers("ann lee", "", "", "", "")
    added = json.loads(users.make_codes(somebody.terminal))
    address = urlsplit(next(word for word in "\n".join(somebody.told).split() if word.startswith("otpauth:")))

    assert (address.netloc, address.path) == ("totp", "/Parse%20Dashboard:ann%20lee")
    assert {name: values[0] for name, values in parse_qs(address.query).items()} == {
        "secret": added["mfa"],
        "issuer": "Parse Dashboard",
        "algorithm": "SHA1",
        "digits": "6",
        "period": "30",
    }
    assert list(added) == ["mfa"]


def test_every_secret_is_another() -> None:
    assert entry([*PLAIN[:3], "y", *CODES])["mfa"] != entry([*PLAIN[:3], "y", *CODES])["mfa"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ([" "], "needs a name"),
        (["ann", "one", "two"], "two different passwords"),
        (["ann", "ä" * 37], "at most 72 bytes"),
        (["ann", "x", "x", "y", "", "MD5"], "must be one of SHA1"),
        (["ann", "x", "x", "y", "", "", "20"], "must be a number from 1 to 10"),
    ],
)
def test_an_answer_that_cannot_be_used_ends_it(given: list[str], reason: str) -> None:
    with pytest.raises(NoAnswerError, match=reason):
        users.make_user(Answers(*given).terminal)
