"""Programs that run in a process of their own."""

import subprocess
import sys

SECONDS = 60


def printed_by(program, *arguments):
    """Run a program, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", program, *arguments],
        check=False, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
