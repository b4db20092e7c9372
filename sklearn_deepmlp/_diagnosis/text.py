"""Findings and checks as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from sklearn_deepmlp._diagnosis.check import CheckResult
from sklearn_deepmlp._diagnosis.finding import Finding

_WIDTH = 88


def counted(n: int, what: str) -> str:
    """Return, for example, "no findings", "1 finding" or "2 findings"."""
    return f"{n or 'no'} {what}{'' if n == 1 else 's'}"


def heading(finding: Finding) -> str:
    """Return the code, title and layer of a finding."""
    where = "" if finding.layer is None else f", layer {finding.layer}"
    return f"{finding.code} {finding.title}{where}"


def finding_text(finding: Finding) -> str:
    """Return all that is known of a finding."""
    return _paragraph(heading(finding), finding.evidence, finding.explanation, _remedy(finding))


def short_text(finding: Finding, addition: str) -> str:
    """Return a finding without explanation, and with what follows its heading."""
    return _paragraph(heading(finding) + addition, finding.evidence, _remedy(finding))


def _remedy(finding: Finding) -> str:
    return f"Remedy: {finding.remedy}"


def _paragraph(first: str, *others: str) -> str:
    return "\n".join([first, *map(indented, others)])


def indented(text: str) -> str:
    """Return a text in indented lines."""
    return textwrap.fill(
        text,
        width=_WIDTH,
        initial_indent="  ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def checks_text(checks: Sequence[CheckResult]) -> str:
    """Return which checks passed, and which are not applicable and why."""
    passed = [check.code for check in checks if check.status == "passed"]
    lines = [f"Passed: {', '.join(passed)}"] if passed else []
    lines += [f"Not applicable: {', '.join(codes)} ({reason})" for reason, codes in _why(checks)]
    return "\n".join(lines)


def _why(checks: Iterable[CheckResult]) -> Iterable[tuple[str, list[str]]]:
    codes: dict[str, list[str]] = {}
    for check in checks:
        if check.status == "not applicable":
            codes.setdefault(check.reason, []).append(check.code)
    return codes.items()
