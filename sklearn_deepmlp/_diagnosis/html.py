"""Findings and checks as HTML, for notebooks; it needs neither style sheets nor scripts."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from sklearn_deepmlp._diagnosis.check import CheckResult
from sklearn_deepmlp._diagnosis.finding import Finding
from sklearn_deepmlp._tables import Table
from sklearn_deepmlp._text import text_html


def section_html(title: str, *parts: str) -> str:
    """Return parts, which are HTML already, under a title, which is text."""
    return f"<div><p><b>{escape(title)}</b></p>{''.join(parts)}</div>"


def finding_html(finding: Finding, addition: str = "") -> str:
    """Return a finding that shows its explanation on a click.

    Parameters
    ----------
    finding : Finding
        What was found.
    addition : str
        What follows its heading.
    """
    summary = f"<b>{escape(finding.heading + addition)}</b>: {escape(finding.evidence)}"
    return (
        f"<details><summary>{summary}<br>Remedy: {escape(finding.remedy)}</summary>"
        f"{text_html(finding.explanation)}</details>"
    )


def checks_html(checks: Sequence[CheckResult]) -> str:
    """Return a table of all checks, which is shown on a click."""
    rows = [(check.code, check.title, check.status, check.reason) for check in checks]
    table = Table(("code", "check", "status", "reason"), rows)
    return f"<details><summary>{len(checks)} checks</summary>{table.as_html()}</details>"
