"""An address as a QR code, drawn here: nobody else is told where a link leads."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup

BORDER = 4
"""Modules of white around the code, as ISO/IEC 18004 wants them."""


def qr_code(address: str) -> Markup:
    """An SVG element without a size of its own, black on white in any colour scheme.

    Level M: a seventh of it may be torn off. A higher level has more and smaller modules, which
    the last row of a hall cannot see.
    """
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out,
        kind="svg",
        border=BORDER,
        dark="#000",
        light="#fff",
        xmldecl=False,
        svgns=True,
        omitsize=True,
        svgclass="qr-code",
        lineclass=None,
        nl=False,
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - paths and numbers that segno wrote
