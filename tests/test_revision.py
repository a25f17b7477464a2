"""The pages to revise from list what is in the chapters: all of it, and only it."""

import re

import pytest
from conftest import ROOT
from notebooks import CHAPTERS, load, prose, source

SITE = ROOT / "_build/html/chapters"
TEXT = "\n\n".join(source(cell) for path in CHAPTERS for cell in prose(load(path)))


def page(name):
    return (SITE / f"{name}.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "in_chapters", "on_page"),
    [
        ("exercises", r"^### Exercise \d", r"Answer it in the chapter"),
        ("quizzes", r"^\*\*\d\. ", r"<strong>\d\. "),
        ("quizzes", r"^Right\. ", r"<p>Right\. "),
        ("formulas", r"\\tag\{\d+\}", r"<math[^>]* display=.?block"),
    ],
)
def test_page_lists_everything(name, in_chapters, on_page):
    wanted = len(re.findall(in_chapters, TEXT, re.MULTILINE))
    assert wanted and len(re.findall(on_page, page(name))) == wanted


def test_the_page_of_exercises_leads_to_them_and_has_no_solution():
    links = re.findall(r"href=.?((\w+)\.html#(exercise-[\w-]+))", page("exercises"))
    assert links
    for _, chapter, anchor in links:
        assert re.search(rf"id=.?{anchor}\b", page(chapter)), (chapter, anchor)
    assert not re.search(r"Show the solution|Right[.:]", page("exercises"))
