"""The findings about a fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sklearn_deepmlp._diagnosis.check import CheckResult, run_check
from sklearn_deepmlp._diagnosis.checks import CHECKS, in_order
from sklearn_deepmlp._diagnosis.finding import Finding
from sklearn_deepmlp._diagnosis.html import checks_html, finding_html, section_html
from sklearn_deepmlp._diagnosis.text import counted_or_no
from sklearn_deepmlp._estimators.fit_record import FitRecord


@dataclass(frozen=True)
class Diagnosis:
    """The findings about a fit. It prints as text and shows as HTML in a notebook.

    Attributes
    ----------
    owner : str
        Name of the estimator's class.
    findings : tuple of Finding
        What was found, possible causes of other findings first, else in the order of the codes.
    checks : tuple of CheckResult
        The outcome of each check: "found", "passed" or "not applicable".
    """

    owner: str
    findings: tuple[Finding, ...]
    checks: tuple[CheckResult, ...]

    def __str__(self) -> str:
        return "\n\n".join([self._title(), *map(str, self.findings), _text_of(self.checks)])

    def _repr_html_(self) -> str:
        parts = [*map(finding_html, self.findings), checks_html(self.checks)]
        return section_html(self._title(), *parts)

    def _title(self) -> str:
        return f"{self.owner}: {counted_or_no(len(self.findings), 'finding')}"


def _text_of(checks: Sequence[CheckResult]) -> str:
    """Return which checks passed, and which are not applicable and why."""
    passed = [check.code for check in checks if check.status == "passed"]
    lines = [f"Passed: {', '.join(passed)}"] if passed else []
    lines += [f"Not applicable: {', '.join(codes)} ({reason})" for reason, codes in _why(checks)]
    return "\n".join(lines)


def _why(checks: Sequence[CheckResult]) -> Iterable[tuple[str, list[str]]]:
    codes: dict[str, list[str]] = {}
    for check in checks:
        if check.status == "not applicable":
            codes.setdefault(check.reason, []).append(check.code)
    return codes.items()


def diagnosis_of(record: FitRecord) -> Diagnosis:
    """Run all checks on a fit.

    Parameters
    ----------
    record : FitRecord
        What is known of it.
    """
    with np.errstate(all="ignore"):  # signals of networks that have diverged may not be finite
        results, findings = zip(*(run_check(check, record) for check in CHECKS), strict=True)
    found = in_order([finding for finding in findings if finding is not None])
    return Diagnosis(record.owner, found, results)
