"""The answer fields of the site ask and reply with the very tables of the notebooks."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from small_book import build, notebook

CHECK = {"metadata": {"tags": ["remove-cell", "check"]}}
TABLE = '''STATES = {
    (1, 0): "Right: it flips, as $h < 1$ says.",
    (1, -2.5): "That </script> is U = +1.",
}


def check_states(answer):
    """The states."""
    return reply(answer, STATES, "Not yet. " "Write h.")
'''
NUMBER = """HALVES = {0.5: "Right.", -1: "The minus."}


def check_half(answer):
    return reply(answer, HALVES, "Not yet.")
"""
OTHER = '''def check_model(answer):
    """No table, so there is nothing that a page could look up."""
    return reply(answer, {}, "Not yet.") if answer else "Not answered yet."
'''
UNREADABLE = NUMBER.replace("0.5:", "1 / 2:").replace("half", "third")
CELLS = [
    "# One\n\nText.",
    {"source": TABLE, **CHECK},
    {"source": "my_states = ...  # for example [1, 1]\nprint(check_states(my_states))"},
    {"source": "my_states = [1, 0]\nprint(check_states(my_states))"},
    {"source": NUMBER, **CHECK},
    {"source": OTHER, **CHECK},
    {"source": "my_model = ...\nprint(check_model(my_model))"},
    {"source": "my_half = ...\nprint(check_half(my_half))"},
    {"source": UNREADABLE, **CHECK},
    {"source": "my_third = ...\nprint(check_third(my_third))"},
]


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """What was said, and the text of the page."""
    result, site = build(
        tmp_path_factory.mktemp("answers"), {"chapters/one.ipynb": notebook(*CELLS)}
    )
    text = (site / "chapters/one.html").read_text("utf-8")
    return result.said, BeautifulSoup(text, "html.parser")


def test_a_field_has_the_table_of_its_check(page):
    fields = [json.loads(script.string) for script in page[1].select(".answer > script")]
    assert fields == [
        {
            "label": "Your answer (numbers, separated by commas; for example 1, 1)",
            "replies": [
                [[1, 0], "Right: it flips, as $h < 1$ says."],
                [[1, -2.5], "That </script> is U = +1."],
            ],
            "otherwise": "Not yet. Write h.",
        },
        {
            "label": "Your answer (a number)",
            "replies": [[[0.5], "Right."], [[-1], "The minus."]],
            "otherwise": "Not yet.",
        },
    ]


def test_a_field_stands_behind_the_cell_that_is_to_be_filled_in(page):
    before = [field.find_previous_sibling() for field in page[1].select(".answer")]
    assert before == page[1].select("div.cell.answer-stub")
    assert [cell.pre.get_text().split(" = ")[0] for cell in before] == ["my_states", "my_half"]
    assert len(page[1].select("div.cell")) == 5, "no other cell is touched"


def test_a_table_that_is_not_literal_is_a_warning(page):
    assert re.search(r"one\.ipynb: WARNING: cell 9: the table of replies: malformed", page[0])
