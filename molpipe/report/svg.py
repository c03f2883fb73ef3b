"""SVG of other programs, made fit to stand inside an HTML page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Final

_DROPPED_TAGS: Final = frozenset({"metadata", "style"})
_PLACES: Final = frozenset({"d", "x", "y", "points", "transform"})
_LONG: Final = re.compile(r"-?\d+\.\d{3,}")
_UNTURNED: Final = re.compile(r"rotate\(-?0 [^)]*\)")

# The initial values of SVG, and the font, which the page chooses.
_DROPPED_STYLES: Final = frozenset(
    {
        *("fill-rule:evenodd", "fill-opacity:1", "stroke:none", "stroke-opacity:1"),
        *("stroke-linecap:butt", "stroke-linejoin:miter"),
        *("font-style:normal", "font-weight:normal", "text-anchor:start"),
    }
)


def inline(text: str, *, prefix: str, colors: Mapping[str, str]) -> str:
    """The drawing as an ``<svg>`` element that inherits font and colours from the page.

    Drops declarations, metadata, comments, size and everything else that has no effect on
    the picture. ``prefix`` makes the identifiers unique in the page; ``colors`` maps a colour
    as the drawing has it to what CSS shall have in its place.
    """
    root = ET.fromstring(text)
    svg = _clean(root, prefix, colors)
    svg.attrib = {"viewBox": root.attrib["viewBox"], "fill": "currentColor"}
    return ET.tostring(svg, encoding="unicode")


def _clean(element: ET.Element, prefix: str, colors: Mapping[str, str]) -> ET.Element:
    cleaned = ET.Element(_local(element.tag))
    for name, value in element.attrib.items():
        if name == "id" and cleaned.tag == "g":
            continue  # matplotlib names every group; nothing refers to them
        kept = _attribute(_local(name), value.strip(), prefix, colors)
        if kept:
            cleaned.set(_local(name), kept)
    cleaned.text = element.text if element.text and element.text.strip() else None
    for child in element:
        if _local(child.tag) not in _DROPPED_TAGS:
            _append(cleaned, _clean(child, prefix, colors))
    return cleaned


def _append(parent: ET.Element, child: ET.Element) -> None:
    """Add a child; what looks like the one before it goes on in the same path or group."""
    last = parent[-1] if len(parent) else None
    if last is not None and _line(child) and _looks(last) == _looks(child):
        last.set("d", f"{last.get('d')} {child.get('d')}")
    elif child.tag == "use" and _is_inherited(style := child.get("style", "")):
        del child.attrib["style"]
        if last is None or last.attrib != {"style": style}:
            last = ET.SubElement(parent, "g", style=style)
        last.append(child)
    else:
        parent.append(child)


def _is_inherited(style: str) -> bool:
    """Whether a mark looks the same when its group has the style, as it does not half faded."""
    return bool(style) and not any(part.startswith("opacity") for part in style.split(";"))


def _line(element: ET.Element) -> bool:
    return element.tag == "path" and not len(element) and "fill:none" in element.get("style", "")


def _looks(element: ET.Element) -> tuple[str, dict[str, str]]:
    return element.tag, {name: value for name, value in element.items() if name != "d"}


def _attribute(name: str, value: str, prefix: str, colors: Mapping[str, str]) -> str | None:
    if name == "class":
        return None
    if name == "style":
        return _style(value, colors)
    if name == "id":
        return f"{prefix}-{value}"
    if name == "href":
        return value.replace("#", f"#{prefix}-", 1)
    if name in _PLACES:
        return _place(value)
    return value.replace("url(#", f"url(#{prefix}-")


def _place(value: str) -> str:
    """Coordinates to a hundredth of a pixel."""
    shown = " ".join(_UNTURNED.sub("", value).split())
    return _LONG.sub(lambda found: f"{float(found[0]):.2f}", shown)


def _style(value: str, colors: Mapping[str, str]) -> str | None:
    kept = []
    for declaration in value.split(";"):
        name, _, setting = (part.strip() for part in declaration.partition(":"))
        short = f"{name}:{setting}"
        if setting and name != "font-family" and short not in _DROPPED_STYLES:
            kept.append(f"{name}:{colors.get(setting.lower(), setting)}")
    return ";".join(kept) or None


def _local(name: str) -> str:
    return name.rpartition("}")[2]
