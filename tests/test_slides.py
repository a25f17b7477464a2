"""The slides that `make slides` makes: whole, legible from the back of a room, with notes, safe."""

import os
import re

import deck
import pytest
import slides
from bs4 import BeautifulSoup
from conftest import ROOT
from pypdf import PdfReader
from test_browser import install, installed, run
from test_print_book import words

CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))
FIRST = "gates"  # looked at twice: it has all that a chapter can have


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder with the slides, and how many each chapter has."""
    folder = tmp_path_factory.mktemp("my slides")
    return folder, slides.write(folder)


@pytest.fixture(scope="module")
def chromium():
    """The browser that looks at the slides and prints them."""
    if "chromium" not in installed():
        assert not os.environ.get("CI"), "no Chromium was found"
        pytest.skip("no Chromium was found to look with")
    return installed()["chromium"]


def pages(folder, name):
    """The slides of a chapter as elements: what is shown, and what is told."""
    soup = BeautifulSoup((folder / f"{name}.html").read_text("utf-8"), "html.parser")
    notes = [aside.extract() for aside in soup.select("aside.notes")]
    return soup, notes


def plain(*elements):
    """The letters and figures of some elements, without their formulas."""
    texts = [text for element in elements for text in element.find_all(string=True)]
    return words("".join(text for text in texts if not text.find_parent("math")))


@pytest.mark.parametrize("name", CHAPTERS)
def test_slides_and_notes_hold_the_chapter_and_no_solution(made, name):
    shown, notes = pages(made[0], name)
    chapter = deck.read(f"chapters/{name}.html").select_one(".bd-article")
    for figure in chapter.select("figure"):
        assert shown.find(id=figure["id"]).img["alt"] == figure.img["alt"]
    for moving in chapter.find_all(re.compile("^rnn-")):
        scripts = [script["src"] for script in shown.select("script")]
        assert shown.find(moving.name) and f"/{moving.name}.js" in "".join(scripts)
    for equation in chapter.select("div.math .eqno"):
        assert shown.find(id=equation.parent["id"])
    assert len(shown.select("tbody > tr")) == len(chapter.select("tbody > tr"))
    asked = [p.get_text() for p in chapter.select("#quiz > p")]
    assert [p.get_text() for p in shown.select(".quiz .main > p:first-child")] == asked
    assert all(len(quiz.select(".main > .fragment")) == 1 for quiz in shown.select(".quiz"))

    said = plain(shown, *notes)
    for paragraph in chapter.select("section > p, section > ul > li > p"):
        assert plain(paragraph) in said, f"lost: {paragraph}"
    for solution in chapter.select(".tag_hide-cell pre, .answer-stub pre"):
        assert len(deck.lines(solution)) <= 2 or plain(solution) not in said

    assert all(aside.get_text(strip=True) for aside in notes)
    guide = deck.read(f"chapters/guide/{name}.html")
    for place, part in ((0, "aims"), (0, "board-plan"), (-1, "misconceptions-and")):
        assert plain(guide.select_one(f"[id^={part}] > :last-child")) in plain(notes[place])


def test_slides_fit_are_legible_and_obey_the_keys(made, chromium):
    install()
    result = run("slides.mjs", str(made[0]), FIRST, *(name for name in CHAPTERS if name != FIRST))
    assert result.returncode == 0, result.stdout + result.stderr


def test_pdf_has_a_page_for_each_slide(made, chromium):
    folder, counts = made
    slides.print_pdf(chromium, folder / f"{FIRST}.html", counts[FIRST])
    printed = [words(page.extract_text()) for page in PdfReader(folder / f"{FIRST}.pdf").pages]
    shown, _ = pages(folder, FIRST)
    for number, (slide, page) in enumerate(zip(shown.select("section"), printed, strict=True), 1):
        above = plain(*slide.select("p.above, h2"))
        assert page.startswith(above) and page.endswith(str(number)), number
        for step in slide.select(".fragment"):
            assert plain(step)[:20] in page or step.math, number


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Slides that are there already, and a chapter's worth of new ones."""
    monkeypatch.setattr(slides, "PLACES", [tmp_path / name for name in ("new", "slides", "old")])
    there = tmp_path / "slides"
    there.mkdir()
    (there / "index.html").write_text("old")
    monkeypatch.setattr(slides, "write", lambda folder: folder.mkdir() or {"gates": 46})
    return there


def test_without_a_browser_the_slides_are_there(places, monkeypatch, capsys):
    def missing():
        raise SystemExit("No browser was found.")

    monkeypatch.setattr(slides, "find_browser", missing)
    slides.main()
    assert "There are no PDFs of the slides. No browser was found." in capsys.readouterr().out
    page = (places / "index.html").read_text("utf-8")
    assert 'href="gates.html"' in page and ".pdf" not in page


@pytest.mark.parametrize("fault", [KeyboardInterrupt, OSError("gates.pdf has 1 pages")])
def test_a_failure_leaves_the_last_good_slides(places, monkeypatch, fault):
    def fail(*_):
        raise fault

    monkeypatch.setattr(slides, "find_browser", lambda: "browser")
    monkeypatch.setattr(slides, "print_pdf", fail)
    with pytest.raises(SystemExit, match=r"Stopped; the slides are|not made: gates\.pdf has"):
        slides.main()
    assert [path.name for path in places.parent.iterdir()] == ["slides"]
    assert (places / "index.html").read_text() == "old"
