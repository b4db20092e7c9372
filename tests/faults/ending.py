"""Programs that end while they fit; the name of the kind is the first argument."""

import atexit
import os
import signal
import sys
import threading
import time
import warnings

from fitted import ENDLESS, X, Y, make_net


def fit_endlessly():
    make_net(**ENDLESS).fit(X, Y)


def fit_in_a_daemon_thread_and_end():
    """Reach the end of the program while a thread fits."""
    threading.Thread(target=fit_endlessly, daemon=True).start()
    time.sleep(0.3)


def fit_until_terminated():
    threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGTERM]).start()
    fit_endlessly()


def fit_at_exit():
    """Fit when the interpreter ends, after joblib has ended its workers."""
    atexit.register(make_net().fit, X, Y)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    globals()[sys.argv[1]]()
