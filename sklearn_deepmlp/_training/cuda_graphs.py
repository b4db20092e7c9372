"""Steps recorded as CUDA graphs, which a GPU repeats without the host launching each kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, partial
from threading import RLock
from typing import Any

import torch

from sklearn_deepmlp._compat.cuda_graphs import release_failed_capture

# torch captures one graph at a time in a process, and its allocator must not empty its cache
# meanwhile.
_CAPTURING = RLock()


@cache
def _side_stream(device: torch.device) -> torch.cuda.Stream:
    """Return the stream of all captures on a device.

    There is one, because torch keeps a workspace for matrix products for each stream.
    """
    return torch.cuda.Stream(device)  # type: ignore[no-untyped-call]


class CudaGraphs:
    """Records steps as CUDA graphs, all with one memory pool.

    Parameters
    ----------
    device : torch.device
        The GPU, with its index.
    least_steps : int
        How many steps of a kind must lie ahead for a capture to be worth its time. The default is
        an estimate: a capture takes some milliseconds and saves some tenths of one per step.
    """

    def __init__(self, device: torch.device, least_steps: int = 50) -> None:
        self._device, self.least_steps = device, least_steps
        self._graphs: list[torch.cuda.CUDAGraph] = []
        self._pool: Any = None

    @contextmanager
    def warm_up(self) -> Iterator[None]:
        """Make a step on the stream of captures, as torch requires before a capture."""
        side, current = _side_stream(self._device), torch.cuda.current_stream(self._device)
        with _CAPTURING:
            side.wait_stream(current)
            try:
                with torch.cuda.stream(side):
                    yield
            finally:
                current.wait_stream(side)

    def record(self, step: Callable[[], None]) -> Callable[[], None]:
        """Record a step, which is not made.

        Parameters
        ----------
        step : callable
            Launches the kernels of the step. All tensors that were there before and that it uses
            must stay until `close`.

        Returns
        -------
        callable
            Makes the step.

        Raises
        ------
        Exception
            Where the step cannot be recorded. Nothing has changed then.
        """
        if self._pool is None:
            self._pool = torch.cuda.graph_pool_handle()
        graph = torch.cuda.CUDAGraph()
        with _CAPTURING, torch.cuda.stream(_side_stream(self._device)):
            try:
                self._capture(graph, self._pool, step)
            except BaseException:
                self._clean_up()
                raise
        self._graphs.append(graph)
        return graph.replay

    def _capture(self, graph: torch.cuda.CUDAGraph, pool: Any, step: Callable[[], object]) -> None:
        """Do what `torch.cuda.graph` does, without a search for garbage, which takes longer."""
        torch.cuda.synchronize(self._device)
        torch.cuda.empty_cache()
        graph.capture_begin(pool, capture_error_mode="thread_local")
        try:
            step()
        finally:
            graph.capture_end()

    def _clean_up(self) -> None:
        """Clean up after a failed capture.

        It leaves torch's random generator in the state of a capture, which the end of another one
        sets back.
        """
        release_failed_capture(self._device, self._pool)
        with suppress(RuntimeError):
            self._capture(
                torch.cuda.CUDAGraph(),
                torch.cuda.graph_pool_handle(),
                partial(torch.zeros, 1, device=self._device),
            )

    def close(self) -> None:
        """Release all graphs and their memory; what was recorded can no longer be repeated."""
        if self._pool is None:
            return
        with _CAPTURING:
            torch.cuda.synchronize(self._device)
            for graph in self._graphs:
                graph.reset()
            self._graphs.clear()
            self._pool = None
            torch.cuda.empty_cache()
