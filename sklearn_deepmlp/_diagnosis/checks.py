"""All checks, in the order of their codes, and the order of findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sklearn_deepmlp._diagnosis import data, duration, gradients, learned, learning_rate, units
from sklearn_deepmlp._diagnosis.finding import Finding

CHECKS = tuple(
    sorted(
        (
            *gradients.CHECKS,
            *units.CHECKS,
            *learned.CHECKS,
            *learning_rate.CHECKS,
            *data.CHECKS,
            *duration.CHECKS,
        ),
        key=lambda check: check.code,
    )
)
_BY_CODE = {check.code: check for check in CHECKS}
_CAUSES = {code for check in CHECKS for code in check.caused_by}


def causes_first(codes: Iterable[str]) -> list[str]:
    """Return codes in the order of findings: those that may be causes of others first."""
    return sorted(codes, key=lambda code: (code not in _CAUSES, code))


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings about a fit, causes first, each of which is to be removed first.

    Parameters
    ----------
    findings : sequence of Finding
        All findings about the fit, each with its own remedy.
    """
    by_code = {finding.code: finding for finding in findings}
    return tuple(_after_its_cause(by_code[code], by_code) for code in causes_first(by_code))


def _after_its_cause(finding: Finding, found: Iterable[str]) -> Finding:
    cause = next((code for code in _BY_CODE[finding.code].caused_by if code in found), None)
    if cause is None:
        return finding
    remedy = f"{_BY_CODE[cause].first_step} first ({cause}), then diagnose again."
    return replace(finding, remedy=remedy, params={})
