"""What cloud code does to the app: the engine behind `Query.find`, `ParseObject.save` and their like, without HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from parsepy.adapters.files.base import FilesError
from parsepy.adapters.storage.base import Object, StorageError
from parsepy.cloud.actions import Actions, CallOptions
from parsepy.cloud.codec import encode
from parsepy.core import aggregate as aggregating
from parsepy.core import delete as deleting
from parsepy.core import find as finding
from parsepy.core import functions
from parsepy.core import save as saving
from parsepy.core.context import Context
from parsepy.errors import ErrorCode, ParseError
from parsepy.model.aggregation import mapping
from parsepy.model.find_params import FindParams
from parsepy.model.pipeline import Pipeline
from parsepy.model.principal import CLOUD_INSTALLATION
from parsepy.system import config as configuration
from parsepy.system import files

_AS_MASTER = CallOptions(use_master_key=True)


@dataclass(frozen=True, slots=True)
class CallActions:
    """The actions of one call: as its caller, in its transaction; a save's triggers see only the context it is given."""

    ctx: Context

    async def find(self, class_name: str, params: FindParams, options: CallOptions) -> list[Object]:
        """As a client's find, with the server's default and maximal limit."""
        settings = self.ctx.app.settings
        limit = settings.default_limit if params.limit is None else params.limit
        bounded = limit if settings.max_limit is None else min(limit, settings.max_limit)
        with _told():
            found = await finding.find(self._context(options), class_name, replace(params, limit=bounded))
        return found.results

    async def count(self, class_name: str, params: FindParams, options: CallOptions) -> int:
        """As a client's count."""
        with _told():
            found = await finding.find(self._context(options), class_name, replace(params, limit=0, count=True))
        return len(found.results) if found.count is None else found.count

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
            return await aggregating.aggregate(self._context(_AS_MASTER), class_name, pipeline)

    async def distinct(self, class_name: str, path: str, where: Mapping[str, Any]) -> list[Any]:
        """As a request with the master key."""
        with _told():
            return await finding.distinct(self._context(_AS_MASTER), class_name, path, dict(where))

    async def get(self, class_name: str, object_id: str, params: FindParams, options: CallOptions) -> Object:
        """As a client's read by id."""
        with _told():
            return await finding.get(self._context(options), class_name, object_id, params)

    async def save(
        self, class_name: str, object_id: str | None, fields: Mapping[str, Any], options: CallOptions
    ) -> Object:
        """As a client's create or update; the answer always holds the objectId."""
        ctx = self._context(options)
        with _told():
            if object_id is None:
                saved = await saving.create(ctx, class_name, fields)
            else:
                saved = await saving.update(ctx, class_name, object_id, fields)
        answer = saved.answer if isinstance(saved.answer, Mapping) else {}
        return {**answer, "objectId": saved.object_id}

    async def delete(self, class_name: str, object_id: str, options: CallOptions) -> None:
        """As a client's delete."""
        with _told():
            await deleting.delete(self._context(options), class_name, object_id)

    async def run(self, name: str, params: Mapping[str, Any], options: CallOptions) -> Any:
        """As a client's call of a function."""
        return await functions.run_function(self._context(options), name, encode(params))

    async def save_file(
        self, name: str, data: bytes, content_type: str | None, details: Mapping[str, Any], options: CallOptions
    ) -> dict[str, str]:
        """As a client's upload."""
        incoming = files.Incoming(name, content_type, files.once(data), details)
        return await files.store(self._context(options), incoming)

    async def read_file(self, name: str, options: CallOptions) -> bytes:
        """As a client's download."""
        ctx = self._context(options)
        files.check_downloader(ctx)
        try:
            found = await files.fetch(ctx, name)
            return b"".join([chunk async for chunk in found.chunks])
        except FilesError as exc:
            raise ParseError(ErrorCode.FILE_READ_ERROR, f"There is no file {name}.") from exc

    async def delete_file(self, name: str) -> None:
        """As a removal with the master key."""
        await files.remove(self._context(CallOptions(use_master_key=True)), name)

    async def config(self, options: CallOptions) -> Object:
        """As a client's reading of the configuration."""
        with _told():
            params: Object = (await configuration.read(self._context(options)))["params"]
            return params

    async def save_config(self, params: Mapping[str, Any], master_key_only: Mapping[str, bool]) -> None:
        """As a change of the configuration with the master key."""
        with _told():
            given = {"params": params, "masterKeyOnly": master_key_only}
            await configuration.write(self._context(CallOptions(use_master_key=True)), given)

    def _context(self, options: CallOptions) -> Context:
        ctx = self.ctx.as_master() if options.use_master_key else self.ctx
        principal = replace(ctx.principal, installation_id=CLOUD_INSTALLATION)
        return replace(ctx, principal=principal, cloud_context=dict(options.context or {}))


def actions_of(ctx: Context) -> Actions:
    """The actions of the call, for `App.actions`."""
    return CallActions(ctx)


@contextmanager
def _told() -> Iterator[None]:
    """Keep the database's own words from the user's code, which may pass them on to clients."""
    try:
        yield
    except StorageError as exc:
        detail = f"{type(exc).__name__}: {exc}"
        raise ParseError(ErrorCode.INTERNAL_SERVER_ERROR, "Internal server error.", detail=detail) from exc
