"""Several processes on the same notes, measured: what an edit costs, and what ends it."""
