"""Revisions of the tables, oldest first. A store of an unknown revision was made by a newer
version. The list is here, and held to the files by a test, so that a store that is already
current opens without loading the migration tool."""

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
