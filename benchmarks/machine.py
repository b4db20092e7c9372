"""The machine and the versions that the figures of a run depend on."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

CPU_INFO = Path("/proc/cpuinfo")
PACKAGES = ("sklearn-deepmlp", "scikit-learn", "skorch", "torch", "numpy", "scipy")


def describe() -> dict[str, str | int]:
    """Return processor, cores, versions and date."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count() or 0,
        "threads_used": 1,
        "system": platform.system(),
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        "date": datetime.now(UTC).date().isoformat(),
    }


def _cpu_model() -> str:
    if CPU_INFO.exists():
        for line in CPU_INFO.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
