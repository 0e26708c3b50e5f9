"""The one list of options that this version reads and checks but does not act on, each with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parsepy.settings.adapters import Adapter
from parsepy.settings.database_options import NODE_DRIVER_ONLY
from parsepy.settings.mistakes import Notice
from parsepy.settings.options import Options, options_of
from parsepy.settings.settings import Settings

_MAILS = "mails are not sent yet"
_NODE_DRIVER = "only the MongoDB driver of Node knows it"
_GRAPHQL = "GraphQL is not served yet"
_SOCKETS = "sockets are served by the server itself"
_OF_THE_APP = "a server of live queries has that of its app"
_PUSH = "push messages are not sent yet"
_PROVIDERS = "only anonymous sign-in is there yet"
_EXPRESS = "there is no Express app here"
_PAGES = "the pages for password resets and verification are not served yet"
_SCHEMAS = "declared classes are not created yet"


@dataclass(frozen=True)
class NotYet:
    """An option (dotted wire name; a group means all in it) without effect, and why.

    `loud`: whoever sets it believes to be protected and is not. `means`: the value that describes what happens
    anyway, so that setting it needs no warning; the default never does either.
    """

    option: str
    reason: str
    loud: bool = False
    means: object = None


NOT_YET: tuple[NotYet, ...] = (
    NotYet("accountLockout", "accounts are not locked after failed log-ins yet", loud=True),
    NotYet("passwordPolicy", "passwords are not checked yet and do not expire", loud=True),
    NotYet("rateLimit.redisUrl", "Redis is not spoken yet; every process counts by itself"),
    NotYet("preventLoginWithUnverifiedEmail", "everybody with the right password is let in; " + _MAILS, loud=True),
    NotYet("preventSignupWithUnverifiedEmail", "sign-up opens a session at once; " + _MAILS, loud=True),
    NotYet("encryptionKey", "files lie on the disk as they are; Parse Server ignores this option too", loud=True),
    NotYet("middleware", _EXPRESS + ": what the middleware checks is not checked", loud=True),
    NotYet("requestContextMiddleware", _EXPRESS + ": what the middleware sets is not set", loud=True),
    NotYet("enableExpressErrorHandler", _EXPRESS),
    NotYet("serverCloseComplete", "a function of Node cannot be called here"),
    NotYet("verifyUserEmails", _MAILS),
    NotYet("sendUserEmailVerification", _MAILS),
    NotYet("emailAdapter", "mails of cloud code go to the log (`console`) or stay in memory (`memory`) only"),
    NotYet("emailVerifySuccessOnInvalidEmail", _MAILS),
    NotYet("emailVerifyTokenReuseIfValid", _MAILS),
    NotYet("emailVerifyTokenValidityDuration", _MAILS),
    NotYet("appName", "it is shown in mails and on pages only; " + _MAILS),
    NotYet("auth", _PROVIDERS),
    NotYet("allowExpiredAuthDataToken", _PROVIDERS + ", which has no tokens that expire"),
    NotYet("enableInsecureAuthAdapters", _PROVIDERS),
    NotYet("masterKeyTtl", "only a master key made by a function is renewed, and settings hold texts"),
    NotYet("directAccess", "cloud code always reaches the data directly", means=True),
    NotYet("cacheAdapter", "Redis is not spoken yet; every process keeps its own cache"),
    *(NotYet(f"databaseOptions.{name}", _NODE_DRIVER) for name in sorted(NODE_DRIVER_ONLY)),
    NotYet("databaseOptions.createIndexAuthDataUniqueness", _PROVIDERS + "; its ids are always unique"),
    NotYet("databaseOptions.createIndexUserEmailVerifyToken", _MAILS),
    NotYet("databaseOptions.createIndexUserPasswordResetToken", _MAILS),
    NotYet("schema.definitions", _SCHEMAS),
    NotYet("schema.deleteExtraFields", _SCHEMAS),
    NotYet("schema.keepUnknownIndexes", _SCHEMAS),
    NotYet("schema.recreateModifiedFields", _SCHEMAS),
    NotYet("schema.strict", _SCHEMAS),
    NotYet("schema.beforeMigration", _SCHEMAS),
    NotYet("schema.afterMigration", _SCHEMAS),
    NotYet("idempotencyOptions", "repeated requests are carried out again"),
    NotYet("installation", "installations with the same device token are left alone"),
    NotYet("push", _PUSH),
    NotYet("scheduledPush", _PUSH),
    NotYet("analyticsAdapter", "analytics events are accepted and dropped"),
    NotYet("enableProductPurchaseLegacyApi", "the deprecated `/validate_purchase` is not served", means=False),
    NotYet("liveQuery.regexTimeout", "patterns run in linear time, and where that cannot be in 50 ms"),
    NotYet("liveQuery.wssAdapter", _SOCKETS),
    NotYet("liveQueryServerOptions.wssAdapter", _SOCKETS),
    NotYet("liveQueryServerOptions.appId", _OF_THE_APP),
    NotYet("liveQueryServerOptions.masterKey", _OF_THE_APP),
    NotYet("liveQueryServerOptions.logLevel", _OF_THE_APP),
    NotYet("pages", _PAGES),
    NotYet("customPages", _PAGES),
    NotYet("mountGraphQL", _GRAPHQL),
    NotYet("graphQLPath", _GRAPHQL),
    NotYet("graphQLPublicIntrospection", _GRAPHQL),
    NotYet("graphQLSchema", _GRAPHQL),
    NotYet("mountPlayground", _GRAPHQL),
    NotYet("playgroundPath", _GRAPHQL),
    NotYet("requestComplexity.graphQLDepth", _GRAPHQL),
    NotYet("requestComplexity.graphQLFields", _GRAPHQL),
)


def notices(settings: Settings, sources: Mapping[str, str]) -> Iterator[Notice]:
    """A notice for each of these options that was given and asks for something else than what happens."""
    for entry in NOT_YET:
        source = given_by(entry.option, sources)
        if source and not _is_content(entry, settings):
            yield Notice(entry.option, f"has no effect in this version: {entry.reason} ({source}).", entry.loud)


def given_by(option: str, sources: Mapping[str, str]) -> str:
    """Where the option, something in it, or else the object around it was given; empty if nowhere."""
    if option in sources:
        return sources[option]
    inner = (source for name, source in sources.items() if name.startswith((f"{option}.", f"{option}[")))
    outer = option.rpartition(".")[0]
    return next(inner, "") or (given_by(outer, sources) if outer else "")


def _is_content(entry: NotYet, settings: Settings) -> bool:
    """Whether the value asks for nothing but what happens anyway."""
    match value_at(settings, entry.option):
        case Adapter(ready=True):
            return True
        case dict() as providers if entry.option == "auth":
            return providers.keys() <= {"anonymous"}
        case value:
            return value == _default(settings, entry.option) or (entry.means is not None and value == entry.means)


def _default(settings: Settings, option: str) -> Any:
    """The option's value where only the object around it is given."""
    outer, _, name = option.rpartition(".")
    around = value_at(settings, outer) if outer else settings
    return value_at(type(around)(), name) if isinstance(around, Options) else None


def value_at(settings: Any, option: str) -> Any:
    """The value of a dotted wire name such as `databaseOptions.maxTimeMS`; the first that is set in a list of objects."""
    value = settings
    for wire in option.split("."):
        if value is None:
            return None
        if isinstance(value, tuple):
            return next((found for entry in value if (found := value_at(entry, wire)) is not None), None)
        names = {found.wire: found.name for found in options_of(type(value))}
        value = getattr(value, names[wire])
    return value
