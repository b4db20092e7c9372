"""What an activation function is: the base class of all of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from numbers import Real
from typing import Any, ClassVar

from sklearn.base import BaseEstimator
from torch import Tensor

Number = float | Tensor  # the same for all networks, or broadcastable to what it is applied to


class Activation(BaseEstimator, ABC):
    """Base class of activation functions; derive from it to make one of your own.

    An activation is a value: it holds hyperparameters, never tensors, and is cloned, printed,
    validated and searched as any scikit-learn object. Derivatives come from autograd, unless a
    class writes `backward`, which is quicker.

    A subclass writes `function`; its constructor stores its parameters unchanged, as
    scikit-learn asks. All numbers among them are hyperparameters and reach `function` as
    keywords, because networks trained together may differ in them. The remaining class
    attributes and methods have defaults that suit most functions.

    Attributes
    ----------
    default_init : str
        Name of the initialization that ``init="auto"`` takes for this function.
    homogeneous : bool
        Whether f(cz) = c·f(z) for every c > 0, as for ReLU. How large the weights of the first
        layer start then changes only the scale of what the network computes, and the regressor's
        ``init="auto"`` starts them small.
    self_normalizing : bool
        Whether networks of this function keep activations at mean 0 and variance 1, given
        the conditions of Klambauer et al. (2017), which `fit` then checks.
    noisy : bool
        Whether `function` takes the random numbers of `training_numbers` while training.
    keeps : {"input", "output", None}
        What `backward` is given; None leaves the derivatives to autograd.

    Examples
    --------
    >>> from sklearn_deepmlp import DeepMLPClassifier
    >>> from sklearn_deepmlp.activations import Activation
    >>> class Softsign(Activation):
    ...     default_init = "glorot_normal"
    ...
    ...     def __init__(self, steepness=1.0):
    ...         self.steepness = steepness
    ...
    ...     def function(self, z, *, steepness):
    ...         return steepness * z / (1 + (steepness * z).abs())
    >>> DeepMLPClassifier(activation=Softsign(steepness=2.0))
    DeepMLPClassifier(activation=Softsign(steepness=2.0))
    """

    default_init: ClassVar[str] = "glorot_normal"
    homogeneous: ClassVar[bool] = False
    self_normalizing: ClassVar[bool] = False
    noisy: ClassVar[bool] = False
    keeps: ClassVar[str | None] = None
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}

    @abstractmethod
    def function(self, z: Tensor, **hyperparameters: Any) -> Tensor:
        """Compute the activation, elementwise.

        Parameters
        ----------
        z : Tensor of shape (networks, rows, units)
            Pre-activations.
        **hyperparameters : float or Tensor
            The numbers of the constructor by name: floats, or tensors that broadcast to `z`
            where networks differ in them or learn them.

        Returns
        -------
        Tensor of shape (networks, rows, units)
        """

    def training_numbers(self, uniform: Tensor, **hyperparameters: Any) -> dict[str, Any]:
        """Return random numbers that `function` takes while training, where `noisy` is true.

        Parameters
        ----------
        uniform : Tensor of shape (networks, rows, units)
            Independent draws from the uniform distribution on [0, 1).
        **hyperparameters : float or Tensor
            As in `function`.

        Returns
        -------
        dict of str to float or Tensor
            Numbers by name, as in `function`.
        """
        return hyperparameters

    def backward(self, slopes: Tensor, kept: Tensor, **hyperparameters: Any) -> Tensor:
        """Multiply by the derivative of `function`, where `keeps` is not None.

        Parameters
        ----------
        slopes : Tensor of shape (networks, rows, units)
            Derivatives of the losses by what `function` returned.
        kept : Tensor of shape (networks, rows, units)
            What `function` was given, or what it returned, as `keeps` says.
        **hyperparameters : float or Tensor
            As in `function`.

        Returns
        -------
        Tensor of shape (networks, rows, units)
        """
        owner = type(self).__name__
        raise NotImplementedError(f"{owner} sets keeps={self.keeps!r} but writes no backward.")

    def backward_learned(
        self, slopes: Tensor, kept: Tensor, **hyperparameters: Any
    ) -> tuple[Tensor, ...]:
        """Multiply by the derivatives by what is learned, where `keeps` is not None.

        Parameters
        ----------
        slopes, kept : Tensor of shape (networks, rows, units)
            As in `backward`.
        **hyperparameters : float or Tensor
            As in `function`.

        Returns
        -------
        tuple of Tensor of shape (networks, rows, units)
            One a name of `learned`, in that order.
        """
        return ()

    def has_closed_form(self) -> bool:
        """Tell whether `backward` and `backward_learned` give all derivatives.

        They do not where what is learned is random, nor in a subclass that writes a `function`
        of its own and inherits them.
        """
        is_inherited = type(self).backward_learned is Activation.backward_learned
        if self.keeps is None or (self.learned() and (self.noisy or is_inherited)):
            return False
        nearest = next(c for c in type(self).__mro__ if {"function", "keeps"} & vars(c).keys())
        return "keeps" in vars(nearest)

    def hyperparameters(self) -> dict[str, float]:
        """Return the numbers among the constructor's parameters, by name."""
        return {
            name: float(value)
            for name, value in self.get_params(deep=False).items()
            if isinstance(value, Real) and not isinstance(value, bool)
        }

    def learned(self) -> tuple[str, ...]:
        """Return which hyperparameters training adjusts, one value a unit, from their start."""
        return ()
