"""The comparison of errors on held-out rows: its splits, its file of results and its tables."""

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import load_iris

from benchmarks import accuracy
from benchmarks.accuracy_tables import Result, tables
from benchmarks.held_out import DataSet, read
from benchmarks.recipes import CLASSIFIERS

OF_A = Result("cls", "a", 0, "default", 0.5, 1.0, 30, 10)
OF_B = replace(OF_A, data="b", n_train=60, score=0.9)


@pytest.fixture
def folder(tmp_path):
    """Return a folder with a classification set that has splits of its own."""
    X, y = load_iris(return_X_y=True)
    mask = np.zeros((1, len(y)), dtype=bool)
    mask[0, ::5] = True
    (tmp_path / "cls").mkdir()
    np.savez(tmp_path / "cls" / "iris.npz", X=X, y=y, test_mask=mask)
    return tmp_path


def test_splits_are_disjoint_and_bounded():
    data = DataSet("random", np.zeros((80, 2)), np.zeros(80), None, most_rows=20)
    train, test = data.split(0)
    assert len(train) == 20
    assert len(test) == 20
    assert not set(train) & set(test)
    assert set(data.split(1)[1]) != set(test)


def test_a_set_keeps_its_own_splits_and_wide_sets_are_left_out(folder):
    (data,) = read(folder / "cls", most_features=4, most_rows=1000)
    np.testing.assert_array_equal(data.split(0)[1], np.arange(0, 150, 5))
    assert not list(read(folder / "cls", most_features=3, most_rows=1000))


def run(monkeypatch, folder, *options):
    """Run the command for the support vector machine and the default network only."""
    left_out = set(CLASSIFIERS) - {"SVC", "default"}
    path = folder / "results.jsonl"
    arguments = [str(folder), "--kind", "cls", "--splits", "1", "--results", str(path)]
    monkeypatch.setattr("sys.argv", ["accuracy", *arguments, "--leave-out", *left_out, *options])
    accuracy.main()
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_second_run_computes_only_what_is_missing(monkeypatch, capsys, folder):
    first = run(monkeypatch, folder)
    assert {result["recipe"] for result in first} == {"SVC", "default"}
    assert all(result["score"] > 0.8 and result["n_test"] == 30 for result in first)
    (folder / "results.jsonl").write_text(json.dumps(first[0]) + "\n", encoding="utf-8")
    second = run(monkeypatch, folder)
    assert len(second) == 2
    assert second[0] == first[0]
    assert second[1]["score"] == first[1]["score"]
    assert "| SVC " in capsys.readouterr().out


def test_the_summary_compares_with_the_default():
    results = [OF_A, OF_B, replace(OF_A, recipe="x", score=0.7), replace(OF_B, recipe="x")]
    summary, by_data = tables("cls", ["default", "x"], results)
    assert [row[:5] for row in summary.rows] == [
        ["default", "0.7000", "", "1.8", "1"],
        ["x", "0.8000", "+0.1000 ± 0.1000", "1.2", "2"],
    ]
    assert [row[0] for row in by_data.rows] == ["a", "b"]
    assert by_data.rows[0][3:] == [".500", "**.700**"]


def test_lower_errors_are_better():
    results = [
        replace(result, kind="reg", recipe=recipe, score=result.score * factor)
        for result in (OF_A, OF_B)
        for recipe, factor in {"default": 1.0, "x": 0.5}.items()
    ]
    summary, _ = tables("reg", ["default", "x"], results)
    assert summary.rows[1][2:5] == ["0.500 ± 0.000", "1.0", "2"]


def test_splits_that_lack_a_model_are_left_out():
    results = [OF_A, OF_B, replace(OF_B, recipe="x")]
    _, by_data = tables("cls", ["default", "x"], results)
    assert [row[0] for row in by_data.rows] == ["b"]
    assert tables("cls", ["default", "y"], results) == []
