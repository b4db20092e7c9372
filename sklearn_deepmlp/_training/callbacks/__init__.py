"""What skorch calls at the beginning and at the end of each epoch, for each network of a stack.

skorch's own EarlyStopping, EpochScoring, LRScheduler and gradient clipping serve one network: one
loss, one score, one optimizer. A stack has a number for each network, and training must continue
with the others when one has stopped. So the callbacks here take the place of skorch's.
"""
