"""An estimator as the content of a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
import sklearn
from sklearn.base import BaseEstimator

from sklearn_deepmlp._compat.sklearn import (
    check_parameters,
    has_callbacks,
    metadata_requests,
)
from sklearn_deepmlp._estimators.attribute_checks import check_attributes, fitted_attributes_of
from sklearn_deepmlp._estimators.saved_classes import described, name_of
from sklearn_deepmlp._files.atomic import write_atomically
from sklearn_deepmlp._files.container import packed
from sklearn_deepmlp._files.encoder import Encoder
from sklearn_deepmlp._files.strict_json import written
from sklearn_deepmlp._version import __version__

OWN_VERSION = "sklearn_deepmlp"
# What wrote the file; of these, loading reads this package's own.
_VERSIONS = {OWN_VERSION: __version__, "sklearn": sklearn.__version__, "numpy": np.__version__}


def save(estimator: BaseEstimator, path: str | os.PathLike[str]) -> None:
    """Save an estimator to a file, or raise an error and leave an existing file unchanged."""
    write_atomically(path, content_for(estimator))


def content_for(estimator: BaseEstimator) -> bytes:
    """Return the content of the file of an estimator, which `load` can read.

    Raises
    ------
    TypeError
        If a parameter or attribute is of a kind that cannot be saved.
    ValueError
        If a parameter is not valid, or attributes do not fit each other.
    """
    if has_callbacks(estimator):
        raise TypeError(
            "Callbacks cannot be saved. Remove them with set_callbacks(), without arguments."
        )
    check_parameters(estimator)
    check_attributes(estimator)
    encoder = Encoder(described)
    content = {
        "class": name_of(type(estimator)),
        "versions": _VERSIONS,
        "params": _encoded(encoder, estimator.get_params(deep=False), "parameter", "params"),
        "fitted": _encoded(encoder, fitted_attributes_of(estimator), "attribute"),
        "requests": metadata_requests(estimator),
    }
    return packed(encoder.tensors, written(content))


def _encoded(encoder: Encoder, values: Mapping[str, Any], what: str, *place: str) -> dict[str, Any]:
    """Encode values by name; `what` they are is for messages."""
    encoded = {}
    for name, value in values.items():
        try:
            encoded[name] = encoder.encode(value, *place, name)
        except TypeError as error:
            raise TypeError(f"The {what} {name!r} cannot be saved. {error}") from error
        except RecursionError as error:
            raise TypeError(
                f"The {what} {name!r} cannot be saved. Its values are nested too deeply."
            ) from error
    return encoded
