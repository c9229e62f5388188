"""Readers of Markdown that share nothing with the server's, and one form for what each sees.

Three of them, each of other makers: markdown-it-py, in a setting of its own; GitHub's cmark-gfm;
and commonmark.js, the reference of CommonMark 0.31, which knows no extensions.
"""
