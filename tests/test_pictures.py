"""The pictures of the documentation are drawn by code, when it is built."""

import importlib

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


def test_gradients_of_both_networks_are_drawn(pictures):
    stalled, trained = pictures.gradients_of_deep_networks().axes[:2]
    of_stalled, of_trained = (ax.lines[-1].get_ydata() for ax in (stalled, trained))
    assert of_stalled.min() < 1e-4 * of_stalled.max()
    assert of_trained.min() > 1e-2 * of_trained.max()
