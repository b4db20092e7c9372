"""The pictures of the documentation are drawn by code, when it is built."""

import importlib

import numpy as np
import pytest
from pages import DOCS, WRITTEN

from sklearn_deepmlp.activations import ACTIVATIONS

pytest.importorskip("matplotlib", reason="pictures need an extra")


@pytest.fixture
def pictures(monkeypatch):
    monkeypatch.syspath_prepend(DOCS / "_ext")
    return importlib.import_module("pictures")


def test_every_picture_is_shown_by_a_page(pictures):
    text = "".join(page.read_text(encoding="utf-8") for page in WRITTEN)
    for name in pictures.PICTURES:
        assert f"](/{pictures.FOLDER}/{name})" in text


def test_every_activation_is_drawn(pictures):
    titles = [ax.get_title() for ax in pictures.activation_functions().axes]
    assert [name for title in titles if title for name in title.split(", ")] == list(ACTIVATIONS)


def test_new_networks_lose_or_keep_their_signals(pictures):
    forward, back = pictures.initial_signals().axes
    signals, gradients = ([line.get_ydata() for line in ax.lines] for ax in (forward, back))
    of_signal = dict(zip(pictures.NEW_NETWORKS, signals, strict=True))
    of_gradient = dict(zip(pictures.NEW_NETWORKS, gradients, strict=True))
    assert of_signal["relu", "standard_normal"][-1] > 1e10
    assert of_signal["relu", "glorot_normal"][-1] < 1e-2
    assert of_gradient["logistic", "glorot_normal"][0] < 1e-9
    assert of_gradient["tanh", "standard_normal"][0] > 1e3
    for network in [("relu", "he_normal"), ("selu", "lecun_normal")]:
        assert np.all((of_gradient[network] > 0.1) & (of_gradient[network] < 10))


def test_gradients_of_both_networks_are_drawn(pictures):
    stalled, trained = pictures.gradients_of_deep_networks().axes[:2]
    of_stalled, of_trained = (ax.lines[-1].get_ydata() for ax in (stalled, trained))
    assert of_stalled.min() < 1e-4 * of_stalled.max()
    assert of_trained.min() > 1e-2 * of_trained.max()
