"""The reports that cover what is trained for a thread, and what is added to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from sklearn_deepmlp._together.report import Member, Separate, StackReport, TogetherReport

_REPORTS: ContextVar[tuple[TogetherReport, ...]] = ContextVar("reports", default=())


def open_reports() -> tuple[TogetherReport, ...]:
    """Return the reports that cover what is trained for this thread, the outermost first."""
    return _REPORTS.get()


@contextmanager
def reporting_to(reports: Iterable[TogetherReport]) -> Iterator[None]:
    """Have reports cover what is trained for this thread."""
    token = _REPORTS.set((*reports,))
    try:
        yield
    finally:
        _REPORTS.reset(token)


def report_separate(reports: Iterable[TogetherReport], separate: Separate) -> None:
    """Add a network that was trained separately to reports."""
    for report in reports:
        report.separate.append(separate)


def report_stack(stack: StackReport, reports: Sequence[Iterable[TogetherReport]]) -> None:
    """Add a stack to reports, of which those of each member are given."""
    members: dict[int, tuple[TogetherReport, list[Member]]] = {}
    for member, of_member in zip(stack.members, reports, strict=True):
        for report in of_member:
            members.setdefault(id(report), (report, []))[1].append(member)
    for report, own in members.values():
        n_others = len(stack.members) - len(own)
        report.stacks.append(replace(stack, members=own, n_others=n_others))
