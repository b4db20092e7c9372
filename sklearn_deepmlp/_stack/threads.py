"""How many threads a step of training is worth.

An additional thread costs a step more than it saves where the matrix products are small, and on
cores that have other work too it costs a multiple of the step. So small networks are trained on one
thread, whatever torch is set to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sklearn_deepmlp._stack.flops import product_flops
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._threads import limited_to, n_threads
from sklearn_deepmlp._waits import considerate_waits

# Floating point operations of a layer's product, times the number of threads, from which on threads
# take less time than one on idle cores and no more on busy ones: docs/performance.md, "Threads".
WORTH = 1e8


def _mean_product_flops(jobs: Sequence[Job]) -> float:
    """Return the operations of the mean product of a stack's step.

    Sparse features count as dense ones, because the solver goes through all weights.
    """
    architecture = jobs[0].architecture
    per_row = product_flops(architecture, architecture.layer_sizes[0])
    n_rows = max(min(job.optimization.batch_size, len(job.data.rows)) for job in jobs)
    return len(jobs) * n_rows * sum(per_row) / len(per_row)


@contextmanager
def threads_for(jobs: Sequence[Job], at_step: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Have the calling thread train these jobs, as one stack, on as many threads as they are worth.

    Those are all that torch may use, or one.

    Parameters
    ----------
    jobs : sequence of Job
        One per network.
    at_step : callable
        What is to be called at each step.

    Yields
    ------
    callable
        To be called at each step in its place.
    """
    if n_threads() == 1 or _mean_product_flops(jobs) * n_threads() < WORTH:
        with limited_to(1):
            yield at_step
        return
    with considerate_waits() as look:

        def look_at_step() -> None:
            at_step()
            look()

        yield look_at_step
