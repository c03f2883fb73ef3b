"""Inlining keeps the picture and drops everything else."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from molpipe.report import svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="9pt" viewBox="0 0 9 9">'
LINE = "fill:none;stroke:#000000"


def inlined(body):
    return svg.inline(f"{HEAD}{body}</svg>", prefix="p", colors={"#000000": "currentColor"})


def paths(body):
    return [element.get("d") for element in ET.fromstring(inlined(body)).iter("path")]


def test_lines_that_look_the_same_become_one():
    same = f'<path d="M 0 0 L 1 1" style="{LINE}"/><path d="M 2 2 L 3 3" style="{LINE}"/>'
    assert paths(same) == ["M 0 0 L 1 1 M 2 2 L 3 3"]


def test_areas_and_lines_that_differ_stay_apart():
    other = f'<path d="M 0 0" style="{LINE}"/><path d="M 2 2" style="{LINE};stroke-width:2"/>'
    assert len(paths(other)) == 2
    areas = '<path d="M 0 0" style="fill:#000000"/><path d="M 2 2" style="fill:#000000"/>'
    assert len(paths(areas)) == 2
    between = f'<path d="M 0 0" style="{LINE}"/><text>x</text><path d="M 2 2" style="{LINE}"/>'
    assert len(paths(between)) == 2


def test_what_the_page_decides_is_dropped():
    text = inlined(
        "<style>*{color:red}</style><metadata>x</metadata>"
        '<text style="font-family:x" class="c">a</text>'
    )
    for gone in ("style", "metadata", "font-family", "class", "width", "xmlns"):
        assert gone not in text
    assert "viewBox" in text


def test_identifiers_and_what_refers_to_them_get_the_prefix():
    text = inlined(
        '<defs><path id="a" d="M 0 0"/></defs><use href="#a"/><rect clip-path="url(#a)"/>'
    )
    assert 'id="p-a"' in text
    assert 'href="#p-a"' in text
    assert "url(#p-a)" in text


def test_marks_that_look_the_same_share_a_group_unless_they_fade_one_by_one():
    def groups(style):
        marks = "".join(f'<use href="#a" x="{x}" y="0" style="{style}"/>' for x in (1, 2))
        svg = ET.fromstring(inlined(f'{marks}<use href="#a" x="3" y="0" style="fill:#ff0000"/>'))
        return [(group.get("style"), len(group)) for group in svg.iter("g")]

    assert groups("fill:#000000") == [("fill:currentColor", 2), ("fill:#ff0000", 1)]
    assert groups("fill:#000000;opacity:0.5") == [("fill:#ff0000", 1)]


def test_places_are_kept_to_a_hundredth():
    assert paths(f'<path d="M -0.123456 10 L 3.14159 2.5" style="{LINE}"/>') == [
        "M -0.12 10 L 3.14 2.5"
    ]
    assert "rotate" not in inlined('<text transform="rotate(-0 82.302043 202.82)">a</text>')
    assert "rotate(-90 8.30 2.82)" in inlined(
        '<text transform="rotate(-90 8.302043 2.82)">a</text>'
    )
