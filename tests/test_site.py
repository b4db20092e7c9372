"""The built documentation in a browser: links, pictures, formulas, widths, errors, requests.

``make test-site`` builds it. The folder of another build goes into ``SITE``.
"""

import importlib.util
import os
from pathlib import Path

import pytest
from pages import DOCS
from site_checks import SIZES, browser, find_browser, find_faults, served

SITE = Path(os.environ.get("SITE", DOCS / "_build" / "html"))
PAGES = sorted(
    path.relative_to(SITE).as_posix()
    for path in SITE.rglob("*.html")
    if "_static" not in path.parts
)
PIXEL = (
    "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"  # one pixel
)
# What is wrong with a page, and what is to be found there.
WRONG = {
    '<a href="nowhere.html">x</a>': "broken link: /nowhere.html",
    '<a href="#nowhere">x</a>': "broken anchor: /page.html#nowhere",
    '<a href="other.html#nowhere">x</a>': "broken anchor: /other.html#nowhere",
    '<img src="nowhere.png" alt="x">': "missing picture: nowhere.png",
    f'<img src="{PIXEL}">': f"picture without text: {PIXEL}",
    f'<img src="{PIXEL}" alt=" ">': f"picture without text: {PIXEL}",
    f'<img src="{PIXEL}#dot.gif" alt="dot.gif">': f"picture without text: {PIXEL}#dot.gif",
    '<span class="math">1 + 1</span>': "formula as text: 1 + 1",
    '<p style="width: 500px">x</p>': "wider than 400 pixels: the page",
    '<div style="overflow: hidden"><h1 style="width: 500px">cut</h1></div>': (
        'wider than 400 pixels: "cut"'
    ),
    '<div style="overflow: auto"><article><p style="width: 500px">cut</p></article></div>': (
        'wider than 400 pixels: "cut"'
    ),
    "<script>nowhere()</script>": "error in the console: ",
    '<link rel="stylesheet" href="http://nowhere.test/x.css">': (
        "request to another host: http://nowhere.test/x.css"
    ),
}
RIGHT = f"""
<h1 id="here">x</h1>
<a href="#here">x</a> <a href="#">x</a> <a href="other.html#there">x</a> <a href=".">x</a>
<a href="https://nowhere.test/">x</a>
<span class="math"><mjx-container>1 + 1</mjx-container></span>
<img src="{PIXEL}" alt="a dot">
<div class="sphx-glr-thumbcontainer"><img src="{PIXEL}" alt=""></div>
<div style="overflow-x: auto"><pre style="width: 500px">x</pre></div>
"""


def missing():
    if importlib.util.find_spec("selenium") is None:
        return "selenium is not installed"
    return None if all(find_browser()) else "there is no Chromium with its driver"


pytestmark = pytest.mark.skipif(missing() is not None, reason=str(missing()))


@pytest.fixture(scope="module")
def chrome(tmp_path_factory):
    with browser(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(scope="module")
def address():
    with served(SITE) as url:
        yield url


def faults_of(body, chrome, folder):
    (folder / "favicon.ico").write_bytes(b"")
    (folder / "index.html").write_text("")
    (folder / "other.html").write_text('<p id="there">x</p>')
    (folder / "page.html").write_text(f'<!DOCTYPE html><meta charset="utf-8"><body>{body}')
    with served(folder) as url:
        return find_faults(chrome, url, folder, "page.html", SIZES["narrow"])


@pytest.mark.parametrize(("body", "fault"), WRONG.items())
def test_what_is_wrong_is_found(body, fault, chrome, tmp_path):
    assert any(found.startswith(fault) for found in faults_of(body, chrome, tmp_path))


def test_nothing_else_is_found(chrome, tmp_path):
    assert faults_of(RIGHT, chrome, tmp_path) == []


@pytest.mark.skipif(not PAGES, reason="the documentation is not built, see `make docs`")
@pytest.mark.parametrize("width", SIZES.values())
@pytest.mark.parametrize("page", PAGES or ["index.html"])
def test_page(page, width, chrome, address):
    assert find_faults(chrome, address, SITE, page, width) == []
