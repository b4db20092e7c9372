"""Load pages of the built documentation in a browser, and find what is wrong with them."""

import contextlib
import functools
import html
import http.server
import json
import re
import shutil
import threading
from urllib.parse import unquote, urlsplit

SIZES = {"wide": 1280, "narrow": 400}  # pixels
REMOTE = {"http", "https", "ws", "wss"}
BROWSERS = ("google-chrome", "chromium", "chromium-browser")
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
FIND_PICTURES = """
const done = arguments[arguments.length - 1];
const images = [...document.images];
images.forEach(image => { image.loading = "eager"; });
Promise.all(images.map(image => image.decode().catch(() => null))).then(() => done(images.map(
  image => ({
    source: image.getAttribute("src"),
    alt: image.getAttribute("alt"),
    decorative: image.closest(".sphx-glr-thumbcontainer") !== null,
    loaded: image.naturalWidth > 0,
  })
)));
"""
FIND_FORMULAS = """
const done = arguments[arguments.length - 1];
Promise.resolve(window.MathJax?.startup?.promise).then(() => done(
  [...document.querySelectorAll(".math")].filter(node => !node.querySelector("mjx-container"))
    .map(node => node.textContent.trim())
));
"""
FIND_LINKS = 'return [...document.querySelectorAll("a[href]")].map(link => link.href);'
FIND_WIDE = """
const width = document.documentElement.clientWidth;
const scrolls = node => node && node.tagName !== "ARTICLE"
  && (/auto|scroll/.test(getComputedStyle(node).overflowX) || scrolls(node.parentElement));
const isCut = node => node.getBoundingClientRect().right > width + 1
  && getComputedStyle(node).position !== "fixed" && !scrolls(node.parentElement);
const wide = document.documentElement.scrollWidth > width ? ["the page"] : [];
const texts = [...document.querySelectorAll("h1, h2, h3, p, dt, li, code, td")].filter(
  node => node.checkVisibility({visibilityProperty: true}) && isCut(node)
);
return [...wide, ...texts.map(node => `"${node.textContent.trim().slice(0, 60)}"`)];
"""


def find_browser():
    """Return the paths of a browser and of its driver, None for each that is missing."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    return browser, shutil.which("chromedriver")


@contextlib.contextmanager
def served(folder):
    """Serve a folder on this machine; the address is the value of the context."""
    handler = functools.partial(_Silent, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextlib.contextmanager
def browser(profile):
    """Start a browser with an empty profile, which reaches this machine only."""
    from selenium import webdriver  # an extra

    path, driver = find_browser()
    options = webdriver.ChromeOptions()
    options.binary_location = path
    for flag in [*FLAGS, f"--user-data-dir={profile}"]:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.add_experimental_option("perfLoggingPrefs", {"enablePage": False})
    chrome = webdriver.Chrome(options, webdriver.ChromeService(driver))
    try:
        yield chrome
    finally:
        chrome.quit()


@functools.cache
def anchors(path):
    """Return the ids of a page, to which links can lead."""
    found = re.findall(r'\s(?:id|name)="([^"]*)"', path.read_text(encoding="utf-8"))
    return {"", "top", *map(html.unescape, found)}


def find_faults(chrome, address, folder, page, width):
    """Return what is wrong with a page in a window of some width, in words."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    chrome.get(f"{address}/{page}")
    return [
        *(f"formula as text: {text}" for text in chrome.execute_async_script(FIND_FORMULAS)),
        *_pictures(chrome),
        *_links(chrome, address, folder),
        *(f"wider than {width} pixels: {what}" for what in chrome.execute_script(FIND_WIDE)),
        *_errors(chrome),
        *_requests(chrome, address),
    ]


def _pictures(chrome):
    for picture in chrome.execute_async_script(FIND_PICTURES):
        source, alt = picture["source"], picture["alt"]
        if not picture["loaded"]:
            yield f"missing picture: {source}"
        told = (alt or "").strip()
        # Sphinx gives a picture without text its path.
        if (told or not picture["decorative"]) and told in source:
            yield f"picture without text: {source}"


def _links(chrome, address, folder):
    for link in dict.fromkeys(chrome.execute_script(FIND_LINKS)):
        if not link.startswith(f"{address}/"):
            continue
        url = urlsplit(link)
        target = folder / unquote(url.path).lstrip("/")
        target = target / "index.html" if target.is_dir() else target
        if not target.is_file():
            yield f"broken link: {url.path}"
        elif target.suffix == ".html" and unquote(url.fragment) not in anchors(target):
            yield f"broken anchor: {url.path}#{url.fragment}"


def _errors(chrome):
    for entry in chrome.get_log("browser"):
        if entry["level"] == "SEVERE":
            yield f"error in the console: {entry['message']}"


def _requests(chrome, address):
    for entry in chrome.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            url = message["params"]["request"]["url"]
            if urlsplit(url).scheme in REMOTE and not url.startswith(f"{address}/"):
                yield f"request to another host: {url}"
