"""SQLite's way to the disk, watched and broken: what power loss and failing disks are tested with.

The store runs as it is. Only the functions through which SQLite itself writes, cuts, synchronises
and deletes files are replaced, by ctypes, in the library that Python's `sqlite3` is linked with. It
is the place where SQLite's authors simulate their own losses of power. Other ways were weighed: a
library that is loaded before the C library needs a compiler wherever the tests run; tracing system
calls needs a tool and a right to use it; another binding of SQLite (apsw) would test another SQLite
than the one that the store runs on. What this way takes on trust is the last step: that SQLite's
`xSync` asks the system to synchronise.
"""
