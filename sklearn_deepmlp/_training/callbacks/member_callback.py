"""The base class of callbacks for a stack."""

from __future__ import annotations

from skorch.callbacks import Callback

from sklearn_deepmlp._training.run import Run


class MemberCallback(Callback):
    """A callback that does something for each network of a stack.

    Parameters
    ----------
    run : Run
        The training.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
