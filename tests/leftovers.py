"""What is left of work that has ended."""

import threading
import time

SECONDS = 10


def n_threads_left(expected=1):
    """Return the number of threads, as soon as it is the expected one, or after some seconds.

    Threads of pools and queues end a little later than what they work for.
    """
    end = time.monotonic() + SECONDS
    while threading.active_count() > expected and time.monotonic() < end:
        time.sleep(0.01)
    return threading.active_count()
