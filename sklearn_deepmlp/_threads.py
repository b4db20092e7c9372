"""How many threads the numerical libraries use, for the calling thread alone where they allow it.

OpenMP and MKL, on which torch computes, have a number of threads for each thread that calls them.
`torch.set_num_threads` would change what new threads of the process inherit, and is not used.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Generic, TypeVar

import torch
from threadpoolctl import ThreadpoolController

from sklearn_deepmlp._compat.fork import is_forked

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def n_threads() -> int:
    """Return how many threads torch may use in the calling thread.

    One in a forked child, where the threads of the parent's OpenMP are missing and torch would
    wait for them for ever.
    """
    return 1 if is_forked() else torch.get_num_threads()


@cache
def _libraries() -> ThreadpoolController:
    """Find the libraries of this process, once: those of torch, numpy and scipy are loaded."""
    return ThreadpoolController()


@cache
def openmp_libraries() -> list[Any]:
    """Return the OpenMP libraries of the process, of which torch brings one."""
    return _libraries().select(user_api="openmp").lib_controllers


@cache
def _set_mkl_threads() -> Callable[[int], int] | None:
    """Return MKL's function for the calling thread, where torch is built on MKL.

    It returns the number from before, which is 0 where the thread has none of its own.
    """
    folder = Path(torch.__file__).parent / "lib"
    for library in [*folder.glob("libtorch_cpu.*"), *folder.glob("torch_cpu.dll")]:
        with suppress(OSError, AttributeError):
            return ctypes.CDLL(str(library)).MKL_Set_Num_Threads_Local
    return None


class limited_to:  # noqa: N801 - a context manager, which as a function would take twice as long
    """Have torch use `n` threads in the calling thread; restore what was before.

    Parameters
    ----------
    n : int
        Number of threads.
    """

    def __init__(self, n: int) -> None:
        self._n = n

    def __enter__(self) -> None:
        # Here a new thread of torch takes over the number of the process.
        self._is_different = torch.get_num_threads() != self._n
        if not self._is_different:
            return
        set_mkl_threads = _set_mkl_threads()
        self._mkl_before = 0 if set_mkl_threads is None else set_mkl_threads(self._n)
        self._before = [library.get_num_threads() for library in openmp_libraries()]
        for library in openmp_libraries():
            library.set_num_threads(self._n)

    def __exit__(self, *error: object) -> None:
        if not self._is_different:
            return
        for library, number in zip(openmp_libraries(), self._before, strict=True):
            library.set_num_threads(number)
        set_mkl_threads = _set_mkl_threads()
        if set_mkl_threads is not None:
            set_mkl_threads(self._mkl_before)


class _Work(Generic[_Item, _Result]):
    """Items to which several threads apply a function, each the next one that is left."""

    def __init__(
        self,
        function: Callable[[_Item], _Result],
        items: Sequence[_Item],
        around: Callable[[], AbstractContextManager[Any]],
    ) -> None:
        self._function, self._around = function, around
        self._to_do: SimpleQueue[tuple[int, _Item]] = SimpleQueue()
        for pair in enumerate(items):
            self._to_do.put(pair)
        self.results: dict[int, _Result] = {}
        self.errors: list[BaseException] = []

    def do(self) -> None:
        """Work until nothing is left, or one of the threads has failed."""
        try:
            with self._around():
                while not self.errors:
                    number, item = self._to_do.get_nowait()
                    self.results[number] = self._function(item)
        except Empty:
            pass
        except BaseException as error:  # noqa: BLE001 - raised in the calling thread
            self.errors.append(error)


def map_in_threads(
    function: Callable[[_Item], _Result],
    items: Sequence[_Item],
    n: int,
    around: Callable[[], AbstractContextManager[Any]],
) -> list[_Result]:
    """Apply a function to items in this thread and n − 1 others, where so many can be started.

    Each thread works within a context of its own that `around` makes. An exception ends the work
    of all and comes out here.
    """
    work = _Work(function, items, around)
    others = [threading.Thread(target=work.do, daemon=True) for _ in range(n - 1)]
    with suppress(RuntimeError):  # can't start new thread
        for thread in others:
            thread.start()
    work.do()
    for thread in others:
        if thread.ident is not None:
            thread.join()
    if work.errors:
        raise work.errors[0]
    return [work.results[number] for number in range(len(items))]


class _BlasLimit:
    """Limits the BLAS libraries of numpy and scipy, which have one number for the process.

    Calls may overlap in time: the first one in sets the limit, the last one out restores.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._n_inside = 0
        self._restore: Callable[[], None] | None = None

    def enter(self) -> None:
        with self._lock:
            self._n_inside += 1
            if self._n_inside == 1:
                limit = _libraries().select(user_api="blas").limit(limits=1)
                self._restore = limit.restore_original_limits

    def leave(self) -> None:
        with self._lock:
            self._n_inside -= 1
            if self._n_inside == 0 and self._restore is not None:
                self._restore()


_blas_limit = _BlasLimit()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Have numpy and scipy use one thread for linear algebra, as scikit-learn does in KMeans."""
    _blas_limit.enter()
    try:
        yield
    finally:
        _blas_limit.leave()
