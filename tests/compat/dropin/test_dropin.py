"""parsepy opens a database of the real Parse Server and works on it, and the real one goes on with it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from tests.compat.dropin.better import better_on, judged
from tests.compat.dropin.flow import Home, Told, back, there
from tests.compat.dropin.questions import unlike
from tests.compat.processes import temporary_folder
from tests.compat.servers import Store, fresh_database

LEAST_QUESTIONS = 1_000


async def there_and_back(store: Store, address: str) -> tuple[Told, Told]:
    with temporary_folder() as folder:
        async with fresh_database(store, address) as uri:
            home = Home(store, uri, folder)
            first, made = await there(home)
            return first, await back(home, made)


@pytest.mark.slow
@pytest.mark.oracle
@pytest.mark.parametrize("store", ["postgres", "mongo"])
def test_each_server_answers_the_same_on_what_the_other_one_wrote(store: Store, request: pytest.FixtureRequest) -> None:
    address = str(request.getfixturevalue(f"{store}_server"))

    first, second = asyncio.run(there_and_back(store, address))

    there = judged(unlike(first.reference, first.parsepy), better_on(store))
    back_again = judged(unlike(second.reference, second.parsepy), better_on(store))
    assert not there.unexplained, "parsepy on the reference's database:\n" + lines(there.unexplained)
    assert not back_again.unexplained, "the reference on parsepy's rows:\n" + lines(back_again.unexplained)
    assert not set(there.needless) & set(back_again.needless), "better.toml: these rows cover no difference any more"
    assert len(first.parsepy) > LEAST_QUESTIONS


def lines(found: Iterable[object]) -> str:
    return "\n".join(map(str, found))
