"""A check: one kind of finding, and when it applies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sklearn_deepmlp._diagnosis.course import has_stalled
from sklearn_deepmlp._diagnosis.finding import Evidence, Finding, Remedy
from sklearn_deepmlp._estimators.fit_record import FitRecord

Status = Literal["found", "passed", "not applicable"]
Condition = Callable[[FitRecord], str | None]


@dataclass(frozen=True)
class Check:
    """One kind of finding.

    Attributes
    ----------
    code, title : str
        Its code and its name.
    explanation : str
        What happens in a network of which it is true.
    threshold : str
        When it is reported, in words, for the documentation.
    reason : str
        Where the threshold comes from: a source or a measurement.
    needs : tuple of callable FitRecord -> str or None
        Conditions, each of which returns why the check is not applicable, or None.
    find : callable FitRecord -> Evidence or None
        Returns the evidence for the finding, or None.
    remedy : callable FitRecord -> Remedy
        Returns what to do about it.
    only_if_stalled : bool
        Whether it is a finding only where training has stalled or diverged, because networks can
        learn well in spite of it.
    caused_by : tuple of str
        Codes of the findings that may be its cause. Where one is made, its remedy comes first.
    first_step : str
        What to do where it may be the cause of other findings.
    """

    code: str
    title: str
    explanation: str
    threshold: str
    reason: str
    needs: tuple[Condition, ...]
    find: Callable[[FitRecord], Evidence | None]
    remedy: Callable[[FitRecord], Remedy]
    only_if_stalled: bool = True
    caused_by: tuple[str, ...] = ()
    first_step: str = ""


@dataclass(frozen=True)
class CheckResult:
    """The outcome of a check.

    Attributes
    ----------
    code, title : str
        Those of the check.
    status : {"found", "passed", "not applicable"}
        "not applicable" means that nothing can be said, which is not the same as "passed".
    reason : str
        Why it is not applicable; else empty.
    """

    code: str
    title: str
    status: Status
    reason: str = ""


def run_check(check: Check, record: FitRecord) -> tuple[CheckResult, Finding | None]:
    """Return the outcome of a check, and its finding, if any.

    Parameters
    ----------
    check : Check
        What to look for.
    record : FitRecord
        The fit.
    """
    reasons = (condition(record) for condition in check.needs)
    reason = next((reason for reason in reasons if reason is not None), None)
    if reason is not None:
        return CheckResult(check.code, check.title, "not applicable", reason), None
    evidence = check.find(record) if not check.only_if_stalled or has_stalled(record) else None
    if evidence is None:
        return CheckResult(check.code, check.title, "passed"), None
    return CheckResult(check.code, check.title, "found"), _finding(check, record, evidence)


def _finding(check: Check, record: FitRecord, evidence: Evidence) -> Finding:
    remedy = check.remedy(record)
    return Finding(
        code=check.code,
        title=check.title,
        layer=evidence.layer,
        evidence=evidence.text,
        explanation=check.explanation,
        remedy=remedy.text,
        params=remedy.params,
    )
