"""What the sentences of `server/sentences.py` are in French: each under its English.

French typography: a no-break space before « : », a narrow one before « ; ? ! », ’ as apostrophe.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from server.french import looking_back, programmes, webhooks

FRENCH: Final[Mapping[str, str]] = looking_back.FRENCH | programmes.FRENCH | webhooks.FRENCH
