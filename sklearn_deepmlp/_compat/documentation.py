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


class LinkedToDocumentation:
    """Has an object's HTML representation link to the page of its class.

    It precedes `BaseEstimator` among the bases. Subclasses outside of this package have no page and
    no link.
    """

    _doc_link_module = "sklearn_deepmlp"

    @property
    def _doc_link_template(self) -> str:
        url = documentation_url()
        page = "generated/api/{estimator_module}.{estimator_name}.html"
        return "" if url is None else f"{url}{page}"
