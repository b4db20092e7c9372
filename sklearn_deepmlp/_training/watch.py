"""What a caller learns about a training while it runs, and how it can end it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace


def do_nothing() -> None:
    """Do nothing at a step."""


def ignore(n_epochs: int) -> None:
    """Ignore the end of an epoch."""


@dataclass(frozen=True)
class Watch:
    """Functions that a training calls; an exception that one of them raises ends it.

    Attributes
    ----------
    at_step : callable
        Called at each step.
    at_epoch : callable
        Called at the end of each epoch with the number of epochs of single networks that are done
        since the last call. Those that are no longer needed, because a network has stopped early,
        are included, so that a network counts `Stopping.max_iter` epochs in the end. A negative
        number takes epochs back, of a training that has failed and is repeated.
    """

    at_step: Callable[[], None] = do_nothing
    at_epoch: Callable[[int], None] = ignore


UNWATCHED = Watch()


@contextmanager
def taken_back_on_error(watch: Watch) -> Iterator[Watch]:
    """Take the epochs of a training back if it raises an `Exception`.

    Yields
    ------
    Watch
        That of the training.
    """
    n_done = 0

    def at_epoch(n_epochs: int) -> None:
        nonlocal n_done
        n_done += n_epochs
        watch.at_epoch(n_epochs)

    try:
        yield replace(watch, at_epoch=at_epoch)
    except Exception:
        watch.at_epoch(-n_done)
        raise
