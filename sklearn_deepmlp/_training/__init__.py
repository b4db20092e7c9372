"""The training loop: skorch drives a stack of networks."""
