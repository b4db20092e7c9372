"""The public classes and functions, and their members."""

import inspect

import sklearn_deepmlp
from sklearn_deepmlp import activations, initializers


def is_named(thing):
    """Return whether a thing has a name, as classes and functions have."""
    return inspect.isclass(thing) or inspect.isroutine(thing)


def classes_of(module):
    """Return the public classes of a public module that has no list of them."""
    return [
        name
        for name, thing in vars(module).items()
        if inspect.isclass(thing) and issubclass(thing, initializers.Initializer)
    ]


PUBLIC = {
    f"{module.__name__}.{name}": getattr(module, name)
    for module, names in [
        (sklearn_deepmlp, sklearn_deepmlp.__all__),
        (activations, activations.__all__),
        (initializers, classes_of(initializers)),
    ]
    for name in names
    if is_named(getattr(module, name))
}


def members_of(kind):
    """Return the names of the methods and properties that the package gives a class."""
    return [
        name
        for name in dir(kind)
        if not name.startswith("_")
        and not name.endswith("_request")  # scikit-learn makes these methods
        and _owner(kind, name).__module__.startswith("sklearn_deepmlp")
        and (inspect.isroutine(getattr(kind, name)) or _is_property(kind, name))
    ]


def _owner(kind, name):
    return next(base for base in kind.__mro__ if name in vars(base))


def _is_property(kind, name):
    return isinstance(inspect.getattr_static(kind, name), property)
