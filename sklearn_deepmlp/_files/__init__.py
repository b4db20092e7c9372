"""Files of plain values and arrays: what they look like, how they are written and read."""
