"""Power is lost at random instants of a store's work: what was not synchronised may be gone."""
