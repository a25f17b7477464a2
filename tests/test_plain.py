"""What one small book becomes: figures, links, citations (plain.py), answer fields (answers.py).

Every fault is a page of its own, and the build warns of these pages and of no other.
"""

import importlib
import json
import re
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT
from small_book import build, notebook

DRAWING = "![A latch that opens and shuts](../diagrams/latch.svg)\n\n"
DOT = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
PLOT = {
    "source": "plot(x)",
    "metadata": {"mystnb": {"image": {"alt": "A plot of one dot"}}, "tags": ["hide-input"]},
    "outputs": [
        {"output_type": "stream", "name": "stdout", "text": "before\n"},
        {
            "output_type": "display_data",
            "data": {"image/png": DOT, "text/plain": "<Figure size 1x1>"},
            "metadata": {},
        },
        {"output_type": "stream", "name": "stdout", "text": "after\n"},
    ],
}
ONE = notebook(
    "# One\n\nFigure 1 shows it (Figure 2 and 3 others; Figures 3 and 4 also); by equation (1), "
    "`Figure 9` is code. "
    "Equation (2) of [Two](two.ipynb) says more than Figure 1 of [Two](two.ipynb#here).\n\n"
    "As [Elman, 1990](references.md#elman1990) said:\n\n"
    "$$\nh_t = x_t \\tag{1}\n$$\n\n"
    f"<rnn-unrolled>\n\n{DRAWING}**Figure 1.** What to *see*. *On the web page this figure moves: "
    "move it.*\n\n</rnn-unrolled>\n\n## Next",
    PLOT,
    "**Figure 2.** A dot of $x^2$, as in Figure 1.\n\nText that is no caption.",
    PLOT | {"metadata": PLOT["metadata"] | {"tags": ["hide-cell"]}},
    "**Figure 3.** Another.\n\n<details>\n<summary>Aside</summary>\n\n"
    f"{DRAWING}**Figure 4.** Folded.\n\n</details>\n",
)
TWO = notebook(
    f"# Two\n\n{DRAWING}**Figure 1.** It.\n\n| a |\n| - |\n| 1 |\n\n## Here\n\n"
    "$$a = b \\tag{1}$$\n\n"
    "$$\n\\begin{aligned}\na &= b \\\\\nc &= d\n\\end{aligned} \\tag{2}\n$$\n"
)


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
ANSWERS = notebook(
    "# Answers\n\nText.",
    {"source": TABLE, **CHECK},
    {"source": "my_states = ...  # for example [1, 1]\nprint(check_states(my_states))"},
    {"source": "my_states = [1, 0]\nprint(check_states(my_states))"},
    {"source": NUMBER, **CHECK},
    {"source": OTHER, **CHECK},
    {"source": "my_model = ...\nprint(check_model(my_model))"},
    {"source": "my_half = ...\nprint(check_half(my_half))"},
    {"source": UNREADABLE, **CHECK},
    {"source": "my_third = ...\nprint(check_third(my_third))"},
)


FAULTS = yaml.safe_load((ROOT / "tests/cases/plain.yml").read_text("utf-8"))
PAGES = {
    "index.md": "# A book\n\nSee Figure 4 of [One](chapters/one.ipynb).\n",
    "chapters/one.ipynb": ONE,
    "chapters/two.ipynb": TWO,
    "chapters/answers.ipynb": ANSWERS,
    "chapters/plot.ipynb": notebook("# A plot\n\nText.", PLOT, "No caption."),
}
PAGES |= {
    f"chapters/{name}.ipynb": notebook(f"# The page {name}\n\nText.\n\n{fault['page']}\n")
    for name, fault in FAULTS.items()
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """What the build says, and where the site is."""
    result, site = build(tmp_path_factory.mktemp("plain"), PAGES)
    return result.said, site


@pytest.fixture(scope="module")
def pages(built):
    """The pages without a fault as elements, by name."""
    names = ("index", "chapters/one", "chapters/two", "chapters/answers", "chapters/references")
    read = {name: (built[1] / f"{name}.html").read_text("utf-8") for name in names}
    return {name: BeautifulSoup(text, "html.parser") for name, text in read.items()}


def test_each_fault_is_a_warning_with_its_place(built):
    warned = re.findall(r"(\S+?)\.\w+(?::\d+)?: WARNING", built[0])
    assert built[0].count("WARNING") == len(warned)
    assert {Path(name).stem for name in warned} == {"answers", "plot", *FAULTS}
    for name, fault in FAULTS.items():
        said = re.escape(fault["said"])
        assert re.search(rf"chapters/{name}\.ipynb:\d+: WARNING: .*{said}", built[0]), name
    assert re.search(r"plot\.ipynb:\d+: WARNING: a picture without a caption", built[0])
    assert "answers.ipynb: WARNING: cell 9: the table of replies: malformed" in built[0]


def test_every_picture_is_a_figure_with_its_caption(pages):
    captions = []
    for name in ("chapters/one", "chapters/two"):
        images = pages[name].select(".bd-article img")
        figures = pages[name].select(".bd-article figure")
        assert [figure.select("img") for figure in figures] == [[image] for image in images]
        for number, figure in enumerate(figures, start=1):
            assert figure["id"] == f"figure-{number}"
            assert figure.select_one(".caption-number").get_text() == f"Figure {number}."
            captions.append(figure.figcaption.get_text().strip().rstrip("#"))
    assert captions[0] == "Figure 1. What to see. "
    assert captions[1].startswith("Figure 2. A dot of") and captions[1].endswith("Figure 1.")
    assert captions[2:] == ["Figure 3. Another.", "Figure 4. Folded.", "Figure 1. It."]


def test_a_figure_stands_where_its_picture_stood(pages):
    one = pages["chapters/one"]
    assert one.select_one("rnn-unrolled > figure#figure-1")
    assert one.select_one(".cell_output > figure#figure-2")
    assert not one.select_one("details figure#figure-2"), "only the code is folded"
    assert one.select_one("details .cell_output > figure#figure-3"), "the cell is folded"
    assert one.select_one("details > figure#figure-4")
    around = one.select_one("#figure-2").parent.get_text(" ", strip=True)
    assert around.startswith("before") and around.endswith("after")
    assert "<Figure size" not in one.get_text()


LINKS = [  # words, address on the page, address when all pages are one
    ("Figure 1", "#figure-1", "#chapters-one--figure-1"),
    ("Figure 2", "#figure-2", "#chapters-one--figure-2"),
    ("3", "#figure-3", "#chapters-one--figure-3"),
    ("4", "#figure-4", "#chapters-one--figure-4"),
    ("equation (1)", "#equation-1", "#chapters-one--equation-1"),
    ("Equation (2)", "two.html#equation-2", "#chapters-two--equation-2"),
    ("Two", "two.html", "#chapters-two"),
    ("Figure 1", "two.html#figure-1", "#chapters-two--figure-1"),
    ("Two", "two.html#here", "#chapters-two--here"),
    ("Elman, 1990", "references.html#elman1990", "#chapters-references--elman1990"),
    ("Figure 1", "#figure-1", "#chapters-one--figure-1"),
]


def test_what_is_named_is_linked(built, pages, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "extensions")
    print_book = importlib.import_module("print_book")
    monkeypatch.setattr(print_book, "SITE", built[1])
    joined = print_book.chapter("chapters/one.html", print_book.page_names())
    found = pages["chapters/one"].select(".bd-article p a:not(.headerlink)")
    links = [(link.get_text(), link["href"]) for link in found]
    assert links == [(words, address) for words, address, _ in LINKS]
    assert [link["href"] for link in joined.select("a")] == [place for *_, place in LINKS]
    assert joined.select_one("#chapters-one--figure-1 .caption-number").get_text() == "Figure 1."
    first = pages["index"].select_one(".bd-article p a:not(.headerlink)")
    assert (first.get_text(), first["href"]) == ("Figure 4", "chapters/one.html#figure-4")


def test_equations_show_their_numbers(pages):
    two = pages["chapters/two"]
    shown = [box.select_one(".eqno").get_text().rstrip("#") for box in two.select("div.math")]
    assert shown == ["(1)", "(2)"]
    assert [box["id"] for box in two.select("div.math")] == ["equation-1", "equation-2"]
    assert "tag" not in "".join(math.get_text() for math in two.select("math"))


def test_every_reference_is_listed_under_its_key_and_cited(pages):
    bibliography = (ROOT / "chapters/references.bib").read_text("utf-8")
    keys = set(re.findall(r"^@\w+\{(\w+),", bibliography, re.MULTILINE))
    assert {entry["id"] for entry in pages["chapters/references"].select("li[id]")} == keys
    texts = [page.read_text("utf-8") for page in (ROOT / "_build/html").rglob("*.html")]
    assert keys <= set(re.findall(r'href="[^"]*references\.html#(\w+)"', "\n".join(texts)))


def test_a_field_has_the_table_of_its_check_behind_the_cell_to_be_filled_in(pages):
    page = pages["chapters/answers"]
    assert [json.loads(script.string) for script in page.select(".answer > script")] == [
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
    before = [field.find_previous_sibling() for field in page.select(".answer")]
    assert before == page.select("div.cell.answer-stub")
    assert [cell.pre.get_text().split(" = ")[0] for cell in before] == ["my_states", "my_half"]
    assert len(page.select("div.cell")) == 5, "no other cell is touched"
