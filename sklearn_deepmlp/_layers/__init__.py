"""The layers of M networks of one shape, each kind a class.

A layer declares its parameters and running statistics, predicts, and trains: it returns its
output and its pullback, a function that takes the derivatives of the losses by that output, writes
those by its parameters to their gradients, and returns those by its input. Autograd would find the
same, but the graph that it builds takes a third of a small network's step.

Tensors have a leading dimension M, one entry per network, where there are several networks. A
single network has none, as matrix products of two dimensions take half the time of batched ones
where they are small. So layers count dimensions from the end: units are the last, rows the one
before.
"""
