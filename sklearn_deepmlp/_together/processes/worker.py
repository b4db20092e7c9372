"""What a worker does: it takes units of a group and trains them until none is left."""

from __future__ import annotations

import pickle
import signal
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple

from sklearn_deepmlp._compat.joblib import dumps
from sklearn_deepmlp._threads import limited_to
from sklearn_deepmlp._together.processes.arrays import forget_arrays
from sklearn_deepmlp._together.processes.board import Board
from sklearn_deepmlp._together.processes.folder import Folder
from sklearn_deepmlp._together.processes.recorded_warnings import (
    RecordedWarning,
    recorded_warnings,
)
from sklearn_deepmlp._together.units import Trained, train_unit
from sklearn_deepmlp._training.watch import Watch, taken_back_on_error


class Report(NamedTuple):
    """The outcome of a unit, and the warnings of its training."""

    trained: Trained
    warnings: list[RecordedWarning]


class _Stopped(BaseException):
    """Ends a training that is no longer wanted; not an `Exception`, which training handles."""


def work(path: str) -> dict[int, bytes]:
    """Train units of a group until none is left; what cannot be trained here is left out.

    Parameters
    ----------
    path : str
        The folder of the group.

    Returns
    -------
    dict of int to bytes
        The pickled `Report` of each unit.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that it works for handles it
    try:
        folder = Folder(path)
    except FileNotFoundError:  # the group has been trained before this process was ready
        return {}
    try:
        with limited_to(1):
            return dict(_reports(folder))
    except _Stopped:
        return {}
    finally:
        forget_arrays()


def _reports(folder: Folder) -> Iterator[tuple[int, bytes]]:
    for index in range(folder.board.n_units):
        parcel = folder.take_parcel(index)
        if parcel is not None:
            # It may not be possible to unpickle it here, or to pickle its outcomes.
            with suppress(Exception), taken_back_on_error(_watch(folder.board, index)) as watch:
                yield index, dumps(_train(parcel, folder.filters(), watch))


def _watch(board: Board, index: int) -> Watch:
    def at_step() -> None:
        if board.says_stop():
            raise _Stopped

    return Watch(at_step, partial(board.add_epochs, index))


def _train(parcel: bytes, filters: Sequence[Any], watch: Watch) -> Report:
    unit = pickle.loads(parcel)  # noqa: S301 - of the process that it works for
    with recorded_warnings(filters) as warnings:
        trained = train_unit(unit, watch)
    for outcome in trained.outcomes:
        if isinstance(outcome, Exception):  # pickle keeps notes, but no traceback
            outcome.add_note("".join(traceback.format_exception(outcome)))
    return Report(trained, warnings)
