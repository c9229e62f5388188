"""Several processes that serve the same address: a supervisor that listens, and its workers."""
