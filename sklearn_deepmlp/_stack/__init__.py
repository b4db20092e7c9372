"""M networks of one shape, computed at once: data, layout, forward pass, optimizers."""
