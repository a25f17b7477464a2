"""The slides that `make slides` makes: whole, legible from the back of a room, with notes, safe."""

import json
import os
import re
from functools import cache

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

each_chapter = pytest.mark.parametrize("name", CHAPTERS)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder with the slides, and how many each chapter has."""
    folder = tmp_path_factory.mktemp("my slides")
    return folder, slides.write(folder)


@pytest.fixture(scope="module")
def seen(made):
    """What Chromium shows of them."""
    if "chromium" not in installed():
        assert not os.environ.get("CI"), "no Chromium was found"
        pytest.skip("no Chromium was found to look with")
    install()
    result = run("slides.mjs", str(made[0]), FIRST, *(name for name in CHAPTERS if name != FIRST))
    assert result.returncode == 0, result.stderr
    return json.loads(re.search(r"^\{.*\}$", result.stdout, re.MULTILINE)[0])


@cache
def pages(folder, name):
    """The slides of a chapter as elements: what is shown, and what is told."""
    soup = BeautifulSoup((folder / f"{name}.html").read_text("utf-8"), "html.parser")
    notes = [aside.extract() for aside in soup.select("aside.notes")]
    return soup, notes


chapter_of = cache(lambda name: deck.read(f"chapters/{name}.html").select_one(".bd-article"))


def plain(*elements):
    """The letters and figures of some elements, without their formulas."""
    texts = [text for element in elements for text in element.find_all(string=True)]
    return words("".join(text for text in texts if not text.find_parent("math")))


@each_chapter
def test_all_that_a_chapter_shows_is_on_a_slide(made, name):
    shown, notes = pages(made[0], name)
    chapter = chapter_of(name)
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
    said = plain(shown, *notes)
    for paragraph in chapter.select("section > p, section > ul > li > p"):
        assert plain(paragraph) in said, f"lost: {paragraph}"


@each_chapter
def test_solutions_are_not_on_slides(made, name):
    shown, notes = pages(made[0], name)
    said = plain(shown, *notes)
    for solution in chapter_of(name).select(".tag_hide-cell pre, .answer-stub pre"):
        if len(deck.lines(solution)) > 2:
            assert plain(solution) not in said
    assert all(part.find_parent(class_="main") for part in shown.select(".quiz .fragment"))
    assert len(shown.select(".quiz .fragment")) == len(shown.select(".quiz"))


@each_chapter
def test_the_presenter_has_notes(made, name):
    _, notes = pages(made[0], name)
    assert all(aside.get_text(strip=True) for aside in notes)
    guide = deck.read(f"chapters/guide/{name}.html")
    for place, part in ((0, "aims"), (0, "board-plan"), (-1, "misconceptions-and")):
        assert plain(guide.select_one(f"[id^={part}] > :last-child")) in plain(notes[place])


@each_chapter
def test_slides_fit_and_are_legible(seen, name):
    assert seen[name] == []


def test_keys(seen):
    did = seen["acts"]
    assert (did["light"], did["dark"]) == ("light", "dark")
    assert did["moved"] == 0, "an arrow in a figure turned the page"
    assert did["turned"] == 1, "a presenter's remote did not turn the page"
    assert 18 <= did["pointed"] <= 22, "a click in the middle of 40 steps"
    assert (did["hidden"], did["answered"]) == ("hidden", "visible")
    beginning = words(did["told"])[:60]
    assert beginning and words(did["notes"]).startswith(beginning)


def test_pdf_has_a_page_for_each_slide(made, seen):
    folder, counts = made
    slides.print_pdf(installed()["chromium"], folder / f"{FIRST}.html", counts[FIRST])
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
    new, there, _ = slides.PLACES
    there.mkdir()
    (there / "index.html").write_text("old")
    monkeypatch.setattr(slides, "NEW", new)
    monkeypatch.setattr(slides, "SLIDES", there)
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
