"""The instructor's guide: a page for each chapter, scannable, with the chapter's own numbers."""

import re

import pytest
from conftest import ROOT
from notebooks import CHAPTERS, code, load, printed, source
from test_answers import questions, right

GUIDE = ROOT / "chapters/guide"
PAGES = sorted(GUIDE.glob("*.md"))
MOST_WORDS = 900
HEADINGS = [
    "Aims",
    "Minutes",
    "Two ideas that must land",
    "Misconceptions and the question that exposes each",
    "Board plan",
    "Discussion prompts, with answers people give",
    "Flipped session",
    "Extension projects",
]
FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?:e-?\d+)?(?!\d|\.\d)")

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
each_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def text_of(path):
    """The page that belongs to a chapter."""
    return (GUIDE / f"{path.stem}.md").read_text(encoding="utf-8")


def words(text):
    """How many words a page has; what is drawn on the board and where links lead are none."""
    shown = re.sub(r"\]\([^)]*\)", "]", FENCED.sub(" ", text))
    return sum(bool(re.search(r"\w", word)) for word in shown.split())


def sections(text):
    """The text below each heading."""
    parts = re.split(r"^## (.*)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def claims(text):
    """What a page says a chapter has found: no plan, no wrong candidate, no project."""
    there = sections(text)
    rows = there["Misconceptions and the question that exposes each"].splitlines()
    yield from (row.split(" | ")[-1] for row in rows if row.startswith("|"))
    yield there["Two ideas that must land"]
    yield there["Board plan"]


def strangers(text, notebook):
    """The decimals of a page that its chapter neither prints nor says."""
    lines = [line for cell in code(notebook) for line in printed(cell)]
    said = "\n".join([*map(source, notebook["cells"]), *lines])
    known = set(map(float, DECIMAL.findall(said)))
    for claim in claims(text):
        yield from (n for n in DECIMAL.findall(claim) if float(n) not in known)


@each_page
def test_a_page_can_be_scanned(page):
    assert words(page.read_text(encoding="utf-8")) <= MOST_WORDS


@each_chapter
def test_every_chapter_has_its_page(path):
    text = text_of(path)
    assert list(sections(text)) == HEADINGS
    assert all(body.strip() for body in sections(text).values())
    assert f"](../{path.name})" in text
    assert f"]({path.stem}.md)" in (GUIDE / "index.md").read_text(encoding="utf-8")


@each_chapter
def test_a_page_has_its_chapters_numbers(path):
    assert not list(strangers(text_of(path), load(path)))


@each_chapter
def test_a_page_says_the_chapters_minutes(path):
    told = re.search(r"\*Time:\* (\d+) minutes", source(load(path)["cells"][0]))[1]
    assert f"{told} minutes" in sections(text_of(path))["Minutes"]


@each_chapter
def test_a_page_has_the_answers_of_the_quiz(path):
    letters = [letter for _, options in questions(path.stem) for letter in right(options)]
    assert f"Quiz: {' '.join(letters)}.\n" in sections(text_of(path))["Minutes"]


def test_a_number_that_no_chapter_prints_is_seen():
    path = CHAPTERS[0]
    text = text_of(path).replace("## Board plan", "## Board plan\n\nThe error is 0.4711.")
    assert list(strangers(text, load(path))) == ["0.4711"]
