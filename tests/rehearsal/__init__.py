"""A whole day, rehearsed: a real server, stock clients, real pages, a crash, locks, the export."""
