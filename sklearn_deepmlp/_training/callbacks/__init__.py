"""What skorch calls at the beginning and at the end of each epoch, for each network of a stack.

skorch's own EarlyStopping, EpochScoring, LRScheduler and gradient clipping know one network: one
loss, one score, one optimizer. Those of a stack have a number for each network, and must go on
with the others when one has stopped, so each of these duties is a callback here.
"""
