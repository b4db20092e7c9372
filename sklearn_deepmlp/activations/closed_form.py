"""Which activations have their derivatives in closed form, and which leave them to autograd."""

from __future__ import annotations

from sklearn_deepmlp.activations.base import Activation


def _distance(activation: Activation, name: str) -> int:
    """Return how many classes above that of the activation the definition of a name is."""
    return next(i for i, kind in enumerate(type(activation).__mro__) if name in vars(kind))


def has_closed_form(activation: Activation) -> bool:
    """Return whether an activation defines all derivatives of its `function`.

    It does not where it learns random hyperparameters, nor where its `function` overrides the one
    that an inherited derivative belongs to.
    """
    if activation.saved_for_backward is None or (activation.learned() and activation.noisy):
        return False
    needed = ["saved_for_backward", "backward"]
    if activation.learned():
        needed.append("backward_learned")
    of_function = _distance(activation, "function")
    return all(_distance(activation, name) <= of_function for name in needed)
