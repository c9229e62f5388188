"""How much of a file is taken. Pure."""

from __future__ import annotations

MAX_FILE_BYTES = 16 * 1024 * 1024
"""Of a file: a document of an office with some pictures, a pad with its history."""
MAX_MARKUP_BYTES = 4 * 1024 * 1024
"""Of a file that is text itself: Markdown, HTML, plain text."""
MAX_TEXT_BYTES = 1024 * 1024
"""Of the text that comes into a note, in UTF-8: some 150,000 words."""
