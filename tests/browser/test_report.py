"""The report in a browser: a file that works without a server, and obeys nobody but its reader."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from molpipe.report import html
from tests.browser.pages import Heard
from tests.sample_results import answered, related_results, sample_results

pytestmark = pytest.mark.slow

WIDTHS = (360, 768, 1280)
SCHEMES = ("light", "dark")
EVIL = "\"'><img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
NAMES = (
    EVIL,
    "=1+cmd|'/c calc'!A1",
    "\u202e\u05d0\u05d1\u05d2 abc",
    "x" * 10_000,
    "a\n\nb\x00",
    "",
)

ROWS = len(related_results().rows) + 2 + len(NAMES)

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]}}
COLUMN = {"name": 0, "qubits": 4, "VQE − CASCI": 9, "solver": 12}

OVERFLOWING = """
() => [...document.querySelectorAll("body *")].filter(element => {
  if (element.closest(".scroll, .plot, pre, .hidden, .skip, fieldset") || !element.offsetParent)
    return false;
  const box = element.getBoundingClientRect();
  return box.right > document.documentElement.clientWidth + 1 || box.left < -1;
}).map(element => element.outerHTML.slice(0, 120))
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A batch with every kind of row, a reaction, a series, a study of spaces and bad names."""
    results = related_results()
    spaces = [answered("water, small", space=(4, 4)), answered("water, medium", space=(8, 6))]
    rows = [*results.rows, *spaces, *(answered(name) for name in NAMES)]
    rows = [replace(row, row=number) for number, row in enumerate(rows, start=1)]
    path = tmp_path_factory.mktemp("report") / "report.html"
    html.write([replace(results, rows=tuple(rows))], path)
    return path


@contextmanager
def opened(browser: Browser, path: Path, *, anchor: str = "", **context: object) -> Iterator[Page]:
    """The report in a window of its own; it may ask for nothing but itself, or complain."""
    heard = Heard()
    window = browser.new_context(**context)
    heard.listen(window)
    page = window.new_page()
    page.goto(path.as_uri() + anchor)
    yield page
    window.close()
    assert {address.partition("#")[0] for address in heard.addresses} == {path.as_uri()}
    assert heard.errors == []


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    with opened(browser, report, viewport={"width": 1280, "height": 900}) as found:
        yield found


def shown(page: Page, column: str) -> list[str]:
    """What a column of the table shows, from the top."""
    cells = f":scope > :nth-child({COLUMN[column] + 1})"
    rows = page.locator(".sortable tbody tr:visible:not(.unanswered)")
    return [(row.locator(cells).text_content() or "").strip() for row in rows.all()]


def header(page: Page, text: str, place: int = 0) -> Locator:
    """The button at the head of a column."""
    return page.locator(".sortable thead").get_by_role("button", name=text, exact=True).nth(place)


def errors(page: Page) -> list[float]:
    """The errors in the table that there are."""
    found = shown(page, "VQE − CASCI")
    return [float(text.replace("−", "-")) for text in found if text != "–"]


def test_a_column_is_sorted_by_its_numbers_and_back(page: Page):
    before = errors(page)
    button = header(page, "CASCI", 1)
    button.click()
    assert errors(page) == sorted(before) != before
    expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "ascending")
    assert shown(page, "VQE − CASCI")[-1] == "–"
    button.click()
    assert errors(page) == sorted(before, reverse=True)
    assert shown(page, "VQE − CASCI")[-1] == "–"
    expect(page.locator("th[aria-sort]")).to_have_count(1)


def test_verdicts_are_sorted_by_severity(page: Page):
    header(page, "solver").click()
    found = list(dict.fromkeys(shown(page, "solver")))
    assert found.index("reproduces") < found.index("trivial") < found.index("misses")


def test_rows_are_found_by_words_and_by_verdict(page: Page):
    every = page.locator(".sortable tbody tr")
    visible = page.locator(".sortable tbody tr:visible")
    n = every.count()
    page.get_by_role("searchbox").fill("NITROGEN sto")
    assert shown(page, "name") == ["nitrogen", "nitrogen, 2.0 angstrom"]
    expect(page.get_by_role("status")).to_have_text(f"2 of {n} rows")
    page.get_by_role("searchbox").fill("")
    page.get_by_label("solver").select_option("misses")
    assert set(shown(page, "solver")) == {"misses"}
    page.get_by_label("solver").select_option("")
    page.get_by_label("status").select_option("refused")
    expect(visible).to_have_count(1)
    page.get_by_label("status").select_option("")
    expect(visible).to_have_count(n)


def test_a_molecule_opens_from_the_table(page: Page):
    page.locator(".sortable").get_by_role("link", name="ammonia").click()
    card = page.locator("article", has=page.get_by_role("heading", name="ammonia", exact=True))
    expect(card.get_by_text("content key")).to_be_visible()
    expect(card.get_by_role("heading")).to_be_in_viewport()


def test_the_keyboard_is_enough(page: Page):
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the results")).to_be_focused()
    before = errors(page)
    header(page, "CASCI", 1).focus()
    page.keyboard.press("Enter")
    assert errors(page) == sorted(before)
    link = page.locator(".sortable").get_by_role("link", name="water", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    focused = page.locator(":focus")
    expect(focused).to_contain_text("Verdict, circuit, provenance")
    page.keyboard.press("Enter")
    expect(focused.locator("xpath=..")).not_to_have_attribute("open", "")


def test_no_name_runs_anything(page: Page):
    assert page.title() != "owned"
    assert page.locator("img").count() == 0
    assert page.evaluate("document.scripts.length") == 1
    expect(page.locator(".sortable").get_by_text("<script>").first).to_be_visible()


def test_the_policy_refuses_what_the_escaping_might_miss(browser: Browser, report: Path):
    """The same page with a script and a picture that nobody escaped."""
    text = report.read_text("utf-8").replace("<main", f"<p>{EVIL.partition('>')[2]}</p><main", 1)
    leaky = report.with_name("leaky.html")
    leaky.write_text(text, "utf-8")
    window = browser.new_context()
    page = window.new_page()
    page.goto(leaky.as_uri())
    assert page.locator("img").count() == 1
    assert page.title() != "owned"
    window.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_leaves_the_page_at_any_width(browser, report, width, scheme):
    size = {"width": width, "height": 900}
    with opened(browser, report, viewport=size, color_scheme=scheme) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for details in page.locator("article.molecule details.more").all()[:3]:
            details.evaluate("element => element.open = true")
        assert page.evaluate(OVERFLOWING) == []
        picture = Image.open(io.BytesIO(page.screenshot())).convert("L")
        light = max(range(256), key=picture.histogram().__getitem__) > 128
        assert light == (scheme == "light")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_accessibility(browser: Browser, report: Path, scheme: str):
    """No violation of WCAG 2.1 AA, nor of axe's best practices, with everything opened."""
    with opened(browser, report, color_scheme=scheme) as page:
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = Axe().run(page, options=RULES)
        assert found.violations_count == 0, found.generate_report()


def test_the_reader_may_choose_the_colours(browser: Browser, report: Path):
    with opened(browser, report, color_scheme="light") as page:
        page.get_by_text("dark", exact=True).click()
        expect(page.get_by_label("dark")).to_be_checked()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != (
            "rgb(255, 255, 255)"
        )


def test_without_script_nothing_is_missing(browser: Browser, report: Path):
    with opened(browser, report, java_script_enabled=False) as page:
        assert page.locator(".sortable tbody tr").count() == ROWS
        expect(page.get_by_role("searchbox")).to_have_count(0)
        page.locator("summary:visible").first.click()
        expect(page.get_by_text("content key").first).to_be_visible()


def test_on_paper_no_table_is_cut(browser: Browser, report: Path):
    paper = {"width": 1031, "height": 703}  # A4 across less 12 mm on each side, at 96 dpi
    with opened(browser, report, viewport=paper, color_scheme="dark") as page:
        page.get_by_role("searchbox").fill("nitrogen")
        page.emulate_media(media="print", color_scheme="dark")
        for table in page.locator("table:visible").all():
            box = table.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= paper["width"] + 1, table.inner_text()[:80]
        expect(page.locator(".sortable tbody tr:visible")).to_have_count(ROWS)  # no filter
        assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
        white = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert white == "rgb(255, 255, 255)"


def test_two_runs_stand_side_by_side(browser: Browser, tmp_path: Path):
    path = tmp_path / "two.html"
    html.write([sample_results(), related_results()], path)
    with opened(browser, path) as page:
        tables = page.locator(".sortable")
        expect(tables).to_have_count(2)
        page.get_by_role("searchbox").nth(1).fill("ammonia")
        expect(tables.nth(0).locator("tbody tr:visible")).to_have_count(len(sample_results().rows))
        expect(tables.nth(1).locator("tbody tr:visible")).to_have_count(1)
