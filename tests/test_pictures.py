"""The pictures of the documentation are drawn by code."""

import importlib

import pytest
from pages import DOCS, WRITTEN

from sklearn_deepmlp.activations import ACTIVATIONS

pytest.importorskip("matplotlib", reason="pictures need an extra")


@pytest.fixture
def pictures(monkeypatch):
    monkeypatch.syspath_prepend(DOCS / "_ext")
    return importlib.import_module("pictures")


def test_every_picture_is_in_the_documentation(pictures):
    text = "".join(page.read_text(encoding="utf-8") for page in WRITTEN)
    for name in pictures.PICTURES:
        assert (DOCS / "images" / name).stat().st_size > 10_000
        assert f"images/{name})" in text


def test_every_activation_is_drawn(pictures):
    titles = [ax.get_title() for ax in pictures.activation_functions().axes]
    assert [name for title in titles if title for name in title.split(", ")] == list(ACTIVATIONS)
