"""What all displays have in common."""

import subprocess
import sys

import pytest
from fitted_networks import X_REG, Y_REG
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import (
    DeepMLPClassifier,
    DeepMLPRegressor,
    LossCurveDisplay,
    NetworkDisplay,
    SignalDisplay,
)

plt = pytest.importorskip("matplotlib.pyplot", reason="displays need an extra")

OF_ESTIMATORS = [LossCurveDisplay, SignalDisplay, NetworkDisplay]


def test_importing_the_package_does_not_import_matplotlib():
    code = "import sys, sklearn_deepmlp; print('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "False\n"


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    display = LossCurveDisplay(loss_curve=[1.0, 0.5])
    with pytest.raises(ImportError, match=r"LossCurveDisplay.plot needs .*pip install matplotlib"):
        display.plot()


@pytest.mark.parametrize("display", OF_ESTIMATORS)
def test_an_estimator_that_is_not_fitted_is_refused(display):
    with pytest.raises(NotFittedError, match="DeepMLPClassifier instance is not fitted"):
        display.from_estimator(DeepMLPClassifier())


@pytest.mark.parametrize("display", OF_ESTIMATORS)
def test_another_kind_of_estimator_is_refused(display):
    message = rf"{display.__name__}\.from_estimator needs .*Got LogisticRegression instead"
    with pytest.raises(TypeError, match=message):
        display.from_estimator(make_pipeline(LogisticRegression()))


@pytest.mark.parametrize("display", OF_ESTIMATORS)
def test_the_last_step_of_a_pipeline_is_drawn_on_given_axes(display):
    net = DeepMLPRegressor((8, 8), max_iter=5, random_state=0)
    pipeline = make_pipeline(StandardScaler(), net).fit(X_REG, Y_REG)
    _, ax = plt.subplots()
    drawn = display.from_estimator(pipeline, ax=ax)
    assert drawn.ax_ is ax
    assert drawn.figure_ is ax.figure
    assert ax.has_data()
