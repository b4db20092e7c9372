"""What is left of work that has ended."""

import threading
import time

SECONDS = 10


def comes_true(condition):
    """Tell whether a condition holds, as soon as it does, or after some seconds."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def n_threads_left(expected=1):
    """Return the number of threads, as soon as it is the expected one, or after some seconds.

    Threads of pools and queues end a little later than what they work for.
    """
    comes_true(lambda: threading.active_count() <= expected)
    return threading.active_count()
