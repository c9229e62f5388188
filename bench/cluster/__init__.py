"""Several processes on the same notes, measured: what an edit costs, how far it is, what ends it."""
