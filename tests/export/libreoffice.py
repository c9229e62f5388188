"""What LibreOffice makes of our files, read back from the one XML that it writes of a document."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from lxml import etree

OFFICE: Final = shutil.which("soffice")
ODF: Final = "urn:oasis:names:tc:opendocument:xmlns"
STYLE: Final = f"{{{ODF}:style:1.0}}"
TEXT: Final = f"{{{ODF}:text:1.0}}"


def converted(files: Iterable[Path], into: str) -> list[Path]:
    """What LibreOffice makes of files, beside them: all of one start, which takes a second."""
    paths = list(files)
    folder = paths[0].parent
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    options = ("--headless", profile, "--convert-to", into, "--outdir", str(folder))
    command = [str(OFFICE), *options, *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return [path.with_suffix(f".{into}") for path in paths]


class Flat:
    """A document as LibreOffice understood it."""

    def __init__(self, path: Path) -> None:
        self.root = etree.parse(path, etree.XMLParser(huge_tree=True)).getroot()
        [self.body] = self.root.iter(f"{{{ODF}:office:1.0}}text")
        self._defaults = {
            one.get(f"{STYLE}family"): one for one in self.root.iter(f"{STYLE}default-style")
        }
        self._styles = {
            (one.get(f"{STYLE}family"), one.get(f"{STYLE}name")): one
            for one in self.root.iter(f"{STYLE}style")
        }

    def kind(self, element: etree._Element) -> str:
        """The name of the style that the element has, as people see it, whatever was added."""
        named = next(one for one in self._line(element) if one.getparent().tag.endswith("}styles"))
        return str(named.get(f"{STYLE}display-name", named.get(f"{STYLE}name")))

    def look(self, element: etree._Element) -> dict[str, str]:
        """What its styles say of it: the nearest has the last word."""
        return {
            str(etree.QName(name).localname): str(value)
            for style in reversed(list(self._line(element)))
            for properties in style
            for name, value in properties.attrib.items()
        }

    def sign(self, item: etree._Element) -> str:
        """What stands before an item of a list: a bullet, `1` for a number, or nothing."""
        lists = [one for one in item.iterancestors() if one.tag == f"{TEXT}list"]
        name = next(one.get(f"{TEXT}style-name") for one in lists if one.get(f"{TEXT}style-name"))
        [levels] = [
            one for one in self.root.iter(f"{TEXT}list-style") if one.get(f"{STYLE}name") == name
        ]
        level = levels[len(lists) - 1]
        return str(level.get(f"{TEXT}bullet-char", level.get(f"{STYLE}num-format", "")))

    def _line(self, element: etree._Element) -> Iterable[etree._Element]:
        """Its style, those that this one is made of, and what holds where they say nothing."""
        family = "text" if element.tag == f"{TEXT}span" else "paragraph"
        style = self._styles.get((family, element.get(f"{TEXT}style-name")))
        while style is not None:
            yield style
            style = self._styles.get((family, style.get(f"{STYLE}parent-style-name")))
        if family in self._defaults:
            yield self._defaults[family]
