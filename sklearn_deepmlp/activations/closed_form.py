"""Which activations have their derivatives in closed form, and which leave them to autograd."""

from __future__ import annotations

from sklearn_deepmlp.activations.base import Activation


def _distance(activation: Activation, name: str) -> int:
    """Return how many classes up from that of the activation a name is defined."""
    return next(i for i, kind in enumerate(type(activation).__mro__) if name in vars(kind))


def has_closed_form(activation: Activation) -> bool:
    """Tell whether an activation gives all derivatives of its `function`.

    It does not where it learns something random, nor where its `function` overrides the one to
    which an inherited derivative belongs.
    """
    if activation.saved_for_backward is None or (activation.learned() and activation.noisy):
        return False
    needed = ["saved_for_backward", "backward"]
    if activation.learned():
        needed.append("backward_learned")
    own = _distance(activation, "function")
    return all(_distance(activation, name) <= own for name in needed)
