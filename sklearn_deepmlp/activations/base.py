"""The base class of activation functions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cache
from numbers import Real
from typing import Any, ClassVar

from sklearn.base import BaseEstimator
from torch import Tensor

from sklearn_deepmlp._compat.documentation import LinkedToDocumentation
from sklearn_deepmlp._compat.parameter_hints import HintsAtParameters
from sklearn_deepmlp._compat.sklearn import parameter_names

# scikit-learn inspects the signature at each call.
_parameter_names = cache(parameter_names)


class Activation(LinkedToDocumentation, HintsAtParameters, BaseEstimator, ABC):
    """Base class of activation functions; subclass it to define a custom one.

    An activation is a value: it holds hyperparameters, never tensors, and is cloned, printed,
    validated and searched like any scikit-learn object.

    A subclass implements `function`; its constructor stores its parameters unchanged, as
    scikit-learn requires. All numbers among them are hyperparameters and reach `function` as
    keyword arguments, because networks trained together may differ in them. The other class
    attributes and methods have defaults that suit most functions.

    Derivatives come from autograd, unless the class that implements `function`, or a subclass,
    sets `saved_for_backward` and implements `backward`, which is faster. `backward_learned` is
    needed too where hyperparameters are learned.

    `function` and `backward` may have another keyword, ``out=None``. In a stack of networks with
    different functions it is a tensor in which the result should be stored, which saves a copy;
    a result that is another tensor is copied there.

    **Shape**

    - Input: (networks, rows, units).
    - Output: the same, elementwise.

    Attributes
    ----------
    default_init : str
        Name of the initialization that ``init="auto"`` chooses for this function.
    homogeneous : bool
        Whether f(cz) = c·f(z) for every c > 0, as for ReLU. The initial scale of the weights of
        the first layer then changes only the scale of what the network computes, and the
        regressor's ``init="auto"`` initializes them small.
    self_normalizing : bool
        Whether networks with this function keep activations at mean 0 and variance 1 under
        the conditions of Klambauer et al. (2017), which `fit` then checks.
    noisy : bool
        Whether training computes `function` with the result of `sample_hyperparameters`.
    saved_for_backward : {"input", "output", None}
        Which tensor is saved for `backward`; None leaves the derivatives to autograd.

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
    saved_for_backward: ClassVar[str | None] = None
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {}

    @abstractmethod
    def function(self, z: Tensor, **hyperparameters: Any) -> Tensor:
        """Compute the activation elementwise.

        On a GPU its operations on tensors are recorded and repeated, so that Python runs it in the
        first steps of a training only.

        Parameters
        ----------
        z : Tensor of shape (networks, rows, units)
            Pre-activations.
        **hyperparameters : float or Tensor
            The numbers among the constructor's parameters, by name: floats, or tensors that
            broadcast to `z` where networks differ in them or learn them.

        Returns
        -------
        Tensor of shape (networks, rows, units)
        """

    def sample_hyperparameters(self, uniform: Tensor, **hyperparameters: Any) -> dict[str, Any]:
        """Return random hyperparameters for one training step, where `noisy` is true.

        Parameters
        ----------
        uniform : Tensor of shape (networks, rows, units)
            Independent draws from the uniform distribution on [0, 1).
        **hyperparameters : float or Tensor
            As in `function`.

        Returns
        -------
        dict of str to float or Tensor
            Hyperparameters by name, as in `function`.
        """
        return hyperparameters

    def backward(self, grad_output: Tensor, saved: Tensor, **hyperparameters: Any) -> Tensor:
        """Return the gradient of the losses with respect to the input of `function`.

        Parameters
        ----------
        grad_output : Tensor of shape (networks, rows, units)
            Gradient of the losses with respect to the output of `function`.
        saved : Tensor of shape (networks, rows, units)
            The input or the output of `function`, as `saved_for_backward` says.
        **hyperparameters : float or Tensor
            As in `function`.

        Returns
        -------
        Tensor of shape (networks, rows, units)
        """
        raise NotImplementedError(f"{type(self).__name__} implements no 'backward'.")

    def backward_learned(
        self, grad_output: Tensor, saved: Tensor, **hyperparameters: Any
    ) -> tuple[Tensor, ...]:
        """Return the gradients of the losses with respect to the learned hyperparameters.

        Parameters
        ----------
        grad_output, saved : Tensor of shape (networks, rows, units)
            As in `backward`.
        **hyperparameters : float or Tensor
            As in `function`.

        Returns
        -------
        tuple of Tensor of shape (networks, rows, units)
            One per name in `learned`, in that order, not summed over the rows.
        """
        raise NotImplementedError(f"{type(self).__name__} implements no 'backward_learned'.")

    def hyperparameters(self) -> dict[str, float]:
        """Return the numbers among the constructor's parameters, by name.

        Returns
        -------
        dict of str to float
            What reaches `function` as keyword arguments.
        """
        return {
            name: float(value)
            for name in _parameter_names(type(self))
            if isinstance(value := getattr(self, name), Real) and not isinstance(value, bool)
        }

    def learned(self) -> tuple[str, ...]:
        """Return the names of the hyperparameters that are learned, one value per unit.

        The constructor's parameters are their initial values.

        Returns
        -------
        tuple of str
            Keys of `hyperparameters`; empty if nothing is learned.
        """
        return ()
