"""Many fits trained as one network: joblib's concurrent tasks meet before the engine.

The words of this package:

call
    One call of `joblib.Parallel`, for example by a search. A task may make calls itself.
task
    What joblib hands to a backend, usually one fit with its scoring. Each runs in a thread.
runner
    A thread that the rendezvous must know to be running or waiting: it runs a task or makes calls.
rendezvous
    Where tasks wait with the jobs that they have brought to training. It opens when no runner runs
    and no further task may start.
group
    The jobs that wait when the rendezvous opens. They are trained before any of them resumes.
stack
    The jobs of a group whose networks have one shape, so that they can be trained as one network.
block
    A part of a stack that is trained at a time, small enough for a core's cache.

`context` is where to start reading: `fit_together` makes `backend` that of joblib, which informs
`rendezvous` of calls and tasks. `serving` decides when to start tasks and when to train a group,
and `train_group` trains it, with `processes` on all cores. `progress` counts the networks and
epochs that `progress_bar` shows.
`remote` sends whole batches of tasks to other processes instead, where they meet in the same way.
"""
