"""Several servers on one PostgreSQL and one Redis, with faults between and beneath them (S6)."""
