"""The real Parse Server and parsepy work on one database at the same time."""

from __future__ import annotations

import asyncio
import os
import re

import pytest

from tests.compat.mixed.book import Trouble
from tests.compat.mixed.run import mixed_load
from tests.compat.servers import Store

SECONDS = float(os.environ.get("PARSEPY_TEST_MIXED_SECONDS", "60"))
LEAST_WRITES = 500
INDEX_IS_OTHERWISE = re.compile("exists, cannot update|does not exist, cannot delete")


def is_usual(trouble: Trouble) -> bool:
    """What clients of two reference servers are told, too: each hears of the other's change of an index a moment later.

    Nothing else was seen with `python -m tests.compat.mixed.run --second reference`.
    """
    return trouble.doing == "index" and trouble.status == 400 and INDEX_IS_OTHERWISE.search(trouble.text) is not None


@pytest.mark.loss
@pytest.mark.slow
@pytest.mark.oracle
@pytest.mark.timeout(SECONDS + 180)
@pytest.mark.parametrize("store", ["postgres", "mongo"])
def test_nothing_is_lost_when_both_servers_write_to_one_database(store: Store, request: pytest.FixtureRequest) -> None:
    address = str(request.getfixturevalue(f"{store}_server"))

    outcome = asyncio.run(mixed_load(store, "parsepy", SECONDS, address))

    assert list(outcome.lost) == []
    assert list(outcome.unlike) == []
    assert [one for one in outcome.book.troubles if not is_usual(one)] == []
    assert outcome.book.done["create"] + outcome.book.done["update"] > LEAST_WRITES
