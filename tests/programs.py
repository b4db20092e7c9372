"""Programs that run in a process of their own, on the package that the tests import."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECONDS = 100  # where other work takes most of the machine


def command_of(program, *arguments):
    """Return the command that runs a program."""
    return [sys.executable, "-X", "faulthandler", "-c", program, *arguments]


def environment():
    """Return environment variables by which a process imports what this one imports."""
    paths = [str(ROOT), str(ROOT / "tests"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


def printed_by(program, *arguments, cwd=None, seconds=SECONDS):
    """Run a program, and return what it prints."""
    done = subprocess.run(
        command_of(program, *arguments), check=False, capture_output=True, text=True,
        timeout=seconds, cwd=cwd, env=environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
