"""Recorders of steps that run on a CPU."""

from contextlib import nullcontext

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from sklearn_deepmlp._training.step_mode import StepMode


class Tape(TorchDispatchMode):
    """Notes the kernels of a step with their tensors, and runs them again.

    As a GPU does with what it has recorded, it runs the same kernels on the same tensors, whatever
    the Python code around them would do by then.
    """

    def __init__(self):
        super().__init__()
        self.kernels = []

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        if not is_view(function):
            self.kernels.append((function, args, kwargs or {}, out))
        return out

    def run(self):
        for function, args, kwargs, before in self.kernels:
            out = function(*args, **kwargs)
            for old, new in zip(tensors_in(before), tensors_in(out), strict=True):
                old.copy_(new)


class Tapes:
    """Records steps on tapes.

    Parameters
    ----------
    device : torch.device
        That of the training.
    """

    least_steps = 1

    def __init__(self, device):
        self.device = device
        self.n_warm_ups, self.n_repeated, self.tapes, self.n_closed = 0, 0, [], 0

    def warm_up(self):
        self.n_warm_ups += 1
        return nullcontext()

    def record(self, step):
        tape = Tape()
        with tape:
            step()
        self.tapes.append(tape)
        is_made = True

        def repeat():
            nonlocal is_made
            if not is_made:
                tape.run()
                self.n_repeated += 1
            is_made = False

        return repeat

    def close(self):
        self.n_closed += 1


class Unable(Tapes):
    """Cannot record any step, which it finds out after a part of it."""

    def record(self, step):
        raise RuntimeError("operation not permitted\nhelp on the next line")


class Demanding(Tapes):
    """Wants more steps than there are."""

    least_steps = 1_000_000


def recording_mode(kind):
    """Return a mode with recorders of a kind, and the list to which it adds them."""
    recorders = []

    def make_recorder(device):
        recorders.append(kind(device))
        return recorders[-1]

    return StepMode(in_tables=True, make_recorder=make_recorder), recorders


def is_view(function):
    """Tell whether what a kernel returns shares the memory of an argument that it leaves as is."""
    returned = [value.alias_info for value in function._schema.returns]
    return any(info is not None and not info.is_write for info in returned)


def tensors_in(value):
    """Yield the tensors of nested lists and tuples."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from tensors_in(item)
