"""A server in the test's own process, on an empty database in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from types import TracebackType
from typing import Any, ClassVar, Self

from parsepy import app as assembly
from parsepy.adapters.clock import Clock
from parsepy.adapters.files.memory import MemoryFiles
from parsepy.adapters.mail.memory import MemoryMailer
from parsepy.api.gates import Door
from parsepy.client import actions_of
from parsepy.cloud.actions import acting
from parsepy.cloud.registry import Cloud
from parsepy.core.context import App, Context
from parsepy.model.mail import Mail
from parsepy.model.principal import ANYBODY, MASTER
from parsepy.settings import load
from parsepy.system import sessions
from parsepy.testing.client import Client
from parsepy.testing.clock import FakeClock
from parsepy.testing.people import User

OPTIONS: Mapping[str, Any] = {
    "appId": "test",
    "masterKey": "the-master-key",
    "readOnlyMasterKey": "the-read-only-key",
    "maintenanceKey": "the-maintenance-key",
    "serverURL": "http://127.0.0.1:1337/parse",
    "databaseURI": "memory://",
    "allowClientClassCreation": True,
    "emailAdapter": "memory",
}
"""What the server of a test has, unless the test says otherwise."""


FILE_OPTIONS = frozenset({"filesFolder", "filesAdapter"})
LEAST_COST = 4
"""Nothing is at stake: the least that bcrypt can."""


class TestServer:
    """A Parse Server with this cloud code (none by default), for as long as the block lasts.

    `options` are those of the server by their usual names, over `OPTIONS`; files stay in memory unless the options name a
    place for them. The clock stands still until the test moves it; give another one to have it otherwise.

        async with TestServer(cloud) as server:
            ann = await server.client.sign_up("ann")
    """

    __test__: ClassVar[bool] = False
    """pytest need not look for tests in here."""

    def __init__(
        self, cloud: Cloud | None = None, *, options: Mapping[str, Any] | None = None, clock: Clock | None = None
    ) -> None:
        self._cloud = cloud
        self._options = options or {}
        self._clock = clock or FakeClock()
        self._stack = AsyncExitStack()
        self._door: Door | None = None

    async def __aenter__(self) -> Self:
        """Open the app. Raises SettingsError for wrong options, LoadError for cloud code that cannot be loaded."""
        async with AsyncExitStack() as stack:
            settings = load(file={**OPTIONS, **self._options}).apps[0]
            # A folder would have to be removed at the end, and that waits for the disk.
            files = None if self._options.keys() & FILE_OPTIONS else MemoryFiles()
            running = assembly.running(settings, self._cloud, clock=self._clock, files=files)
            app = replace(await stack.enter_async_context(running), password_cost=LEAST_COST)
            self._door = assembly.door([app])
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        return await self._stack.__aexit__(kind, error, trace)

    @property
    def door(self) -> Door:
        """Where requests come in. Raises RuntimeError before the server was started."""
        if self._door is None:
            raise RuntimeError("the server is not running: use `async with TestServer() as server`")
        return self._door

    @property
    def app(self) -> App:
        """The app itself, with all that it works with."""
        return self.door.default.app

    @property
    def client(self) -> Client:
        """A client of nobody; `as_(user)` and `as_master()` make others of it."""
        return Client(self.door)

    @property
    def clock(self) -> FakeClock:
        """The clock of the server. Raises TypeError if the test gave it one of another kind."""
        if not isinstance(self._clock, FakeClock):
            raise TypeError("the server has a clock that cannot be moved")
        return self._clock

    @property
    def mail(self) -> deque[Mail]:
        """The mails that were sent, the oldest first. Raises TypeError if the test chose something else to send them."""
        if not isinstance(self.app.mailer, MemoryMailer):
            raise TypeError("the server does not keep the mails that it sends")
        return self.app.mailer.sent

    @asynccontextmanager
    async def acting(self, user: User | None = None, *, master: bool = False) -> AsyncIterator[None]:
        """Let objects and queries of the SDK reach the server in the block: as the user, as nobody, with the master key."""
        principal = MASTER if master else ANYBODY
        if user is not None:
            principal = await sessions.authenticate(self.app, user.token, None)
        with acting(actions_of(Context(self.app, principal, self.app.storage))):
            yield
