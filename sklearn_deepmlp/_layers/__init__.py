"""The layers of M networks of one shape, one class per kind of layer.

A layer declares its parameters and running statistics, predicts, and trains. In training it returns
its output and its pullback: a function that takes the gradient of the losses with respect to the
output, stores the gradients of the layer's parameters, and returns the gradient with respect to the
input. Autograd would compute the same, but building its graph takes a third of the time of a small
network's step.

Where there are several networks, tensors have a leading dimension M with one entry per network. A
single network has no such dimension, because small matrix products take half the time of batched
ones. So layers count dimensions from the end: units are the last dimension, rows the one before.
"""
