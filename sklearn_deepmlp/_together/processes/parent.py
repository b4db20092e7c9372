"""Workers end with the process that they work for."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from time import sleep

_SECONDS = 0.5  # between two checks


def end_with_parent() -> None:
    """Have this process end soon after its parent has, busy or idle.

    joblib's workers would wait for their next task for minutes.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.pid,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        sleep(_SECONDS)
    signal.raise_signal(signal.SIGTERM)
