"""The tables of the documentation that are made from the code follow it."""

import re

import pytest
from pages import DOCS, WRITTEN, load

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._layers.layer_norm import LayerNorm
from sklearn_deepmlp._layers.normalizations import NORMALIZATIONS
from sklearn_deepmlp._stack.schedules import SCHEDULES, Schedule
from sklearn_deepmlp._stack.solvers import SOLVERS, Solver, sgd
from sklearn_deepmlp.activations import ACTIVATIONS

TABLES = load(DOCS / "_ext" / "tables.py").TABLES
INCLUDED = re.findall(
    r"```{include} /generated/tables/(\w+)\.md\n```",
    "".join(page.read_text(encoding="utf-8") for page in WRITTEN),
)


def rows(name):
    """Return the cells of a table, without its header."""
    lines = [line for line in TABLES[name]().splitlines() if line.startswith("|")]
    return [line[2:-2].split(" | ") for line in lines[2:]]


def row(name, first):
    return next(each for each in rows(name) if each[0] == first)


class Wide(LayerNorm):
    least_rows = 3


@pytest.fixture
def _additions(monkeypatch):
    lion = Solver("", sgd, reads=SOLVERS["sgd"].reads, state=("velocity",), decays_weights=True)
    linear = Schedule("", needs_length=True, fractions=SCHEDULES["cosine"].fractions)
    monkeypatch.setitem(SOLVERS, "lion", lion)
    monkeypatch.setitem(SCHEDULES, "linear", linear)
    monkeypatch.setitem(NORMALIZATIONS, "wide", Wide)


def test_every_table_is_in_the_documentation_and_has_rows():
    assert set(INCLUDED) <= set(TABLES)
    for name in INCLUDED:
        found = rows(name)
        assert found
        assert len({len(each) for each in found}) == 1


def test_every_parameter_is_compared_with_scikit_learns():
    both = DeepMLPClassifier().get_params() | DeepMLPRegressor().get_params()
    assert sorted(each[0] for each in rows("mlp_parameters")) == sorted(f"`{n}`" for n in both)
    assert row("mlp_parameters", "`alpha`")[1:4] == ['`"auto"`', "`0.0001`", '`"auto"`']
    assert row("mlp_parameters", "`tol`")[1:3] == ["`0.0001`", "the same"]
    assert row("mlp_parameters", "`quantile`")[2:5:2] == [
        "new",
        'regressor only; with `loss="quantile"`; [](/guide/regression.md)',
    ]


def test_remarks_are_about_parameters():
    remarks = load(DOCS / "_ext" / "mlp_parameters.py").REMARKS
    assert {f"`{name}`" for name in remarks} <= {each[0] for each in rows("mlp_parameters")}


@pytest.mark.usefixtures("_additions")
def test_conflicts_of_additions_are_listed():
    conflicts = {tuple(each) for each in rows("conflicts")}
    expected = [each for each in conflicts if "`solver='lion'`, whose weight decay" in each[2]]
    assert [each[0] for each in expected] == ["`l1_ratio`"]
    assert any(each[0] == "`batch_size`" and "at least 3" in each[2] for each in conflicts)
    refused = {each[0]: each[1] for each in conflicts}
    assert refused["`learning_rate`"].endswith('`"linear"`')
    assert refused["`normalization`"] == '`"batch"`, `"wide"`'
    assert row("partial_fit_conflicts", "`learning_rate`")[1].endswith('`"linear"`')


@pytest.mark.usefixtures("_additions")
def test_additions_are_tried_with_each_solver():
    header = TABLES["support"]().splitlines()[0]
    assert re.findall(r'"(\w+)"', header) == list(SOLVERS)
    assert row("support", "`l1_ratio`")[1:] == ["✓", "–", "✓", "✓", "✓", "–", "–"]
    assert row("support", '`learning_rate="linear"`')[1:] == ["✓"] * 5 + ["–", "✓"]
    assert row("support", '`normalization="wide"`')[1:] == ["✓"] * 5 + ["–", "✓"]


def test_what_a_solver_ignores_is_said():
    assert row("support", '`learning_rate="adaptive"`')[1:] == ["ignored"] * 4 + ["✓", "ignored"]


def test_what_self_normalization_refuses_follows_from_the_activation(monkeypatch):
    assert '"glorot_normal"' in row("self_normalization_conflicts", "`init`")[1]
    for name in [name for name, each in ACTIVATIONS.items() if each.self_normalizing]:
        monkeypatch.delitem(ACTIVATIONS, name)
    assert rows("self_normalization_conflicts") == []
