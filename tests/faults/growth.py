"""Memory after many fits, predictions and faults: what one of them takes is given back."""

import gc
import os
from pathlib import Path

from fitted import X, Y, make_net, raised_by
from injected import ImpossibleHere
from joblib import Parallel, delayed
from leftovers import comes_true
from sklearn.model_selection import cross_val_score

from sklearn_deepmlp import fit_together

MIB = 2**20
WORK = make_net(hidden_layer_sizes=(300, 300), max_iter=1, batch_size=600)  # 1.5 MiB in float64


def held_bytes():
    """Return how much memory the process holds."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        raise ImpossibleHere("does not tell the memory that it holds")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def grows_by_little(function, n=60, warm_up=40):
    """Check that the process grows by less than 30 MiB while a function is called many times."""
    for _ in range(warm_up):
        function()
    gc.collect()
    before = held_bytes()
    for _ in range(n):
        function()
    gc.collect()
    grown = held_bytes() - before
    assert grown < 30 * MIB, f"has grown by {grown / MIB:.0f} MiB"


def growth_by_fits():
    grows_by_little(lambda: WORK.fit(X, Y))


def growth_by_predictions():
    net = WORK.fit(X, Y)
    grows_by_little(lambda: net.predict(X))


def growth_by_partial_fits():
    net = make_net(hidden_layer_sizes=(300, 300), batch_size=600)
    grows_by_little(lambda: net.partial_fit(X, Y, classes=[False, True]))


def growth_by_searches_together():
    net = make_net(hidden_layer_sizes=(100,), max_iter=1, batch_size=600)

    def search():
        with fit_together():
            cross_val_score(net, X, Y, cv=3)

    grows_by_little(search)


def failing_score(net, X, y):
    raise ValueError("no score")


def growth_by_fits_that_fail():
    net = make_net(hidden_layer_sizes=(300, 300), batch_size=600, max_iter=3)
    net.set_params(early_stopping=True, scoring=failing_score)
    grows_by_little(lambda: raised_by(ValueError, net.fit, X, Y))


def growth_of_open_files_and_threads():
    if not Path("/proc/self/fd").exists():
        raise ImpossibleHere("does not tell its files")

    def counts():
        return [len(list(Path(f"/proc/self/{kind}").iterdir())) for kind in ("fd", "task")]

    def search():
        with fit_together():
            Parallel()(delayed(make_net(max_iter=1).fit)(X, Y) for _ in range(3))

    search()
    before = counts()
    for _ in range(10):
        search()
    comes_true(lambda: counts() <= before)
    assert counts() <= before
