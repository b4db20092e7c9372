"""How many threads numerical libraries use, for the calling thread only where that is possible.

OpenMP and MKL, with which torch computes, have a number of threads for each thread that calls them.
`torch.set_num_threads` is not used, because it would also change what new threads inherit.
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

    It is one in a forked child, where the parent's OpenMP threads are missing and torch would wait
    for them forever.
    """
    return 1 if is_forked() else torch.get_num_threads()


@cache
def _libraries() -> ThreadpoolController:
    """Find the libraries of this process, once, as those of torch, numpy and scipy are loaded."""
    return ThreadpoolController()


@cache
def openmp_libraries() -> list[Any]:
    """Return the OpenMP libraries of the process, one of which comes with torch."""
    return _libraries().select(user_api="openmp").lib_controllers


@cache
def _set_mkl_threads() -> Callable[[int], int] | None:
    """Return MKL's function that sets the number of the calling thread; None without MKL.

    The function returns the previous number, which is 0 if the thread has none of its own.
    """
    folder = Path(torch.__file__).parent / "lib"
    for library in [*folder.glob("libtorch_cpu.*"), *folder.glob("torch_cpu.dll")]:
        with suppress(OSError, AttributeError):
            return ctypes.CDLL(str(library)).MKL_Set_Num_Threads_Local
    return None


class limited_to:  # noqa: N801 - a context manager; as a function it would take twice as long
    """Have torch use `n` threads in the calling thread; restore the previous number on exit.

    Parameters
    ----------
    n : int
        Number of threads.
    """

    def __init__(self, n: int) -> None:
        self._n = n

    def __enter__(self) -> None:
        # In a new thread, this call makes torch adopt the number of the process.
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
    """Items to which several threads apply a function; each takes the next item that is left."""

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
                    index, item = self._to_do.get_nowait()
                    self.results[index] = self._function(item)
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
    """Apply a function to items in several threads, this one included.

    An exception in one thread stops all of them and is raised here.

    Parameters
    ----------
    function : callable
        Takes an item.
    items : sequence
        The items.
    n : int
        Number of threads; fewer where not so many can be started.
    around : callable
        Returns a context, within which a thread works.

    Returns
    -------
    list
        The results, in the order of the items.
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
    return [work.results[index] for index in range(len(items))]


class _BlasLimit:
    """Limits the BLAS libraries of numpy and scipy, which have one number for the process.

    Threads may use it at the same time: the first to enter sets the limit, and the last to leave
    restores the previous number.
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
