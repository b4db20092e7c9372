"""What docs/about/differences.md says of scikit-learn's MLP is made from the classes."""

import re
from functools import partial

import pytest
from pages import DOCS, load, text_of

tables = load(DOCS / "_ext" / "tables.py")
mlp = load(DOCS / "_ext" / "mlp_comparison.py")
PAGE = text_of("about/differences.md")
INCLUDED = re.findall(r"```{include} /generated/tables/(\w+)\.md\n```", PAGE)
NAMES = [
    mlp.parameters_of,
    mlp.values_of,
    mlp.methods_of,
    mlp.arguments_of,
    partial(mlp.attributes_of, solver="adam"),
    partial(mlp.attributes_of, solver="lbfgs"),
]


@pytest.mark.parametrize("names_of", NAMES)
def test_nothing_of_scikit_learns_mlp_is_missing(names_of):
    _, there = mlp.compared(names_of)
    assert there == {}


def test_only_alpha_has_another_default():
    _, there = mlp.compared(mlp.defaults_of)
    assert [name for name, _ in there] == ["alpha"]


def test_attributes_that_are_added():
    here, _ = mlp.compared(partial(mlp.attributes_of, solver="adam"))
    expected = {"activation_", "activation_params_", "init_", "normalization_params_", "signals_"}
    assert set(here) == expected


@pytest.mark.parametrize("name", INCLUDED)
def test_the_tables_of_the_page_have_rows(name):
    lines = tables.TABLES[name]().splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert len(rows) > 2
    assert len({row.count(" | ") for row in rows}) == 1


def test_the_page_includes_all_five():
    assert len(INCLUDED) == 5


def test_code_with_callbacks_runs(tmp_path, monkeypatch):
    pytest.importorskip("sklearn.callback", reason="came with scikit-learn 1.9")
    text = text_of("guide/training_control.md")
    blocks = re.findall(r"```python(?: callbacks)?\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(compile("\n".join(blocks), "training_control.md", "exec"), {})  # noqa: S102
