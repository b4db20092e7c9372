"""The demo's own check: a new process predicts the same bits from a pickle."""

import pytest
from pages import EXAMPLES, load
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier

pytest.importorskip("matplotlib", reason="the demo draws a picture")


@pytest.fixture(scope="module")
def demo():
    return load(EXAMPLES / "searching" / "cross_validate_activations.py")


def test_the_demo_finds_that_a_pickle_predicts_the_same(demo, capsys):
    X, y = load_digits(return_X_y=True)
    net = DeepMLPClassifier((32,), max_iter=2, random_state=0)
    assert demo.survives_pickling(make_pipeline(StandardScaler(), net).fit(X, y), X)
    assert "KiB" in capsys.readouterr().out


def test_the_demo_finds_that_a_pickle_predicts_something_else(demo):
    X, y = load_digits(return_X_y=True)
    net = DeepMLPClassifier((32,), max_iter=2, random_state=0).fit(X / 16, y)
    assert not demo.survives_pickling(net, X / 16)  # the new process has unscaled pixels


def test_the_demo_draws_the_folds_and_tells_which_have_not_learned(demo):
    results = [
        demo.Result(rank, name, demo.np.full(demo.N_FOLDS, score))
        for rank, name, score in [(1, "tanh", 0.9), (2, "logistic", 0.1)]
    ]
    figure = demo.draw_ranking(results)
    demo.plt.close(figure)
    [axes] = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["tanh", "logistic"]
    assert list(axes.lines[0].get_xdata()) == [0.9] * demo.N_FOLDS
    assert [text.get_text() for text in axes.texts] == ["◂ 0.10: has not learned"]
