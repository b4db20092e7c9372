"""When an estimator records signals, and how they become its attribute `signals_`."""

from __future__ import annotations

from dataclasses import replace

from sklearn_deepmlp._estimators.data_scale import data_scale
from sklearn_deepmlp._estimators.parameters import Parameters
from sklearn_deepmlp._stack.constant_loss import constant_loss
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.recording_schedule import RecordingSchedule
from sklearn_deepmlp._stack.signals import Signals

# Bytes of all arrays with record_signals="auto", as long as two records take no more.
MAX_BYTES = 64_000


def recording_of_fit(params: Parameters) -> RecordingSchedule | None:
    """Return after which epochs of a fit signals are recorded; None for none at all."""
    wanted = params["record_signals"]
    if wanted is False:
        return None
    return RecordingSchedule(None if wanted == "auto" else int(wanted))


def recording_of_call(params: Parameters, n_before: int) -> RecordingSchedule | None:
    """Return whether signals are recorded in a call of `partial_fit`; None if they are not.

    By default they are recorded in call 1, 2, 4, 8 and so on, so that most calls have no additional
    cost.

    Parameters
    ----------
    params : Parameters
        The parameters of the estimator.
    n_before : int
        Epochs trained before, of which each call is one.
    """
    schedule, call = recording_of_fit(params), n_before + 1
    if schedule is None:
        return None
    is_recorded = call.bit_count() == 1 if schedule.every is None else schedule.includes(call)
    return schedule if is_recorded or n_before == 0 else None


def joined_signals(job: Job, recorded: Signals | None, before: Signals | None) -> Signals | None:
    """Return all signals of a network.

    Parameters
    ----------
    job : Job
        The training.
    recorded : Signals or None
        What it has recorded.
    before : Signals or None
        What was recorded in the training that it resumes.
    """
    if recorded is None:
        return before
    signals = replace(
        recorded,
        epoch=recorded.epoch + job.start.epochs,
        constant_loss=constant_loss(job),
        data=data_scale(job),
    )
    if before is not None:
        # The first record is of the network that the earlier training has ended with.
        signals = signals.taken(slice(1, None)).after(before)
    is_bounded = job.recording is not None and job.recording.every is None
    return _bounded(signals) if is_bounded else signals


def _bounded(signals: Signals) -> Signals:
    """Leave out every other record between the first and the last until the rest are small."""
    while len(signals.epoch) > 2 and _n_bytes(signals) > MAX_BYTES:
        last = len(signals.epoch) - 1
        signals = signals.taken([*range(0, last, 2), last])
    return signals


def _n_bytes(signals: Signals) -> int:
    return signals.epoch.nbytes + sum(array.nbytes for array in signals.columns().values())
