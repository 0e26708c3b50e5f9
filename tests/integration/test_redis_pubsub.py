"""Messages between hosts over Redis: who hears them, how often, and what happens while Redis is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
import pytest

from parsepy.adapters.pubsub.memory import MemoryPubSub
from parsepy.adapters.pubsub.redis import GRACE_SECONDS, MOST_WAITING, START_SECONDS, RedisPubSub
from parsepy.adapters.redis_server import RedisServer, without_effect
from tests.faults.proxy import Proxy, proxied
from tests.redis_server import OwnRedis, own_redis
from tests.waiting import until

pytestmark = pytest.mark.slow
SAVED, REVOKED = "testafterSave", "test/revoked"


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[OwnRedis]:
    async with own_redis(tmp_path / "redis") as redis:
        yield redis


class Host:
    """One process with all that it hears; those with the same `near` are workers of one host."""

    def __init__(self, url: str, near: MemoryPubSub | None = None) -> None:
        self.heard: dict[str, list[bytes]] = {SAVED: [], REVOKED: []}
        server = RedisServer(url)
        self.pubsub = RedisPubSub(near or MemoryPubSub(), server, server, shared=[SAVED], prefix="test/")
        for channel, messages in self.heard.items():
            self.pubsub.subscribe(channel, messages.append)

    @property
    def numbers(self) -> list[int]:
        """What the saves it heard of said, in order."""
        return [orjson.loads(message)["n"] for message in self.heard[SAVED]]

    def save(self, number: int) -> None:
        self.pubsub.publish(SAVED, orjson.dumps({"n": number}))


@asynccontextmanager
async def host(url: str, near: MemoryPubSub | None = None) -> AsyncIterator[Host]:
    made = Host(url, near)
    await made.pubsub.open()
    try:
        yield made
    finally:
        await made.pubsub.close()


@asynccontextmanager
async def distant(redis: OwnRedis) -> AsyncIterator[tuple[Host, Proxy]]:
    """A host with a network between it and Redis that can fail."""
    async with proxied(redis.port) as proxy:
        async with host(f"redis://127.0.0.1:{proxy.port}") as made:
            yield made, proxy
        await until(lambda: proxy.connections == 0)


async def test_every_host_hears_each_message_once_and_in_order(redis: OwnRedis) -> None:
    async with host(redis.url) as here, host(redis.url) as there:
        for number in range(500):
            here.save(number)
        here.pubsub.publish(REVOKED, b"\x00\xff: anything")
        await until(lambda: bool(there.heard[REVOKED]))

        assert (here.numbers, there.numbers) == (list(range(500)), list(range(500)))
        assert (here.heard[REVOKED], there.heard[REVOKED]) == ([b"\x00\xff: anything"], [b"\x00\xff: anything"])


async def test_workers_of_one_host_are_not_told_twice(redis: OwnRedis) -> None:
    near = MemoryPubSub()
    async with host(redis.url, near) as one, host(redis.url, near) as two, host(redis.url) as there:
        for number in range(20):
            (one if number % 2 else two).save(number)
            one.pubsub.publish(REVOKED, b"%d" % number)
        await until(lambda: len(there.numbers) == 20 and len(there.heard[REVOKED]) == 20)
        there.save(99)
        await until(lambda: one.numbers[-1:] == two.numbers[-1:] == [99])

        assert (len(one.numbers), len(two.numbers), len(one.heard[REVOKED])) == (21, 21, 20)


async def test_a_channel_that_is_subscribed_late_is_heard(redis: OwnRedis) -> None:
    async with host(redis.url) as here, host(redis.url) as there:
        heard: list[bytes] = []
        there.pubsub.subscribe("test/late", heard.append)
        while not heard:
            here.pubsub.publish("test/late", b"x")
            await asyncio.sleep(0.01)

        assert set(heard) == {b"x"}


async def test_channels_of_the_host_do_not_leave_it(redis: OwnRedis) -> None:
    async with host(redis.url) as here, host(redis.url) as there:
        heard: list[bytes] = []
        for pubsub in (here.pubsub, there.pubsub):
            pubsub.subscribe("parsepy.log.ask", heard.append)
        here.pubsub.publish("parsepy.log.ask", b"x")
        here.save(1)
        await until(lambda: there.numbers == [1])

        assert heard == [b"x"]


async def test_what_is_published_while_redis_restarts_arrives_in_order(redis: OwnRedis) -> None:
    async with host(redis.url) as here, host(redis.url) as there:
        here.save(0)
        await until(lambda: there.numbers == [0])
        await redis.stop()
        for number in range(1, 50):
            here.save(number)
        near_at_once = here.numbers
        await asyncio.sleep(0.2)
        await redis.start()
        here.save(50)
        await until(lambda: there.numbers[-1:] == [50])

        assert near_at_once == list(range(50))
        assert there.numbers == list(range(51))


async def test_a_host_that_starts_without_redis_goes_on_and_joins_later(redis: OwnRedis) -> None:
    await redis.stop()
    began = asyncio.get_running_loop().time()
    async with host(redis.url) as here, host(redis.url) as there:
        took = asyncio.get_running_loop().time() - began
        here.save(1)
        assert here.numbers == [1]
        await redis.start()
        await until(lambda: there.numbers == [1])

        assert took < 2 * START_SECONDS + GRACE_SECONDS


async def test_what_waits_for_redis_is_bounded_and_the_oldest_gives_way(
    redis: OwnRedis, caplog: pytest.LogCaptureFixture
) -> None:
    size = 1 << 20
    async with host(redis.url) as here, host(redis.url) as there:
        await redis.stop()
        for number in range(20):
            here.pubsub.publish(SAVED, orjson.dumps({"n": number, "text": "x" * size}))
        await redis.start()
        await until(lambda: there.numbers[-1:] == [19])

        assert there.numbers == list(range(20 - len(there.numbers), 20))
        assert len(there.numbers) <= MOST_WAITING // size
        assert any("were lost" in record.message for record in caplog.records)


async def test_publishing_does_not_wait_for_a_redis_that_hangs(redis: OwnRedis) -> None:
    async with distant(redis) as (here, proxy), host(redis.url) as there:
        here.save(0)
        await until(lambda: there.numbers == [0])
        proxy.stall()
        here.save(1)
        await asyncio.wait_for(here.pubsub.settled(), 0.1)
        near = here.numbers
        proxy.resume()
        await until(lambda: there.numbers == [0, 1])

        assert near == [0, 1]


async def test_a_cut_connection_is_made_again(redis: OwnRedis) -> None:
    async with distant(redis) as (here, proxy), host(redis.url) as there:
        await proxy.cut()
        while 1 not in here.numbers:
            there.save(1)
            await asyncio.sleep(0.05)
        here.save(2)
        await until(lambda: 2 in there.numbers)

        assert (here.numbers.count(2), there.numbers.count(2)) == (1, 1)


async def test_what_others_write_to_its_channels_does_no_harm(
    redis: OwnRedis, caplog: pytest.LogCaptureFixture
) -> None:
    def picky(message: bytes) -> None:
        orjson.loads(message)

    async with host(redis.url) as here, RedisServer(redis.url).client() as stranger:
        here.pubsub.subscribe(REVOKED, picky)
        await stranger.publish("parsepy:" + REVOKED, b"no sender")
        await stranger.publish(SAVED, b'{"n":1}')
        await until(lambda: here.numbers == [1])

        assert any("was not understood" in record.message for record in caplog.records)


async def test_the_password_of_redis_is_used_and_not_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with own_redis(tmp_path / "guarded", password="hush") as redis:
        async with host(redis.url) as here, host(redis.url) as there:
            here.save(1)
            await until(lambda: there.numbers == [1])
        async with host(redis.url.replace("hush", "loud")):
            await until(lambda: bool(caplog.records))

    assert "WRONGPASS" in caplog.text or "invalid" in caplog.text
    assert "hush" not in caplog.text
    assert "loud" not in caplog.text


async def test_what_was_published_last_is_sent_before_the_end(redis: OwnRedis) -> None:
    async with host(redis.url) as there:
        async with host(redis.url) as here:
            here.save(1)
        await until(lambda: there.numbers == [1])

        assert here.numbers == [1]


def test_options_of_the_reference_client_are_understood() -> None:
    options = {"password": "p", "database": 3, "name": "me", "socket": {"tls": True, "connectTimeout": 250}}
    kwargs = RedisServer("redis://127.0.0.1:7000", options).client().connection_pool.connection_kwargs

    assert [kwargs[name] for name in ("host", "port", "password", "db", "client_name")] == [
        "127.0.0.1", 7000, "p", 3, "me",
    ]  # fmt: skip
    assert kwargs["socket_connect_timeout"] == 0.25
    assert without_effect({**options, "commandsQueueMaxLength": 1, "readonly": True}) == ["readonly"]
    assert without_effect({"socket": {"cert": "x", "reconnectStrategy": 5}}) == ["socket.cert"]
    assert RedisServer("redis://ann:secret@10.0.0.1:7000").name == "10.0.0.1:7000"
