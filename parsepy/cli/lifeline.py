"""A worker lives no longer than its supervisor."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

SET_SIGNAL = 1
"""PR_SET_PDEATHSIG: which signal a process gets when the thread that started it ends (prctl(2))."""


def end_with_supervisor() -> None:
    """Have the system end this process with the one that started it.

    A worker hears by itself that its supervisor is gone, and finishes what it does; but not while code in C holds the
    interpreter. Elsewhere than on Linux such a worker stays.
    """
    if sys.platform != "linux":
        return
    supervisor = os.getppid()
    if ctypes.CDLL(None, use_errno=True).prctl(SET_SIGNAL, signal.SIGKILL, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    if os.getppid() != supervisor:
        # It ended in between, and nobody tells any more.
        os.kill(os.getpid(), signal.SIGKILL)
