"""A limit on the time that a test may take, for what could wait for ever."""

import faulthandler
import functools
import subprocess
import sys
import threading

import pytest

SECONDS = 60


def time_limit(test):
    """Run a test in a thread, and let it fail where it does not end."""

    @functools.wraps(test)
    def limited(*args, **kwargs):
        errors = []

        def run():
            try:
                test(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - raised below
                errors.append(error)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(SECONDS)
        if thread.is_alive():
            faulthandler.dump_traceback()
            pytest.fail(f"still runs after {SECONDS} seconds")
        if errors:
            raise errors[0]

    return limited


def printed_by(program, *arguments):
    """Run a program in a process of its own; return what it prints."""
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", program, *arguments],
        check=False, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
