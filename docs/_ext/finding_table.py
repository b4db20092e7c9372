"""The table of the findings of `diagnose`."""

from __future__ import annotations

from markdown_tables import markdown_table

from sklearn_deepmlp._diagnosis.checks import CHECKS


def finding_table() -> str:
    """Return what each check looks for, and why there."""
    rows = [
        (
            check.code,
            check.title,
            f"{'training has stalled, and ' * check.only_if_stalled}{check.threshold}",
            check.reason,
        )
        for check in CHECKS
    ]
    return markdown_table(("Code", "Finding", "Found if", "Reason for the bounds"), rows)
