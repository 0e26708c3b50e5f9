"""Where a thread stands: the function of cloud code that it is in, for logs that name the author's line."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from traceback import FrameSummary
from types import FrameType

from parsepy.cloud import calls
from parsepy.cloud.hooks import short_path
from parsepy.cloud.loader import is_own_code


@dataclass(frozen=True)
class Standing:
    """A place in code (`file:line in function`), and the calls that lead from cloud code to there, one a line."""

    place: str
    stack: str


def standing(frame: FrameType) -> Standing:
    """Where the code of this frame stands: in cloud code if it comes from there, else in the innermost function."""
    frames = [*traceback.StackSummary.extract(traceback.walk_stack(frame))]
    frames.reverse()
    within = frames[_entry(frames) :]
    own = [one for one in within if is_own_code(one.filename)]
    where = (own or within)[-1]
    place = f"{short_path(where.filename)}:{where.lineno} in {where.name}"
    return Standing(place, "".join(traceback.format_list(within)).rstrip())


def _entry(frames: Sequence[FrameSummary]) -> int:
    """The first frame of cloud code: what the server called, or else what is in a file of the author."""
    called = [at for at, one in enumerate(frames) if one.filename == calls.__file__ and at + 1 < len(frames)]
    if called:
        return called[-1] + 1
    return next((at for at, one in enumerate(frames) if is_own_code(one.filename)), len(frames) - 1)
