"""The book as one PDF, as `make pdf` prints it: whole, with contents and page numbers that hold."""

import os
import re
import shutil
import sys
import unicodedata

import pytest
from conftest import ROOT
from notebooks import CHAPTERS
from pypdf import PdfReader

sys.path.insert(0, str(ROOT / "extensions"))

import print_book


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """The text of every page of the PDF, as a reader sees it, and the PDF itself."""
    try:
        print_book.find_browser()
    except SystemExit as none:
        assert not os.environ.get("CI"), none
        pytest.skip(f"the book was not printed: {none}")
    print_book.SITE = tmp_path_factory.mktemp("site") / "html"
    shutil.copytree(ROOT / "_build/html", print_book.SITE)
    print_book.main()
    pdf = PdfReader(print_book.SITE / f"{print_book.NAME}.pdf")
    return [page.extract_text() for page in pdf.pages], pdf


def words(text):
    """Letters and figures only: where a PDF breaks a line, or joins f and i, says nothing."""
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text))


def test_pages_are_numbered(book):
    pages, _ = book
    assert len(pages) > 50
    assert not re.search(r"\d", pages[0]), "the cover has no number"
    for number, text in enumerate(pages[1:], start=2):
        lines = text.strip().splitlines()
        assert str(number) in (lines[0], lines[-1]), number
        assert len(words(text)) > 20, f"page {number} is empty"


def test_contents_say_where_everything_stands(book):
    pages, _ = book
    row = re.compile(r"^(\S.*?)\s*?(\d+)$", re.MULTILINE)
    first = int(row.search(pages[1].partition("Contents")[2])[2])  # the text begins there
    listed = "\n".join("\n".join(text.strip().splitlines()[1:]) for text in pages[1 : first - 1])
    rows = [(title, int(number)) for title, number in row.findall(listed)]
    assert len(rows) > 30
    for title, number in rows:
        assert words(title) in words(pages[number - 1]), (title, number)


def test_it_is_the_whole_book(book):
    pages, pdf = book
    text = words("".join(pages))
    for chapter in CHAPTERS:
        soup = print_book.parse(f"chapters/{chapter.stem}.html").select_one(".bd-article")
        for title in soup.select("h1, h2, h3"):
            assert words(title.get_text().rstrip("#")) in text, title
        for formula in soup.select("figcaption math"):
            formula.replace_with("\0")  # its letters are characters of their own
        for caption in soup.select("figcaption"):
            beginning = caption.get_text().rstrip("#").split("\0")[0]
            assert words(beginning)[:40] in text, caption
    assert "Solution" in text and "Showthesolution" not in text
    outline = [entry.title for entry in pdf.outline if not isinstance(entry, list)]
    assert len(outline) >= len(CHAPTERS), "a reader program lists the chapters beside the pages"
