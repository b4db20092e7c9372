"""Links from scikit-learn's HTML representation to the pages of this package's documentation."""

from __future__ import annotations

from functools import cache
from importlib import metadata

_DISTRIBUTION = "sklearn-deepmlp"


@cache
def documentation_url() -> str | None:
    """Return the address of the documentation, which ``pyproject.toml`` states.

    None where the package is used without being installed.
    """
    try:
        entries = metadata.metadata(_DISTRIBUTION).get_all("Project-URL", [])
    except metadata.PackageNotFoundError:
        return None
    return dict(entry.split(", ", 1) for entry in entries).get("Documentation")


def page_of(kind: type) -> str | None:
    """Return the address of the page of a public class, None if the documentation's is unknown."""
    url = documentation_url()
    return None if url is None else f"{url}{_page(kind.__module__, kind.__name__)}"


def _page(module: str, name: str) -> str:
    return f"generated/api/{module}.{name}.html"


class LinkedToDocumentation:
    """Has an object's HTML representation link to the page of its class.

    It precedes `BaseEstimator` among the bases. Subclasses outside of this package have no page and
    no link.
    """

    _doc_link_module = "sklearn_deepmlp"

    @property
    def _doc_link_template(self) -> str:
        url = documentation_url()
        return "" if url is None else url + _page("{estimator_module}", "{estimator_name}")
