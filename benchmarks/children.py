"""Programs in new processes."""

from __future__ import annotations

import subprocess
import sys
from statistics import median


def run(program: str) -> str:
    """Run Python code in a new process and return what it prints.

    Parameters
    ----------
    program : str
        The code.
    """
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return done.stdout


def peak_bytes(program: str, n_runs: int) -> int:
    """Return the peak memory of a new process that runs Python code.

    Parameters
    ----------
    program : str
        The code.
    n_runs : int
        How many processes run it; the result is their median.
    """
    program += "\nfrom benchmarks.peak import peak_bytes\nprint(peak_bytes())"
    return round(median(int(run(program)) for _ in range(n_runs)))
