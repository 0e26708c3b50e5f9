"""A worker as its supervisor sees it, where the system gives it nothing."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from parsepy.adapters.pubsub.local import Relay
from parsepy.cli.worker import Worker
from parsepy.web.tally import Share, Tally


@contextmanager
def no_more_files() -> Iterator[None]:
    """Nothing further can be opened by this process while the block lasts."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


async def test_a_worker_for_which_there_are_no_sockets_has_failed() -> None:
    with closing(Tally.new(1)) as tally, socket.socket() as listener:
        worker = Worker(1, Relay(), Share(tally, 0))
        with pytest.raises(OSError, match="Too many open files"), no_more_files():
            await worker.start(["true"], listener, lambda *_: None, is_only=True, is_first=True)
        worker.fail("A worker cannot be started")

        assert not await worker.until_ready()
        assert worker.ended.is_set()
        assert (worker.error, worker.code) == ("A worker cannot be started\n", 1)
