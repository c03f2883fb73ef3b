"""A text from a batch stays text: what CommonMark makes of it is the text itself."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from molpipe.report import markdown, numbers
from tests.sample_results import FORMULA, HOSTILE, SCRIPT

NASTY = [
    *(SCRIPT, HOSTILE, FORMULA, "", " ", "# heading", "- item", "+ item", "1. item", "12) item"),
    *("> quote", "===", "---", "a|b", "\\|", "`code`", "``", "**bold**", "_it_", "snake_case"),
    *("[a](http://b)", "![a](b)", "<b>", "&lt;b&gt;", "http://example.org", "www.example.org"),
    *("a@example.org", "line\nbreak", "    code", "\x1b[31m", "\ud800", "水分子", "C[C@H](N)O"),
    *("<!--", "]]>", "\\", "trailing\\", "~~gone~~", "[x]: y", "| a |\n|---|", "$x$", "*", "* a"),
]

READER = MarkdownIt("commonmark").enable("table").enable("strikethrough")


def line(text):
    """What a reader is to see of ``text``."""
    return numbers.label(" ".join(text.split()), 600)


def read(source):
    """The kinds of the blocks of a document, and what its inline parts say."""
    tokens = READER.parse(source)
    inline = [child for token in tokens if token.type == "inline" for child in token.children]
    said = [child for child in inline if child.content or child.type != "text"]
    return [token.type for token in tokens], said


@given(st.text(max_size=80) | st.text(alphabet="\\`*_[]<>&|~@#-+=.:)(!1 aw\n/", max_size=40))
@example("www.")
def test_any_text_is_read_as_itself(text):
    kinds, inline = read(markdown.text(text))
    assert set(kinds) <= {"paragraph_open", "inline", "paragraph_close"}
    assert {child.type for child in inline} <= {"text"}
    assert "".join(child.content for child in inline) == line(text)


@pytest.mark.parametrize("text", NASTY)
def test_nasty_names_are_read_as_themselves(text):
    kinds, inline = read(markdown.text(text))
    assert set(kinds) <= {"paragraph_open", "inline", "paragraph_close"}
    assert "".join(child.content for child in inline) == line(text)


@pytest.mark.parametrize("text", NASTY)
def test_a_cell_stays_one_cell(text):
    source = markdown.table(("name", "x"), [(markdown.text(text), "1")], right=(1,))
    kinds, inline = read(source)
    assert kinds.count("td_open") == kinds.count("th_open") == 2
    assert inline[-1].content == "1"
    assert {child.type for child in inline} <= {"text"}


@pytest.mark.parametrize("text", [text for text in NASTY if line(text)])
def test_bold_stays_bold(text):
    _, inline = read(markdown.strong(text))
    assert [inline[0].type, inline[-1].type] == ["strong_open", "strong_close"]
    assert "".join(child.content for child in inline) == line(text)


@pytest.mark.parametrize("address", ["http://example.org", "www.example.org", "me@example.org"])
def test_addresses_do_not_become_links(address):
    """GitHub's dialect, which the UI reads, links them where they stand unescaped."""
    begins_a_link = re.compile(r"(?<!\\)(://|@)|(?i:www)\.")
    assert begins_a_link.search(address)
    assert not begins_a_link.search(markdown.text(address))


def test_a_long_text_is_cut_before_it_is_escaped():
    assert read(markdown.text("[" * 100, 10))[1][0].content == "[" * 9 + "…"


def test_an_image_carries_its_drawing():
    alternative, _, target = markdown.image("<svg>π</svg>", "[plot]").partition("](")
    assert alternative == "![\\[plot\\]"
    head, _, data = target.removesuffix(")").partition(",")
    assert head == "data:image/svg+xml;base64"
    assert base64.b64decode(data).decode() == "<svg>π</svg>"
