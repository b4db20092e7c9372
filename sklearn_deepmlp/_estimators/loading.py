"""Estimators from files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from sklearn_deepmlp._compat.sklearn import (
    check_parameters,
    requestable_metadata,
    set_metadata_requests,
)
from sklearn_deepmlp._estimators.attribute_checks import check_attributes
from sklearn_deepmlp._estimators.base import BaseDeepMLP
from sklearn_deepmlp._estimators.classifier import DeepMLPClassifier
from sklearn_deepmlp._estimators.regressor import DeepMLPRegressor
from sklearn_deepmlp._estimators.saved_classes import KnownClasses, built
from sklearn_deepmlp._estimators.saving import OWN_VERSION
from sklearn_deepmlp._estimators.versions import warn_of_other_version
from sklearn_deepmlp._files.container import content_of, unpacked
from sklearn_deepmlp._files.decoder import Decoder
from sklearn_deepmlp._files.strict_json import parsed
from sklearn_deepmlp.activations import Activation
from sklearn_deepmlp.initializers import Initializer

_KEYS = {"class", "versions", "params", "fitted", "requests"}
_TRUSTED = (Activation, Initializer, BaseDeepMLP)


def load(
    path: str | os.PathLike[str], *, trusted: Iterable[type] = ()
) -> DeepMLPClassifier | DeepMLPRegressor:
    """Load an estimator from a file that its method `save` wrote.

    Unlike a pickle, a file runs no code when it is loaded. It is checked as a whole, so that the
    loaded estimator is complete and predicts the same as the saved one. Needs safetensors, an extra
    (``pip install 'sklearn-deepmlp[files]'``).

    Parameters
    ----------
    path : str or path-like
        The file.
    trusted : iterable of type, default=()
        Custom activations, initializers and subclasses of the estimators that the file may
        contain, as classes. Their constructors are called with what the file says.

    Returns
    -------
    DeepMLPClassifier or DeepMLPRegressor
        The estimator, fitted if it was when it was saved.

    Raises
    ------
    ValueError
        If the file is damaged, of another format or of a newer one, or if it holds anything that
        does not belong to a valid estimator, including classes that are not trusted.
    OSError
        If the file cannot be read.
    TypeError
        If `trusted` contains anything other than such classes.
    ImportError
        If safetensors is not installed.

    Warns
    -----
    InconsistentVersionWarning
        If another version of sklearn_deepmlp has saved the estimator.

    See Also
    --------
    DeepMLPClassifier.save : Save a classifier.
    DeepMLPRegressor.save : Save a regressor.

    Examples
    --------
    >>> import os, tempfile
    >>> from sklearn_deepmlp import DeepMLPRegressor, load
    >>> net = DeepMLPRegressor((8,), max_iter=5, random_state=0).fit([[-1.0], [1.0]], [-1.0, 1.0])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "net.deepmlp")
    ...     net.save(path)
    ...     loaded = load(path)
    >>> bool((loaded.predict([[0.5]]) == net.predict([[0.5]])).all())
    True
    """
    known = KnownClasses((DeepMLPClassifier, DeepMLPRegressor), _checked(trusted))
    try:
        estimator, version = _estimator(content_of(path), known)
    except ValueError as error:
        raise ValueError(f"{os.fspath(path)} cannot be loaded. {error}") from error
    except RecursionError as error:
        raise ValueError(
            f"{os.fspath(path)} cannot be loaded. Its values are nested too deeply."
        ) from error
    warn_of_other_version(type(estimator).__name__, version)
    return estimator


def _checked(trusted: Iterable[type]) -> list[type]:
    kinds = list(trusted)
    for kind in kinds:
        if not (isinstance(kind, type) and issubclass(kind, _TRUSTED)):
            raise TypeError(
                "trusted must contain classes of activations, initializers or estimators. "
                f"Got {kind!r} instead."
            )
    return kinds


def _estimator(data: bytes, known: KnownClasses) -> tuple[Any, str]:
    """Return the estimator of a file, and the version that has saved it."""
    tensors, text = unpacked(data)
    content = parsed(text)
    if not isinstance(content, dict) or content.keys() != _KEYS:
        raise ValueError(f"The file is not valid: it does not have the parts {sorted(_KEYS)}.")
    decoder = Decoder(tensors, known.build)
    estimator = built(known.estimator(content["class"]), decoder.named(content["params"]))
    vars(estimator).update(_free_names(estimator, decoder.named(content["fitted"])))
    decoder.check_all_used()
    check_parameters(estimator)
    check_attributes(estimator)
    _set_requests(estimator, content["requests"])
    return estimator, _version(content["versions"])


def _free_names(estimator: Any, fitted: dict[str, Any]) -> dict[str, Any]:
    """Return fitted attributes; refuse those that would take the place of others."""
    if taken := fitted.keys() & set(dir(estimator)):
        raise ValueError(f"The file is not valid: {sorted(taken)} cannot be attributes.")
    return fitted


def _version(versions: Any) -> str:
    version = versions.get(OWN_VERSION) if isinstance(versions, dict) else None
    if not isinstance(version, str):
        raise ValueError(  # noqa: TRY004 - bad files have one type of error
            "The file is not valid: it does not say which version has written it."
        )
    return version


def _set_requests(estimator: Any, requests: Any) -> None:
    if requests is None:
        return
    possible = requestable_metadata(type(estimator))
    if not _are_requests(requests, possible):
        raise ValueError("The file is not valid: it requests metadata that the estimator lacks.")
    set_metadata_requests(estimator, requests)


def _are_requests(requests: Any, possible: dict[str, set[str]]) -> bool:
    return isinstance(requests, dict) and all(
        isinstance(aliases, dict)
        and aliases.keys() <= possible.get(method, set())
        and all(alias is None or isinstance(alias, bool | str) for alias in aliases.values())
        for method, aliases in requests.items()
    )
