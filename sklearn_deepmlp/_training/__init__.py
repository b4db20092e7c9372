"""skorch's loop over a stack of networks, and what its callbacks do for each of them."""
