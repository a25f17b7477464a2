"""The plain text of the chapters becomes numbered figures, links and citations (plain.py)."""

import importlib
import re

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


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The two pages, built without a warning."""
    chapters = {"chapters/one.ipynb": ONE, "chapters/two.ipynb": TWO}
    index = {"index.md": "# A book\n\nSee Figure 4 of [One](chapters/one.ipynb).\n"}
    result, site = build(tmp_path_factory.mktemp("plain"), index | chapters, "-W")
    assert result.returncode == 0, result.said
    return site


@pytest.fixture(scope="module")
def pages(site):
    """Every page as elements, by its name."""
    names = ("index", "chapters/one", "chapters/two", "chapters/references")
    read = {name: (site / f"{name}.html").read_text("utf-8") for name in names}
    return {name: BeautifulSoup(text, "html.parser") for name, text in read.items()}


def links(soup):
    """The links in the text of a page, each as its words and its address."""
    found = soup.select(".bd-article p a:not(.headerlink)")
    return [(link.get_text(), link["href"]) for link in found]


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


def test_what_is_named_is_linked(pages):
    assert links(pages["index"])[:1] == [("Figure 4", "chapters/one.html#figure-4")]
    assert links(pages["chapters/one"]) == [
        ("Figure 1", "#figure-1"),
        ("Figure 2", "#figure-2"),
        ("3", "#figure-3"),
        ("4", "#figure-4"),
        ("equation (1)", "#equation-1"),
        ("Equation (2)", "two.html#equation-2"),
        ("Two", "two.html"),
        ("Figure 1", "two.html#figure-1"),
        ("Two", "two.html#here"),
        ("Elman, 1990", "references.html#elman1990"),
        ("Figure 1", "#figure-1"),
    ]


def test_the_links_hold_when_all_pages_are_one(site, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "extensions")
    print_book = importlib.import_module("print_book")
    monkeypatch.setattr(print_book, "SITE", site)
    names = print_book.page_names()
    one = print_book.chapter("chapters/one.html", names)
    assert [link["href"] for link in one.select("a")] == [
        "#chapters-one--figure-1",
        "#chapters-one--figure-2",
        "#chapters-one--figure-3",
        "#chapters-one--figure-4",
        "#chapters-one--equation-1",
        "#chapters-two--equation-2",
        "#chapters-two",
        "#chapters-two--figure-1",
        "#chapters-two--here",
        "#chapters-references--elman1990",
        "#chapters-one--figure-1",
    ]
    assert one.select_one("#chapters-one--figure-1 .caption-number").get_text() == "Figure 1."


def test_equations_show_their_numbers(pages):
    two = pages["chapters/two"]
    shown = [box.select_one(".eqno").get_text().rstrip("#") for box in two.select("div.math")]
    assert shown == ["(1)", "(2)"]
    assert [box["id"] for box in two.select("div.math")] == ["equation-1", "equation-2"]
    assert "tag" not in "".join(math.get_text() for math in two.select("math"))


def test_references_are_listed_under_their_keys(pages):
    listed = [entry["id"] for entry in pages["chapters/references"].select("li[id]")]
    bibliography = (ROOT / "chapters/references.bib").read_text("utf-8")
    assert sorted(listed) == sorted(re.findall(r"^@\w+\{(\w+),", bibliography, re.MULTILINE))


def test_every_reference_is_cited():
    site = ROOT / "_build/html"
    listed = BeautifulSoup((site / "chapters/references.html").read_text("utf-8"), "html.parser")
    cited = {
        key
        for page in site.rglob("*.html")
        for key in re.findall(r'href="[^"]*references\.html#(\w+)"', page.read_text("utf-8"))
    }
    assert {entry["id"] for entry in listed.select("li[id]")} - cited == set()


FAULTS = yaml.safe_load((ROOT / "tests/cases/plain.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def complaints(tmp_path_factory):
    """What the build says of a book in which every page has a fault."""
    pages = {
        f"chapters/{name}.ipynb": notebook(f"# The page {name}\n\nText.\n\n{fault['page']}\n")
        for name, fault in FAULTS.items()
    }
    pages["chapters/plot.ipynb"] = notebook("# A plot\n\nText.", PLOT, "No caption.")
    result, _ = build(tmp_path_factory.mktemp("faults"), pages)
    return result.said


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_a_warning_with_its_place(name, complaints):
    said = re.escape(FAULTS[name]["said"])
    assert re.search(rf"chapters/{name}\.ipynb:\d+: WARNING: .*{said}", complaints), complaints


def test_a_plot_needs_a_caption(complaints):
    assert re.search(r"chapters/plot\.ipynb:\d+: WARNING: a picture without a cap", complaints)
