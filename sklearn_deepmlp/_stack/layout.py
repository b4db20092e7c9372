"""The positions of the arrays that layers declare, within one row per network.

A stack holds its parameters as one array (M, P) and its running statistics as another, (M, R). A
row of the parameters has all coefficients of a network first, then all intercepts, then the
parameters of activations and of normalizations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._layers.base import COEFS, FIELDS, ArraySpec, Layer, flattened
from sklearn_deepmlp._layers.build import build_layers
from sklearn_deepmlp._layers.tensors import CPU
from sklearn_deepmlp._stack.job import Job, NetworkState
from sklearn_deepmlp._types import Array


@dataclass(frozen=True)
class _Position:
    """The position of one array of a layer in a row."""

    layer: Layer
    index: int  # among the arrays that the layer declares
    spec: ArraySpec
    where: slice

    def view(self, whole: Tensor) -> Tensor:
        """Return its view of an array (M, P): (M, *shape), or shape for a single network."""
        if len(whole) == 1:
            return whole[0, self.where].view(self.spec.shape)
        return whole[:, self.where].view(-1, *self.spec.shape)

    def array(self, row: Array, member: int) -> Array:
        """Return its view of the row of one network, without padding."""
        n_rows, n_columns = shape = self.spec.shape_in(member)
        first = self.where.start
        return row[first : first + n_rows * n_columns].reshape(shape)


class Layout:
    """The positions of all arrays of a network.

    Parameters
    ----------
    layers : iterable of Layer
        The layers of the network.

    Attributes
    ----------
    n_parameters, n_coefs, n_running : int
        Number of parameters P, of coefficients, which come first among them, and of running
        statistics R.
    """

    def __init__(self, layers: Iterable[Layer]) -> None:
        self._layers = list(flattened(layers))
        self._parameters = list(_positions(self._layers, _parameters_of))
        self._running = list(_positions(self._layers, _running_stats_of))
        self.n_parameters, self.n_running = _length(self._parameters), _length(self._running)
        self.n_coefs = sum(p.spec.size for p in self._parameters if p.spec.field == COEFS)

    @property
    def coef_shapes(self) -> list[tuple[int, int]]:
        """Shape (fan_in, fan_out) of each layer's coefficients."""
        return [p.spec.shape for p in self._parameters if p.spec.field == COEFS]

    @property
    def coef_slices(self) -> list[slice]:
        """Where the coefficients of each layer lie in a row."""
        return [p.where for p in self._parameters if p.spec.field == COEFS]

    def columns_in(self, other: Layout) -> slice | NDArray[np.intp]:
        """Return the columns of another layout's array that these parameters are.

        A stack has columns for all that any of its activations learns; those of activations that
        have left it are dropped.
        """
        if self.n_parameters == other.n_parameters:
            return slice(None)
        indices, where = np.arange(other.n_parameters), other.slices()
        return np.concatenate([indices[where[name]] for name in self.slices()])

    def slices(self) -> dict[tuple[str, int, int], slice]:
        """Return where each array lies in a row, by field, layer and number within the layer."""
        return {(p.spec.field, p.layer.index, p.index): p.where for p in self._parameters}

    def names(self, field: str) -> list[str]:
        """Return the names in a field of dicts for a single network's first hidden layer."""
        positions = [*self._parameters, *self._running]
        return [
            name
            for p in positions
            if p.spec.field == field and p.layer.index == 0 and (name := p.spec.name(0)) is not None
        ]

    def bind(self, theta: Tensor, gradient: Tensor, running: Tensor) -> None:
        """Give each layer its views of the parameters, gradients and running statistics.

        Parameters
        ----------
        theta, gradient : Tensor of shape (M, P)
            Parameters and their gradients.
        running : Tensor of shape (M, R)
            Running statistics.
        """
        own, own_running = _by_layer(self._parameters), _by_layer(self._running)
        for layer in self._layers:
            layer.bind(
                [position.view(theta) for position in own[layer]],
                [position.view(gradient) for position in own[layer]],
                [position.view(running) for position in own_running[layer]],
            )

    def start(self, job: Job, member: int, row: Array, running: Array) -> None:
        """Set the rows of a network to where its training starts.

        Parameters
        ----------
        job : Job
            Its training.
        member : int
            Its index in the stack.
        row : ndarray of shape (P,)
            Its parameters, all 0.
        running : ndarray of shape (R,)
            Its running statistics, all 0.
        """
        if job.start.state is not None:
            self.fill(job.start.state, member, row, running)
            return
        generator = np.random.default_rng(job.seeds.init)
        arrays = _by_layer(self._parameters)
        for layer in self._layers:
            own = [position.array(row, member) for position in arrays[layer]]
            layer.start(member, job.start.initializers, generator, own)
        for position in self._running:
            position.array(running, member).fill(position.layer.running_start()[position.index])

    def fill(
        self, state: NetworkState, member: int, row: Array, running: Array | None = None
    ) -> None:
        """Set the rows of a network to a state; arrays that the network lacks are set to 0.

        Parameters
        ----------
        state : NetworkState
            What it has learned.
        member : int
            Its index in the stack.
        row : ndarray of shape (P,)
            Its parameters.
        running : ndarray of shape (R,), optional
            Its running statistics; None where the state has none.
        """
        with np.errstate(over="ignore"):  # what is too large for the dtype becomes infinite
            for position in self._parameters:
                _copy_from_state(state, position, row, member)
            if running is not None:
                for position in self._running:
                    _copy_from_state(state, position, running, member)

    def states(
        self, members: Sequence[int], theta: Tensor, running: Tensor | None = None
    ) -> list[NetworkState]:
        """Copy the states of networks to main memory, in one transfer from their device.

        No state keeps another network in memory.

        Parameters
        ----------
        members : sequence of int
            Their indices in the stack.
        theta : Tensor of shape (M, P)
            The parameters of the stack.
        running : Tensor of shape (M, R), optional
            Its running statistics; they are left out where this is None.
        """
        rows = _rows_of(theta, members)
        running_rows = [None] * len(rows) if running is None else _rows_of(running, members)
        copies = theta.device == CPU or len(rows) > 1  # otherwise the row was fetched for it only
        each = zip(members, rows, running_rows, strict=True)
        return [self.state(*of_one, copies=copies) for of_one in each]

    def state(
        self, member: int, row: Array, running: Array | None = None, *, copies: bool = True
    ) -> NetworkState:
        """Return the state of one network from its rows.

        Parameters
        ----------
        member : int
            Its index in the stack.
        row : ndarray of shape (P,)
            Its parameters.
        running : ndarray of shape (R,), optional
            Its running statistics; they are left out where this is None.
        copies : bool
            Whether the arrays are copies. Otherwise they are views of the rows.
        """
        n_hidden = sum(position.spec.field == COEFS for position in self._parameters) - 1
        state = NetworkState([], [], [{} for _ in range(n_hidden)], [{} for _ in range(n_hidden)])
        for position in self._parameters:
            _add_to_state(state, position, row, member, copies=copies)
        if running is not None:
            for position in self._running:
                _add_to_state(state, position, running, member, copies=copies)
        return state


def layout_of(architecture: Architecture) -> Layout:
    """Return the layout of a single network."""
    return Layout(build_layers([architecture]))


def _parameters_of(layer: Layer) -> Sequence[ArraySpec]:
    return layer.parameters()


def _running_stats_of(layer: Layer) -> Sequence[ArraySpec]:
    return layer.running_stats()


def _positions(
    layers: Sequence[Layer], declared: Callable[[Layer], Sequence[ArraySpec]]
) -> Iterator[_Position]:
    """Yield the positions of the arrays that layers declare, in the order of ``FIELDS``."""
    specs = [(layer, index, spec) for layer in layers for index, spec in enumerate(declared(layer))]
    start = 0
    for layer, index, spec in sorted(specs, key=lambda entry: FIELDS.index(entry[2].field)):
        yield _Position(layer, index, spec, slice(start, start + spec.size))
        start += spec.size


def _length(positions: Sequence[_Position]) -> int:
    return positions[-1].where.stop if positions else 0


def _by_layer(positions: Sequence[_Position]) -> Mapping[Layer, Sequence[_Position]]:
    by_layer = defaultdict(list)
    for position in positions:
        by_layer[position.layer].append(position)
    return by_layer


def _rows_of(whole: Tensor, members: Sequence[int]) -> Sequence[Array]:
    """Return the rows of some networks in main memory, where possible without a copy."""
    if whole.device == CPU:
        return [whole[member].numpy() for member in members]
    are_all = list(members) == list(range(len(whole)))
    return list((whole if are_all else whole[members]).cpu().numpy())


def _add_to_state(
    state: NetworkState, position: _Position, row: Array, member: int, *, copies: bool
) -> None:
    """Add one array of a network's row to its state."""
    spec, field = position.spec, getattr(state, position.spec.field)
    array = position.array(row, member)
    values = array if spec.field == COEFS else array[0]
    values = values.copy() if copies else values
    if not spec.names:
        field.append(values)
    elif (name := spec.name(member)) is not None:
        field[position.layer.index][name] = values


def _copy_from_state(state: NetworkState, position: _Position, row: Array, member: int) -> None:
    """Copy one array of a network's state to its row."""
    position.array(row, member)[...] = from_state(state, position.layer, position.spec, member)


def from_state(state: NetworkState, layer: Layer, spec: ArraySpec, member: int = 0) -> Any:
    """Return one array of a network's state; 0 if the network does not have it.

    Parameters
    ----------
    state : NetworkState
        Of the network.
    layer : Layer
        The layer that has the array.
    spec : ArraySpec
        What the layer declares.
    member : int
        The network's index in the stack.
    """
    entry = getattr(state, spec.field)[layer.index]
    return entry.get(spec.name(member), 0.0) if spec.names else entry
