"""The training of a stack of networks: skorch's loop, with callbacks for each network."""
