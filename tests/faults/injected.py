"""Runs faults in this process, one after the other, and tells how each ends."""

import json
import sys
import traceback
from importlib import import_module

HELD = "held"


class ImpossibleHere(Exception):
    """Why a fault cannot be injected on this system."""


def outcome_of(fault):
    """Return HELD, why it cannot be injected here, or the traceback of what did not hold."""
    try:
        fault()
    except ImpossibleHere as reason:
        return str(reason)
    except BaseException:  # noqa: BLE001 - the other faults are injected all the same
        return traceback.format_exc()
    return HELD


def inject(module, *names):
    """Call functions of a module, each of which injects a fault; print their outcomes as JSON."""
    faults = vars(import_module(module))
    # Faults may close standard output, or print.
    outcomes = {name: outcome_of(faults[name]) for name in names}
    sys.__stdout__.write("\n" + json.dumps(outcomes))
    sys.__stdout__.flush()
