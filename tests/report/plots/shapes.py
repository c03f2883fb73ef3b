"""What the tests of all plots read from an SVG."""

from __future__ import annotations

import xml.etree.ElementTree as ET


def texts(svg: str) -> list[str]:
    """Every text of the picture."""
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter("text")]


def identifiers(svg: str) -> set[str]:
    """Every identifier of the picture."""
    return {name for element in ET.fromstring(svg).iter() if (name := element.get("id"))}
