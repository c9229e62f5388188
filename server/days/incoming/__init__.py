"""Programmes from the tools that people already use: bytes in, a Programme out, or ProgrammeError.

`formats` finds out what a file is. A reader makes a `Listing` of it: `frab_json`, `frab_xml`,
`ical`, `own_export`, and for tables `csv_file`, `ods_file` and `columns`. `gather` makes the one
day of a listing that is wanted. Pure, all of it; nothing is guessed without saying so in a remark.
"""
