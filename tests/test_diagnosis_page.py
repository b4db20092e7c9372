"""What docs/guide/diagnosis.md says of findings and of the errors of verdicts."""

import re

from pages import DOCS, load, text_of

from sklearn_deepmlp._diagnosis.checks import CHECKS

PAGE = text_of("guide/diagnosis.md")


def rows(markdown):
    return [line.strip("| ").split(" | ") for line in markdown.splitlines() if line[:1] == "|"]


def test_the_table_of_findings_has_every_check():
    tables = load(DOCS / "_ext" / "tables.py")
    _, _, *found = rows(tables.TABLES["findings"]())
    assert [row[:2] for row in found] == [[check.code, check.title] for check in CHECKS]
    assert all(len(row) == 4 for row in found)
    assert "```{include} /generated/tables/findings.md\n```" in PAGE


def test_verdicts_are_wrong_in_less_than_a_twentieth():
    _, _, *found = rows(PAGE)
    assert [row[0].strip() for row in found] == ["2", "5", "10", "20", "30", "all"]
    for _, networks, stalled, *errors in found:
        sizes = int(stalled), int(networks) - int(stalled)
        for size, error in zip(sizes, errors, strict=True):
            n, share = re.fullmatch(r" *(\d+) \((.+)%\)", error).groups()
            assert abs(100 * int(n) / size - float(share)) <= 0.051
            assert float(share) < 5
