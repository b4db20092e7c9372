"""What the thread of a task does: run it, and wait at the rendezvous for the training of jobs."""

from __future__ import annotations

from functools import partial

from sklearn_deepmlp._estimators.fit_listeners import told_of_fits
from sklearn_deepmlp._estimators.fit_record import FitRecord
from sklearn_deepmlp._estimators.user_warnings import called_from
from sklearn_deepmlp._stack.job import Job, Result
from sklearn_deepmlp._together.meeting import Meeting
from sklearn_deepmlp._together.report import OTHER_THREAD
from sklearn_deepmlp._together.reporting import open_reports, reporting_to
from sklearn_deepmlp._together.tasks import Cancelled, Task, current_task, set_current_task
from sklearn_deepmlp._together.train_group import train_at_once
from sklearn_deepmlp._training.trainers import trained_by


def run_task(meeting: Meeting, task: Task) -> None:
    """Run a task in this thread, from its start to its end."""
    set_current_task(task)
    with (
        meeting.slots.taken(),
        reporting_to(task.call.reports),
        called_from(task.call.line),
        trained_by(partial(_train, meeting, task)),
        told_of_fits(partial(record_fit, task)),
    ):
        task.run()
        meeting.end(task)


def record_fit(task: Task, record: FitRecord) -> None:
    """Add a fit of a task to the records of its call, or of the nearest call around it."""
    holder: Task | None = task
    while holder is not None and holder.call.records is None:
        holder = holder.call.owner
    if holder is not None and holder.call.records is not None:
        holder.call.records.add(holder.index[-1], record)


def _train(meeting: Meeting, task: Task, job: Job) -> Result:
    """Wait at the rendezvous until the job of a task is trained."""
    if current_task() is not task:  # its context was copied to another thread or process
        return train_at_once(job, meeting.progress, open_reports(), OTHER_THREAD)
    waiting = meeting.gathering.waiting_job(task, job)
    with meeting.condition:
        if task.call.is_dead():
            raise Cancelled
        meeting.gathering.add(waiting)
        task.is_waiting_for_training = True
        meeting.recount(task)
    with meeting.slots.left():
        waiting.wait()
    return waiting.result()
