"""In a notebook estimators link to their pages, and their parameters show what they mean."""

import inspect
import tomllib
from html.parser import HTMLParser
from importlib import metadata

import pytest
import sklearn
from numpydoc.docscrape import NumpyDocString
from pages import ROOT
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_html_repr
from sklearn.utils.fixes import parse_version

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._compat.documentation import documentation_url
from sklearn_deepmlp.activations import LeakyReLU, Swish
from sklearn_deepmlp.initializers import Initializer, Normal, VarianceScaling

SHOWN = [DeepMLPClassifier(), DeepMLPRegressor(), LeakyReLU(0.2), VarianceScaling(), Normal()]
SHOWS_DESCRIPTIONS = parse_version(sklearn.__version__) >= parse_version("1.8")


@pytest.fixture(autouse=True)
def address_is_read_anew():
    documentation_url.cache_clear()
    yield
    documentation_url.cache_clear()


class Links(HTMLParser):
    """The addresses of links and their texts."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self._is_open = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found.append([dict(attrs)["href"], ""])
            self._is_open = True

    def handle_endtag(self, tag):
        self._is_open = self._is_open and tag != "a"

    def handle_data(self, data):
        if self._is_open:
            self.found[-1][1] += f" {data}"


def links(estimator):
    return Links(estimator_html_repr(estimator)).found


def page_of(kind):
    return f"{documentation_url()}generated/api/{kind.__module__}.{kind.__name__}.html"


def test_the_address_is_that_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert documentation_url() == project["urls"]["Documentation"]


@pytest.mark.parametrize("shown", SHOWN)
def test_an_object_links_to_the_page_of_its_class(shown):
    addresses = {address.partition("#")[0] for address, _ in links(shown)}
    assert addresses == {page_of(type(shown))}


def test_it_is_linked_from_within_a_pipeline():
    addresses = {address for address, _ in links(make_pipeline(StandardScaler(), SHOWN[0]))}
    assert page_of(DeepMLPClassifier) in addresses


@pytest.mark.skipif(not SHOWS_DESCRIPTIONS, reason="scikit-learn 1.8 added the descriptions")
@pytest.mark.parametrize("shown", [*SHOWN, Swish()])
def test_each_parameter_shows_its_description(shown):
    texts = {text.split()[0]: " ".join(text.split()) for _, text in links(shown) if text.strip()}
    for parameter in NumpyDocString(inspect.getdoc(type(shown)))["Parameters"]:
        assert " ".join(" ".join(parameter.desc).split()) in texts[parameter.name]


def test_a_class_of_the_user_has_no_link():
    class Mine(Initializer):
        def draw(self, fan_in, fan_out, generator):
            raise NotImplementedError

    assert not links(Mine())
    assert "Mine" in estimator_html_repr(Mine())


def test_without_an_installation_there_is_no_link(monkeypatch):
    def not_found(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "metadata", not_found)
    assert documentation_url() is None
    assert not links(DeepMLPClassifier())
