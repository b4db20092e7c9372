"""What this package uses of scikit-learn beyond its stable public interface.

The private names are the same from scikit-learn 1.6 to 1.9. Callbacks came with 1.9; without them
estimators lack `set_callbacks` and nothing else.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sklearn.base import BaseEstimator
from sklearn.base import _fit_context as fit_context
from sklearn.model_selection._search import BaseSearchCV
from sklearn.utils._metadata_requests import SIMPLE_METHODS
from sklearn.utils._param_validation import Interval as _Interval
from sklearn.utils._param_validation import Options, StrOptions
from sklearn.utils.multiclass import _check_partial_fit_first_call as check_partial_fit_first_call
from sklearn.utils.validation import _check_sample_weight as check_sample_weight

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """Stands in for scikit-learn's mixin, without callbacks."""

    def with_callbacks(method: Callable[..., Any]) -> Callable[..., Any]:
        """Return the method as it is."""
        return method


_REQUEST = "_metadata_request"
_OF_MIXINS = (_REQUEST, "_skl_callbacks")


class Interval(_Interval):
    """scikit-learn's interval, which here contains no numbers that it cannot compare.

    Examples are a `Fraction`, and an int that is too large for a float.
    """

    def __contains__(self, value: Any) -> bool:
        try:
            float(value)
            return super().__contains__(value)
        except (OverflowError, TypeError, ValueError):
            return False


def str_options(options: Iterable[str]) -> StrOptions:
    """Return scikit-learn's options, which messages list in the order in which they are given.

    The order of a set differs from process to process. What is added to a table later counts.
    """
    table = options if isinstance(options, Mapping) else dict.fromkeys(options)
    return StrOptions(table.keys())


def parameter_names(kind: type[BaseEstimator]) -> list[str]:
    """Return the names of a constructor's parameters."""
    return kind._get_param_names()


def constrained_parameters(estimator: BaseEstimator) -> list[str]:
    """Return the names of the parameters that an estimator and its bases validate."""
    return list(estimator._parameter_constraints)


def check_parameters(estimator: BaseEstimator) -> None:
    """Validate the parameters of an estimator outside of its `fit`."""
    estimator._validate_params()


def calling_search() -> BaseSearchCV | None:
    """Return the search that evaluates its candidates in the current call; None if there is none.

    A search does not say that a task belongs to it; only the call stack shows it.
    """
    frame = inspect.currentframe()
    while frame is not None and frame.f_code.co_name != "evaluate_candidates":
        frame = frame.f_back
    caller = None if frame is None else frame.f_locals.get("self")
    return caller if isinstance(caller, BaseSearchCV) else None


def parameters_of_task(task: tuple[Any, ...]) -> Any:
    """Return the parameters that a task of a search sets; None for other tasks.

    The task is a function with its positional and keyword arguments, as `joblib.delayed` gives it.
    """
    return task[2].get("parameters")


def is_of_sklearn(scorer: Any) -> bool:
    """Return whether a scorer is made of a function of scikit-learn, as by `make_scorer`."""
    function = getattr(scorer, "_score_func", None)
    return str(getattr(function, "__module__", None)).startswith("sklearn.")


def has_callbacks(estimator: Any) -> bool:
    """Return whether an estimator has been given callbacks, by its user or by a search."""
    return bool(getattr(estimator, "_skl_callbacks", []))


def callback_context(estimator: Any, max_subtasks: int) -> Any:
    """Return the context through which an estimator informs its callbacks about its fit.

    Parameters
    ----------
    estimator : estimator with `CallbackSupportMixin`
        The estimator that is fitted.
    max_subtasks : int
        Maximum number of subtasks of the fit, such as epochs.
    """
    return estimator._init_callback_context(max_subtasks=max_subtasks)


def own_attributes(estimator: Any) -> dict[str, Any]:
    """Return the attributes of an estimator but those that scikit-learn's mixins keep in it."""
    return {name: each for name, each in vars(estimator).items() if name not in _OF_MIXINS}


def metadata_requests(estimator: Any) -> dict[str, dict[str, Any]] | None:
    """Return which metadata an estimator requests, by method and name; None for the default."""
    if _REQUEST not in vars(estimator):
        return None
    routing = estimator.get_metadata_routing()
    each = {method: dict(getattr(routing, method).requests) for method in SIMPLE_METHODS}
    return {method: requests for method, requests in each.items() if requests}


def set_metadata_requests(estimator: Any, requests: dict[str, dict[str, Any]]) -> None:
    """Have an estimator request metadata, as `metadata_requests` has returned them.

    Parameters
    ----------
    estimator : estimator
        Has the default requests.
    requests : dict of str to dict
        By method and name; the same names as in the default requests.

    Raises
    ------
    ValueError
        If a request has no valid value.
    """
    routing = estimator.get_metadata_routing()
    for method, aliases in requests.items():
        for name, alias in aliases.items():
            getattr(routing, method).add_request(param=name, alias=alias)
    setattr(estimator, _REQUEST, routing)


def requestable_metadata(kind: type[BaseEstimator]) -> dict[str, set[str]]:
    """Return the names of the metadata that a class of estimators can request, by method."""
    routing = kind().get_metadata_routing()
    return {method: set(getattr(routing, method).requests) for method in SIMPLE_METHODS}


__all__ = [
    "BaseSearchCV",
    "CallbackSupportMixin",
    "Interval",
    "Options",
    "StrOptions",
    "callback_context",
    "calling_search",
    "check_parameters",
    "check_partial_fit_first_call",
    "check_sample_weight",
    "constrained_parameters",
    "fit_context",
    "has_callbacks",
    "is_of_sklearn",
    "metadata_requests",
    "own_attributes",
    "parameter_names",
    "parameters_of_task",
    "requestable_metadata",
    "set_metadata_requests",
    "str_options",
    "with_callbacks",
]
