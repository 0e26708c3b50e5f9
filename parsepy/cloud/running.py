"""Running hooks: validator first, then the function, with every error turned into one that the client may see."""

from __future__ import annotations

import logging
from typing import Any

from parsepy.cloud import validate
from parsepy.cloud.actions import Actions, acting
from parsepy.cloud.calls import Calls
from parsepy.cloud.registry import Hook
from parsepy.cloud.requests import CloudRequest, FunctionRequest
from parsepy.errors import ErrorCode, ParseError

LOG = logging.getLogger(__name__)


async def run(
    hook: Hook, request: CloudRequest, *, calls: Calls, actions: Actions | None, roles: frozenset[str]
) -> Any:
    """What the hook returns; None also for a trigger that is skipped for the master key.

    Raises ParseError: the function's own, 142 from the validator, 141 with the message of any other exception.
    """
    with acting(actions):
        if hook.validator is not None:
            await _validate(hook, hook.validator, request, calls=calls, roles=roles)
            if hook.validator.skip_with_master_key and request.master and not isinstance(request, FunctionRequest):
                return None
        try:
            return await calls.call(hook.function, request)
        except ParseError:
            raise
        except (Exception, SystemExit) as exc:
            LOG.error("cloud code failed: %s", hook.location, exc_info=exc)
            empty = "Script failed." if isinstance(request, FunctionRequest) else "Script failed. Unknown error."
            raise ParseError(ErrorCode.SCRIPT_FAILED, str(exc) or empty) from exc


async def _validate(
    hook: Hook, validator: validate.Validator, request: CloudRequest, *, calls: Calls, roles: frozenset[str]
) -> None:
    try:
        await validate.check(validator, request, roles, calls.call)
    except ParseError:
        raise
    except (Exception, SystemExit) as exc:
        LOG.info("validator refused: %s", hook.location, exc_info=exc)
        raise ParseError(ErrorCode.VALIDATION_ERROR, str(exc) or "Validation failed.") from exc
