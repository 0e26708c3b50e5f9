"""Running hooks: validator first, then the function, with every error turned into one that the client may see."""

from __future__ import annotations

import logging
from typing import Any

from parsepy.cloud import validate
from parsepy.cloud.actions import Actions, acting
from parsepy.cloud.calls import Calls
from parsepy.cloud.registry import Hook
from parsepy.cloud.requests import CloudRequest, FunctionRequest, JobRequest
from parsepy.cloud.time_limit import LateError, within
from parsepy.errors import ErrorCode, ParseError, new_error_id

LOG = logging.getLogger(__name__)

EMPTY = "Script failed."


async def run(
    hook: Hook,
    request: CloudRequest,
    *,
    calls: Calls,
    actions: Actions | None,
    roles: frozenset[str],
    failure: ErrorCode = ErrorCode.SCRIPT_FAILED,
) -> Any:
    """What the hook returns; None also for a trigger that is skipped for the master key.

    Raises ParseError: the function's own, 124 if it takes too long, 142 from the validator, `failure` with the message of
    any other exception.
    """
    with acting(actions):
        if hook.validator is not None:
            await _validate(hook, hook.validator, request, calls=calls, roles=roles)
            if hook.validator.skip_with_master_key and request.master and not isinstance(request, FunctionRequest):
                return None
        try:
            seconds = None if isinstance(request, JobRequest) else calls.seconds
            return await within(seconds, calls.call(hook.function, request))
        except ParseError:
            raise
        except LateError as exc:
            raise late(hook, calls.seconds, "cloud code was given up after") from exc
        except (Exception, SystemExit) as exc:
            empty = EMPTY if isinstance(request, FunctionRequest) else f"{EMPTY} Unknown error."
            raise failed(hook, exc, failure, empty=empty) from exc


def late(hook: Hook, seconds: float, what: str) -> ParseError:
    """What a client is told of a call that takes too long; the log has `what` happened under the id of the answer."""
    error_id = new_error_id()
    LOG.error("error %s: %s %g seconds: %s", error_id, what, seconds, hook.location)
    return ParseError(ErrorCode.TIMEOUT, f"The script took more than {seconds:g} seconds.", error_id=error_id)


def failed(
    hook: Hook, exc: BaseException, failure: ErrorCode = ErrorCode.SCRIPT_FAILED, *, empty: str = EMPTY
) -> ParseError:
    """What a client is told of an exception, `empty` if it says nothing; the log has it under the id of the answer."""
    error_id = new_error_id()
    LOG.error("error %s: cloud code failed: %s", error_id, hook.location, exc_info=exc)
    return ParseError(failure, str(exc) or empty, error_id=error_id)


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
