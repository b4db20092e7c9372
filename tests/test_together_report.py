"""A report of what was trained together shows the same in a line, as text and as HTML."""

import pickle
import re

import pytest
from markup import Balanced

from sklearn_deepmlp import Member, Separate, StackReport, TogetherReport
from sklearn_deepmlp._together.report import OTHER_THREAD, OUTSIDE, SINGLE

STACK = StackReport(
    (13, 10, 3),
    "adam",
    [Member("ReLU()", 2, 0.5), Member("<b>Mine</b>()", 8, 1.25), Member("ReLU()", 2, 0.5)],
    n_blocks=2,
    n_processes=4,
    n_others=5,
)
SEPARATE = [
    Separate("the <solver>", 1.0, 1),
    Separate("another reason", 0.25, 1),
    Separate("the <solver>", 2.0, 2),
]


@pytest.fixture
def report():
    return TogetherReport([STACK], SEPARATE[:])


def test_it_is_printed(report):
    assert str(report).splitlines() == [
        "3 networks trained together in 1 stack, 3 separately",
        "  stack of 3 networks 13-10-3 and 5 of other contexts, adam, in 2 blocks: 2.25 s in total",
        "    over 4 processes",
        "  2 separately, 3.00 s in total over 2 processes: the <solver>",
        "  1 separately, 0.25 s: another reason",
    ]


def test_its_lines_are_short_and_lose_no_words():
    separate = [Separate(reason, 1.0, 1) for reason in (OUTSIDE, SINGLE, OTHER_THREAD)]
    text = str(TogetherReport([], separate))
    assert max(map(len, text.splitlines())) <= 90
    assert all(each.reason in " ".join(text.split()) for each in separate)


def test_where_nothing_was_trained_together_it_asks_for_n_jobs():
    question = "Nothing was trained together: is n_jobs=1 given to the search? Leave it at None."
    outside, other = Separate(OUTSIDE, 1.0, 1), Separate(SINGLE, 1.0, 1)
    for asked in (TogetherReport([], [outside]), TogetherReport([], [other, outside])):
        assert str(asked).endswith(question)
        assert question in asked._repr_html_()
    for silent in (TogetherReport([STACK], [outside]), TogetherReport([], [other])):
        assert question not in str(silent) + silent._repr_html_()


def test_its_repr_is_one_line(report):
    summary = "3 networks trained together in 1 stack, 3 separately"
    assert repr(report) == f"TogetherReport({summary})"


def test_html_shows_what_was_trained_and_how(report):
    html = report._repr_html_()
    cells = Balanced(html).texts
    row = ["3 and 5 of other contexts", "13-10-3", "ReLU(), <b>Mine</b>()", "adam", "2", "4"]
    start = cells.index(row[0])
    assert cells[start : start + 7] == [*row, "2.25"]
    start = cells.index("2", start + 7)
    assert cells[start : start + 4] == ["2", "the <solver>", "2", "3.00"]
    assert cells[start + 4 : start + 8] == ["1", "another reason", "1", "0.25"]
    assert html.count("<table>") == 2


def test_html_escapes_what_users_name(report):
    assert not re.search("<solver>|<b>Mine", report._repr_html_())


def test_html_has_no_empty_tables(report):
    assert TogetherReport([], SEPARATE)._repr_html_().count("<table>") == 1
    assert TogetherReport([STACK], [])._repr_html_().count("<table>") == 1
    html = TogetherReport()._repr_html_()
    assert "<table>" not in html
    assert "no network was trained in this process" in " ".join(Balanced(html).texts)


def test_a_copy_shows_the_same(report):
    assert pickle.loads(pickle.dumps(report))._repr_html_() == report._repr_html_()
