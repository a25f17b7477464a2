"""The pages to revise from list what is in the chapters: all of it, and only it."""

import re

import pytest
from conftest import ROOT
from notebooks import CHAPTERS, load, prose, source

SITE = ROOT / "_build/html/chapters"


def page(name):
    """A built page of the site, without its formulas' own TeX."""
    return (SITE / f"{name}.html").read_text("utf-8")


def text(path):
    """The text of a chapter."""
    return "\n\n".join(map(source, prose(load(path))))


@pytest.mark.parametrize(
    ("name", "in_chapter", "on_page"),
    [
        ("exercises", r"^### Exercise \d", r"Answer it in the chapter"),
        ("quizzes", r"^\*\*\d\. ", r"<strong>\d\. "),
        ("quizzes", r"^Right\. ", r"<p>Right\. "),
        ("formulas", r"\\tag\{\d+\}", r"<math[^>]* display=.?block"),
    ],
)
def test_page_lists_everything(name, in_chapter, on_page):
    wanted = sum(len(re.findall(in_chapter, text(path), re.MULTILINE)) for path in CHAPTERS)
    assert wanted and len(re.findall(on_page, page(name))) == wanted


def test_links_lead_to_exercises():
    links = re.findall(r"href=.?((\w+)\.html#(exercise-[\w-]+))", page("exercises"))
    assert links
    for _, chapter, anchor in links:
        assert re.search(rf"id=.?{anchor}\b", page(chapter)), (chapter, anchor)


def test_no_solution_is_on_the_page_of_exercises():
    assert not re.search(r"Show the solution|Right[.:]", page("exercises"))
