"""What cloud code does to the app: the engine behind `Query.find`, `ParseObject.save` and their like, without HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from parsepy.adapters.files.base import FilesError
from parsepy.adapters.storage.base import InvalidQueryError, Object, StorageError
from parsepy.cloud.actions import Actions, CallOptions, apart
from parsepy.cloud.codec import encode
from parsepy.core import aggregate as aggregating
from parsepy.core import calling, functions
from parsepy.core import delete as deleting
from parsepy.core import find as finding
from parsepy.core import save as saving
from parsepy.core.context import App, Context
from parsepy.core.transaction import is_inside, joined
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.aggregation import mapping
from parsepy.model.find_params import FindParams
from parsepy.model.pipeline import Pipeline
from parsepy.model.principal import ANYBODY, CLOUD_INSTALLATION, MASTER, Principal
from parsepy.system import accounts, files, jobs, mails, sessions
from parsepy.system import config as configuration
from parsepy.system.schedules.plan import SCHEDULE_CLASS

_AS_MASTER = CallOptions(use_master_key=True)


@dataclass(frozen=True, slots=True)
class CallActions:
    """The actions of one call: as its caller, in its transaction; a save's triggers see only the context it is given."""

    ctx: Context

    @property
    def accounts(self) -> CallAccounts:
        """Users and sessions, for this call."""
        return CallAccounts(self.ctx)

    @property
    def is_in_transaction(self) -> bool:
        """Whether the call takes part in one."""
        return is_inside(self.ctx)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Actions]:
        """The same actions in a transaction, or in that of the call."""
        with _told():
            async with joined(self.ctx) as inside:
                yield CallActions(inside)

    async def find(self, class_name: str, params: FindParams, options: CallOptions) -> list[Object]:
        """As a client's find, with the server's default and maximal limit."""
        return _rows(await self._find(class_name, params, options))

    async def find_with_count(
        self, class_name: str, params: FindParams, options: CallOptions
    ) -> tuple[list[Object], int]:
        """As a client's find that asks for the count; results that a trigger gave are all that there are."""
        found = await self._find(class_name, replace(params, count=True), options)
        return _rows(found), _total(found)

    async def explain(self, class_name: str, params: FindParams, options: CallOptions) -> Any:
        """As a client's find with `explain`."""
        return (await self._find(class_name, params, options)).plan

    async def _find(self, class_name: str, params: FindParams, options: CallOptions) -> finding.FindResult:
        settings = self.ctx.app.settings
        limit = settings.default_limit if params.limit is None else params.limit
        bounded = limit if settings.max_limit is None else min(limit, settings.max_limit)
        with _told():
            return await finding.find(await self._context(options), class_name, replace(params, limit=bounded))

    async def count(self, class_name: str, params: FindParams, options: CallOptions) -> int:
        """As a client's count."""
        with _told():
            found = await finding.find(await self._context(options), class_name, replace(params, limit=0, count=True))
        return _total(found)

    async def aggregate(self, class_name: str, stages: Sequence[Mapping[str, Any]], params: FindParams) -> list[Object]:
        """As a request with the master key, with the forms of names and values that the settings give."""
        defaults = self.ctx.app.settings.query
        asked = {"hint": params.hint, "comment": params.comment, "readPreference": params.read_preference}
        pipeline = Pipeline(
            mapping.stages_of(list(stages)),
            defaults.aggregation_raw_values,
            defaults.aggregation_raw_field_names,
            asked,
        )
        with _told():
            return await aggregating.aggregate(await self._context(_AS_MASTER), class_name, pipeline)

    async def distinct(self, class_name: str, path: str, where: Mapping[str, Any]) -> list[Any]:
        """As a request with the master key."""
        with _told():
            return await finding.distinct(await self._context(_AS_MASTER), class_name, path, dict(where))

    async def get(self, class_name: str, object_id: str, params: FindParams, options: CallOptions) -> Object:
        """As a client's read by id."""
        with _told():
            return await finding.get(await self._context(options), class_name, object_id, params)

    async def save(
        self, class_name: str, object_id: str | None, fields: Mapping[str, Any], options: CallOptions
    ) -> Object:
        """As a client's create or update; the answer always holds the objectId."""
        ctx = await self._context(options)
        with _told():
            if object_id is None:
                saved = await _created(ctx, class_name, fields)
            else:
                saved = await saving.update(ctx, class_name, object_id, fields)
        return _answer(saved)

    async def delete(self, class_name: str, object_id: str, options: CallOptions) -> None:
        """As a client's delete."""
        with _told():
            await deleting.delete(await self._context(options), class_name, object_id)

    async def run(self, name: str, params: Mapping[str, Any], options: CallOptions) -> Any:
        """As a client's call of a function."""
        return await functions.run_function(await self._context(options), name, encode(params))

    async def start_job(self, name: str, params: Mapping[str, Any]) -> str:
        """As a request with the master key. Raises ParseError 119 inside a transaction, which would hide the job's status."""
        if self.is_in_transaction:
            raise ParseError(ErrorCode.OPERATION_FORBIDDEN, "A job cannot be started inside a transaction.")
        with _told(), apart():
            return await jobs.start(await self._context(_AS_MASTER), name, encode(params))

    async def jobs(self) -> dict[str, list[str]]:
        """As a request with the master key."""
        schedules = await self.find(SCHEDULE_CLASS, FindParams(), _AS_MASTER)
        in_use = [row["jobName"] for row in schedules if "jobName" in row]
        return {"in_use": in_use, "jobs": list(self.ctx.app.cloud.job_names)}

    async def save_file(
        self, name: str, data: bytes, content_type: str | None, details: Mapping[str, Any], options: CallOptions
    ) -> dict[str, str]:
        """As a client's upload."""
        incoming = files.Incoming(name, content_type, files.once(data), details)
        return await files.store(await self._context(options), incoming)

    async def read_file(self, name: str, options: CallOptions) -> bytes:
        """As a client's download."""
        ctx = await self._context(options)
        files.check_downloader(ctx)
        try:
            found = await files.fetch(ctx, name)
            return b"".join([chunk async for chunk in found.chunks])
        except FilesError as exc:
            raise ParseError(ErrorCode.FILE_READ_ERROR, f"There is no file {name}.") from exc

    async def delete_file(self, name: str) -> None:
        """As a removal with the master key."""
        await files.remove(await self._context(_AS_MASTER), name)

    async def config(self, options: CallOptions) -> Object:
        """As a client's reading of the configuration."""
        with _told():
            params: Object = (await configuration.read(await self._context(options)))["params"]
            return params

    async def send_email(self, fields: Mapping[str, Any]) -> None:
        """By the app's mailer."""
        await mails.send(self.ctx.app, fields)

    async def save_config(self, params: Mapping[str, Any], master_key_only: Mapping[str, bool]) -> None:
        """As a change of the configuration with the master key."""
        with _told():
            given = {"params": params, "masterKeyOnly": master_key_only}
            await configuration.write(await self._context(_AS_MASTER), given)

    async def _context(self, options: CallOptions) -> Context:
        return await acting_as(self.ctx, options)


@dataclass(frozen=True, slots=True)
class CallAccounts:
    """Users and sessions of one call: who logs in is nobody before."""

    ctx: Context

    def caller(self) -> Object | None:
        """The user who called."""
        return calling.user_row(self.ctx)

    async def log_in(self, given: Mapping[str, Any], options: CallOptions) -> Object:
        """As a client's login."""
        with _told():
            return await accounts.log_in(self._nobody(options), given)

    async def log_in_with(self, auth_data: Mapping[str, Any], options: CallOptions) -> Object:
        """As a client's sign-up with nothing else."""
        with _told():
            return _answer(await _created(self._nobody(options), sessions.USER_CLASS, {"authData": auth_data}))

    async def log_in_as(self, user_id: str) -> Object:
        """As a request with the master key."""
        with _told():
            return await accounts.log_in_as(await acting_as(self.ctx, _AS_MASTER), user_id)

    async def verify_password(self, given: Mapping[str, Any], options: CallOptions) -> Object:
        """As a client's request."""
        with _told():
            return await accounts.verify_password(self._nobody(options), given)

    async def me(self, options: CallOptions) -> Object:
        """As a request of the session's owner."""
        with _told():
            return await accounts.me(await acting_as(self.ctx, options))

    async def session(self, options: CallOptions) -> Object:
        """As a request of the session's owner."""
        with _told():
            return await sessions.current(await acting_as(self.ctx, options))

    async def log_out(self, options: CallOptions) -> None:
        """As a request of the session's owner."""
        with _told():
            await accounts.log_out(await acting_as(self.ctx, options))

    def _nobody(self, options: CallOptions) -> Context:
        return _as(self.ctx, MASTER if options.use_master_key else ANYBODY, options)


async def acting_as(ctx: Context, options: CallOptions) -> Context:
    """The call with the rights that the options ask for; triggers see only the context that they give.

    Raises ParseError 209 for a session that has ended.
    """
    principal = ctx.principal
    if options.use_master_key:
        principal = MASTER
    elif options.session_token is not None:
        with _told():
            principal = await sessions.authenticate(_reading(ctx), options.session_token, CLOUD_INSTALLATION)
    return _as(ctx, principal, options)


def _as(ctx: Context, principal: Principal, options: CallOptions) -> Context:
    own = replace(principal, installation_id=CLOUD_INSTALLATION)
    return replace(ctx, principal=own, cloud_context=dict(options.context or {}))


def _reading(ctx: Context) -> App:
    """The app as a transaction may use it: prolonging a session would wait for the end of the transaction."""
    if not is_inside(ctx):
        return ctx.app
    return replace(ctx.app, settings=replace(ctx.app.settings, extend_session_on_use=False))


def actions_of(ctx: Context) -> Actions:
    """The actions of the call, for `App.actions`."""
    return CallActions(ctx)


@contextmanager
def _told() -> Iterator[None]:
    """Keep the database's own words from the user's code, which may pass them on to clients."""
    try:
        yield
    except InvalidQueryError as exc:
        raise ParseError(ErrorCode.INVALID_QUERY, str(exc)) from exc
    except StorageError as exc:
        detail = f"{type(exc).__name__}: {exc}"
        raise ParseError(ErrorCode.INTERNAL_SERVER_ERROR, "Internal server error.", detail=detail) from exc


async def _created(ctx: Context, class_name: str, fields: Mapping[str, Any]) -> saving.SaveResult:
    """A new object; a user with known authData is that user, logged in."""
    known = await accounts.log_in_with(ctx, fields) if class_name == sessions.USER_CLASS else None
    return known or await saving.create(ctx, class_name, fields)


def _answer(saved: saving.SaveResult) -> Object:
    answer = saved.answer if isinstance(saved.answer, Mapping) else {}
    return {**answer, "objectId": saved.object_id}


def _rows(found: finding.FindResult) -> list[Object]:
    """The results; those of another class than was asked for name it."""
    if found.class_name is None:
        return found.results
    return [{**row, "className": found.class_name} for row in found.results]


def _total(found: finding.FindResult) -> int:
    """How many objects match; results that a trigger gave are all that there are."""
    return len(found.results) if found.count is None else found.count
