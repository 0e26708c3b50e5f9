"""The triggers around a change of the app's configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parsepy.cloud.config import Config
from parsepy.cloud.hooks import CONFIG_CLASS
from parsepy.cloud.registry import Trigger
from parsepy.cloud.requests import ConfigRequest
from parsepy.core import calling
from parsepy.core.context import Context

Params = Mapping[str, Any]


def observed(ctx: Context) -> bool:
    """Whether a change runs a trigger, so that the parameters before it are needed."""
    hook = ctx.app.hook
    return bool(hook(Trigger.BEFORE_SAVE, CONFIG_CLASS) or hook(Trigger.AFTER_SAVE, CONFIG_CLASS))


async def before_save(ctx: Context, given: Params, original: Params | None) -> None:
    """Run beforeSave on the parameters that are to be set. Raises ParseError when it refuses."""
    await _run(ctx, Trigger.BEFORE_SAVE, given, original)


async def after_save(ctx: Context, params: Params, original: Params | None) -> None:
    """Run afterSave on all parameters. Raises ParseError when it fails, though they are stored."""
    await _run(ctx, Trigger.AFTER_SAVE, params, original)


async def _run(ctx: Context, trigger: Trigger, params: Params, original: Params | None) -> None:
    hook = ctx.app.hook(trigger, CONFIG_CLASS)
    if hook is None:
        return
    before = None if original is None else Config.from_json(original)
    request = ConfigRequest(
        object=Config.from_json(params), original=before, trigger_name=trigger, **calling.caller(ctx)
    )
    await calling.run(ctx, hook, request)
