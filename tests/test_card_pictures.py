"""The small pictures of the landing page are drawn from the package."""

from types import SimpleNamespace

import pytest
from pages import DOCS, load, text_of

from sklearn_deepmlp.activations import ACTIVATIONS

figures = pytest.importorskip("matplotlib.figure", reason="pictures need an extra")


@pytest.fixture
def cards():
    return load(DOCS / "_ext" / "card_pictures.py")


@pytest.fixture
def ax():
    return figures.Figure().subplots()


def test_every_picture_is_written_and_shown(cards, tmp_path):
    cards.write_pictures(SimpleNamespace(srcdir=tmp_path))
    page = text_of("index.md")
    for path in (tmp_path / "generated" / "pictures").iterdir():
        assert path.read_text(encoding="utf-8").endswith("</svg>\n")
        assert f":img-top: generated/pictures/{path.name}\n" in page
    assert page.count("generated/pictures/") == len(cards.PICTURES)


def test_every_activation_is_a_curve(cards, ax):
    cards.curves(ax)
    assert len(ax.lines) == len(set(ACTIVATIONS.values()))


def test_every_activation_and_fold_is_a_network_of_the_stack(cards, ax):
    cards.stack(ax)
    sizes = [len(each.get_offsets()) for each in ax.collections]
    assert sizes == [cards.FOLDS] * len(set(ACTIVATIONS.values()))


def test_gradients_vanish_with_one_of_two_functions(cards, ax):
    cards.gradients(ax)
    logistic, selu = (line.get_ydata() for line in ax.lines)
    assert logistic[0] < 1e-6 * logistic[-1]
    assert selu[0] > 1e-2 * selu[-1]
