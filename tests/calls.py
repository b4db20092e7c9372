"""Who calls whom among the files of the package, seen by Python's profiler."""

import dataclasses
import functools
import sys
import threading
from contextlib import contextmanager

from floors import MODULES, height

from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._training.watch import Watch

MODULE_OF = {str(path): module for module, path in MODULES.items()}
# What lower floors are given to call: parameters of these names, and the functions in a job or a
# watch.
HANDED_DOWN = {"at_step", "listener", "trainer"}


def code_of(function):
    """Return the code that a function, a method, a partial or a callable object runs."""
    while isinstance(function, functools.partial):
        function = function.func
    function = getattr(function, "__func__", function)
    return getattr(function, "__code__", None) or type(function).__call__.__code__


def handed_down(frame):
    """Yield by name the functions that a call hands down to be called."""
    for name in frame.f_code.co_varnames[: frame.f_code.co_argcount]:
        value = frame.f_locals.get(name)
        if isinstance(value, Job | Watch):
            functions = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
            yield from ((name, f) for name, f in functions.items() if callable(f))
        elif name in HANDED_DOWN:
            yield name, value


def caller_of(frame):
    """Return the module of the nearest caller that is a file of the package, None where none is."""
    frame = frame.f_back
    while frame is not None and frame.f_code.co_filename not in MODULE_OF:
        frame = frame.f_back
    return frame and MODULE_OF[frame.f_code.co_filename]


class Calls:
    """The calls of a run between files of the package, libraries in between left out.

    Attributes
    ----------
    upward : set of (str, str)
        Calls from a module to one of a higher floor, other than of what was handed down.
    called_back : set of str
        Names of what was handed down and called.
    path : list of str
        The modules in which the thread that made this was, one after another.
    """

    def __init__(self):
        self.upward, self.called_back, self.path = set(), set(), []
        self._names = {}
        self._thread = threading.get_ident()

    def __call__(self, frame, event, argument):
        module = MODULE_OF.get(frame.f_code.co_filename)
        if module is None or event not in {"call", "return"}:
            return
        caller = caller_of(frame)
        if event == "call":
            self._names |= {code_of(function): name for name, function in handed_down(frame)}
            if caller is not None and height(module) > height(caller):
                self._add_upward(caller, module, frame.f_code)
        if threading.get_ident() == self._thread:
            self.path.append(module if event == "call" else caller)

    def _add_upward(self, caller, module, code):
        if code in self._names:
            self.called_back.add(self._names[code])
        else:
            self.upward.add((caller, f"{module}.{code.co_qualname}"))


@contextmanager
def recorded_calls():
    """Record the calls of this thread and of those that it starts."""
    calls, before = Calls(), sys.getprofile()
    threading.setprofile(calls)
    sys.setprofile(calls)
    try:
        yield calls
    finally:
        sys.setprofile(before)
        threading.setprofile(None)
