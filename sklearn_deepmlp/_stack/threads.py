"""How many threads a training step uses.

Where matrix products are small, an additional thread costs a step more time than it saves; on cores
that have other work too, it costs a multiple of the step. So small networks are trained on one
thread, whatever torch is set to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sklearn_deepmlp._stack.flops import product_flops
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._threads import limited_to, n_threads
from sklearn_deepmlp._waits import considerate_waits

# Floating point operations of a layer's product, times the number of threads, from which several
# threads take less time than one on idle cores, and no more time on busy ones:
# docs/about/performance.md, "Threads".
WORTH = 1e8


def _mean_product_flops(jobs: Sequence[Job]) -> float:
    """Return the operations of a step of a stack in a matrix product, averaged over the layers.

    Sparse features count as dense ones, because the solver goes through all weights.
    """
    architecture = jobs[0].architecture
    per_row = product_flops(architecture, architecture.layer_sizes[0])
    n_rows = max(min(job.optimization.batch_size, len(job.data.rows)) for job in jobs)
    return len(jobs) * n_rows * sum(per_row) / len(per_row)


@contextmanager
def threads_for(jobs: Sequence[Job], at_step: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Limit the calling thread to as many threads as the training of a stack can use well.

    They are either all that torch may use, or one.

    Parameters
    ----------
    jobs : sequence of Job
        One per network of the stack.
    at_step : callable
        What the caller wants to be called at each step.

    Yields
    ------
    callable
        To be called at each step instead of `at_step`; it calls that.
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
