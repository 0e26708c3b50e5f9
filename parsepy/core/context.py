"""The app with its ports, and the context that one call carries through the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from parsepy.adapters.clock import Clock
from parsepy.adapters.files.base import Files
from parsepy.adapters.limits.base import Limits
from parsepy.adapters.mail.base import Mailer
from parsepy.adapters.pubsub.base import PubSub
from parsepy.adapters.storage.base import Storage
from parsepy.adapters.webhooks.base import Webhooks
from parsepy.cloud.actions import Actions
from parsepy.cloud.hooks import Hook, Trigger
from parsepy.cloud.registry import Cloud
from parsepy.cloud.remote import RemoteHooks
from parsepy.core.background import Background
from parsepy.core.live.interest import Interest
from parsepy.core.rules import ClassRules
from parsepy.core.schemas import SchemaRegistry
from parsepy.model.principal import MASTER, Principal
from parsepy.model.record import record
from parsepy.settings import Settings

NO_RULES = ClassRules()


@dataclass(frozen=True, slots=True)
class App:
    """One Parse app: its settings and the ports it works with. Several may live in one process.

    `clock` tells the time, `new_id` makes random ids of a given length; both are replaced in tests.
    `caches` holds what modules remember between calls, by name; each owner bounds and empties its own.
    `remote` holds the functions and triggers that another server runs, in place of cloud code's, and `webhooks` reaches it.
    `background` runs what outlives its request, and ends with the app.
    `limits` counts requests. Without a `mailer` no mail can be sent, without `live` no change is published.
    `actions` gives cloud code its way back into the engine (`client.actions_of`); without it cloud code has none.
    `password_cost` is the work, as a power of two, that a hash of a password takes; only tests have less.
    """

    settings: Settings
    storage: Storage
    files: Files
    pubsub: PubSub
    webhooks: Webhooks
    limits: Limits
    cloud: Cloud
    schemas: SchemaRegistry
    rules: Mapping[str, ClassRules]
    clock: Clock
    new_id: Callable[[int], str]
    caches: Mapping[str, Any] = field(default_factory=dict)
    actions: Callable[[Context], Actions] | None = None
    background: Background = field(default_factory=Background)
    remote: RemoteHooks = field(default_factory=RemoteHooks)
    mailer: Mailer | None = None
    live: Interest | None = None
    password_cost: int = 10

    def now(self) -> datetime:
        """The time, in UTC and aware of it."""
        return self.clock.now()

    def function(self, name: str) -> Hook | None:
        """What runs when a client calls a function of that name."""
        return self.remote.functions.get(name) or self.cloud.function(name)

    def hook(self, trigger: Trigger, class_name: str) -> Hook | None:
        """What runs for the trigger of the class."""
        return self.remote.triggers.get((trigger, class_name)) or self.cloud.hook(trigger, class_name)

    def rules_of(self, class_name: str) -> ClassRules:
        """What the built-in class adds; nothing for an ordinary one."""
        return self.rules.get(class_name, NO_RULES)


@record(frozen=True, slots=True)
class Call:
    """What came with the request: who is reachable where. `server_url` is what URLs in answers begin with."""

    request_id: str = ""
    ip: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    server_url: str = ""


@record(frozen=True, slots=True)
class Context:
    """One call under way. `storage` is the app's, or the transaction that the call takes part in.

    `cloud_context` is the dict that triggers of this call share (`request.context`).
    """

    app: App
    principal: Principal
    storage: Storage
    call: Call = Call()
    cloud_context: dict[str, Any] = field(default_factory=dict)

    def as_master(self) -> Context:
        """The same call with the rights of the server itself."""
        return replace(self, principal=replace(MASTER, installation_id=self.principal.installation_id))
