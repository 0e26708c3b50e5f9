"""Questions about users: who may log in, whose tokens hold, who is in which role, who may do what."""

from __future__ import annotations

from collections.abc import Iterator

from tests.compat.dropin.made import Made
from tests.compat.dropin.questions import Question, get


def about_sessions(made: Made) -> Iterator[Question]:
    """Who a token belongs to; a token that was logged out."""
    for key, person in made.people.items():
        for number, token in enumerate(person.tokens):
            yield get(f"me by token {number} of {key}", "users/me", token)
            yield get(f"session of token {number} of {key}", "sessions/me", token)
    # Somebody who cannot log in again: that would make another session.
    yield get("sessions of the anonymous user", "sessions", made.people["anonymous"].token, order="objectId")


def about_log_ins(made: Made) -> Iterator[Question]:
    """Passwords that are right, wrong, and given with the e-mail."""
    for key, person in made.people.items():
        if person.password:
            yield _log_in(f"log-in of {key}", person.username, person.password)
            yield _log_in(f"log-in of {key} with a wrong password", person.username, "wrong")
        if person.email:
            body = {"email": person.email, "password": person.password}
            yield Question(f"log-in of {key} by e-mail", "POST", "login", body=body, as_="client")


def about_users(made: Made) -> Iterator[Question]:
    """Users as others see them, with what only the maintenance key shows."""
    viewers = {"nobody": "client", "ann": made.people["ann"].token, "maintenance": "maintenance"}
    for key, person in made.people.items():
        for viewer, as_ in viewers.items():
            yield get(f"user {key} for {viewer}", f"classes/_User/{person.id}", as_)
    by_name = {"username": made.people["ann"].username}
    yield get("ann by name", "users", where=by_name)
    yield get("ann by name for a client", "users", "client", where=by_name)


def about_refusals(made: Made) -> Iterator[Question]:
    """What strangers and members may not do, and what they may: writes that change nothing that is asked about."""
    for base in (
        "Closed",
        "SignedIn",
        "ByRole",
        "ByInheritedRole",
        "ByUser",
        "ByPointer",
        "ByList",
        "ByUserFields",
        "Mixed",
    ):
        path = f"classes/{made.name(base)}"
        for who, as_ in {"nobody": "client", **{key: made.people[key].token for key in ("ann", "bob", "cat")}}.items():
            yield _attempt(f"{who} creates in {base}", "POST", path, as_)
            for key in ("ann", "bob"):
                there = f"{path}/{made.objects[f'{base}_{key}']['objectId']}"
                yield _attempt(f"{who} gets {key}'s of {base}", "GET", there, as_)
                yield _attempt(f"{who} updates {key}'s of {base}", "PUT", there, as_)
    for key in ("public", "readable", "annOnly", "annReadsBobWrites", "editors", "staff", "nobody", "writeOnly"):
        there = f"classes/{made.name('Guarded')}/{made.objects[f'acl_{key}']['objectId']}"
        for who, as_ in {"nobody": "client", **{key: made.people[key].token for key in ("ann", "bob", "cat")}}.items():
            yield _attempt(f"{who} updates the row {key}", "PUT", there, as_)


def _attempt(label: str, method: str, path: str, as_: str) -> Question:
    body = None if method == "GET" else {"label": "attempt"}
    return Question(label, method, path, body=body, as_=as_, told="outcome")


def _log_in(label: str, username: str, password: str) -> Question:
    return Question(label, "POST", "login", body={"username": username, "password": password}, as_="client")


def tokens(made: Made) -> Iterator[str]:
    """The session tokens that were given out when everything was written."""
    for person in made.people.values():
        yield from person.tokens
