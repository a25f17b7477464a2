"""What the built site must be: whole, self-contained, described, light.

Each check is a function from a page to the list of what is wrong with it, so that the same
function is tried on the real pages and on a page with a fault planted in it. What a page asks of
another host, and what a screen reader finds missing, its browser says (browser/site.test.mjs).
"""

import gzip
import re
import subprocess
import sys
import zipfile
from collections import Counter
from functools import cache
from types import SimpleNamespace
from unicodedata import normalize
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT
from fontTools.ttLib import TTFont
from PIL import Image
from small_book import build, notebook

sys.path.insert(0, str(ROOT / "extensions"))

import offers
import print_book

SITE = ROOT / "_build/html"
PAGES = sorted(file.relative_to(SITE).as_posix() for file in SITE.rglob("*.html"))
CHAPTERS = sorted(file.stem for file in (ROOT / "chapters").glob("*.ipynb"))
CHAPTER_PAGES = [f"chapters/{chapter}.html" for chapter in CHAPTERS]

# What a page loads by itself, as against what it links to.
LOADED = {"script": "src", "img": "src", "source": "src", "iframe": "src", "link": "href"}
NOT_LOADED = {"canonical", "next", "prev", "search", "author"}

KB = 1024


class Page:
    """One page of the site: its place, its text (or another in its place) and its elements."""

    def __init__(self, name, text=None):
        self.name, self.file = name, SITE / name
        self.text = text or self.file.read_text("utf-8")
        self.soup = BeautifulSoup(self.text, "html.parser")

    def target(self, address):
        """The file and the anchor that an address on this page names."""
        path, anchor = urldefrag(address)
        file = (self.file.parent / unquote(urlsplit(path).path)).resolve() if path else self.file
        return file, unquote(anchor)

    def loads(self):
        """The elements that make the browser fetch something, with what they fetch."""
        for element in self.soup.find_all(LOADED):
            if not NOT_LOADED & set(element.get("rel", [])) and element.get(LOADED[element.name]):
                yield element, element[LOADED[element.name]]


@cache
def page(name):
    return Page(name)


@cache
def anchors(file):
    return set(re.findall(r'\sid="([^"]+)"', file.read_text("utf-8")))


def dead_links(page):
    """Only a link may lead to another host: what is loaded lies on the site."""
    linked = [a["href"] for a in page.soup.find_all("a", href=True)]
    addresses = [link for link in linked if not re.match("(https?|mailto):", link)]
    addresses += [address for _, address in page.loads() if not address.startswith("data:")]
    for address in addresses:
        file, anchor = page.target(address)
        if address.startswith("/") or SITE.resolve() not in file.parents:
            yield f"{address} leaves the site"
        elif not file.is_file():
            yield f"{address}: no such file"
        elif anchor and anchor not in anchors(file):
            yield f"{address}: no such place on that page"


def wrong_outline(page):
    if len(page.soup.find_all("h1")) != 1:
        yield f"{len(page.soup.find_all('h1'))} level-one headings"
    if page.soup.html.get("lang") != "en":
        yield "no language"
    seen = Counter(element["id"] for element in page.soup.find_all(id=True))
    yield from (f"id {name} twice" for name in seen if seen[name] > 1)


def wrong_images(page):
    images = page.soup.select(".bd-article img")
    for position, image in enumerate(images):
        name = image.get("src", "")
        words = image.get("alt", "").split()
        if len(words) < 3:
            yield f"{name}: the alt text says nothing: {image.get('alt')!r}"
        if not (image.get("width") and image.get("height")):
            yield f"{name}: no size, so the text jumps when it comes"
        if position and image.get("loading") != "lazy":
            yield f"{name}: is not lazy"
        if name.endswith(".png"):
            with Image.open(page.target(name)[0]) as picture:
                if picture.width < 1.4 * int(image.get("width", 0)):
                    yield f"{name}: is not sharp on a dense screen"


def wrong_facts(page):
    description = page.soup.find("meta", attrs={"name": "description"})
    if not description or not 20 <= len(description["content"]) <= 200:
        yield f"description: {description and description['content']!r}"
    if not page.soup.select_one("link[rel=icon]"):
        yield "no icon"
    if page.name in CHAPTER_PAGES:
        proved = page.soup.select_one("p.verified time")
        if not (proved and "Keras 3." in page.soup.select_one("p.verified").get_text()):
            yield "does not say when it was verified, and with what"


def wrong_maths(page):
    for formula in page.soup.select("math, div.math"):
        if formula.find("merror") or not formula.find("annotation"):
            yield f"a formula has an error, no TeX, or was not rendered: {str(formula)[:90]}"
    for string in page.soup.main.find_all(string=True):
        if not string.find_parent(["pre", "code", "math", "script"]):
            yield from re.findall(r"\$\$?\\?\w+.{0,40}|\\(?:frac|tanh|text)\b.{0,40}", string)


CHECKS = [dead_links, wrong_outline, wrong_images, wrong_facts, wrong_maths]


def weigh(files):
    """Bytes over the wire; a server packs text, and pictures and fonts are packed already."""
    packed = {".woff2", ".png"}
    return sum(
        len(file.read_bytes() if file.suffix in packed else gzip.compress(file.read_bytes()))
        for file in files
    )


def test_the_site_is_there():
    assert PAGES, f"there is no site in {SITE}: run make book"
    assert set(CHAPTER_PAGES) <= set(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_page(name):
    assert [fault for check in CHECKS for fault in check(page(name))] == []


@pytest.mark.parametrize("name", CHAPTER_PAGES)
def test_weight(name):
    at_once, all_in_all = {page(name).file}, {page(name).file}
    for element, address in page(name).loads():
        file, _ = page(name).target(address)
        all_in_all.add(file)
        if element.get("loading") != "lazy":
            at_once.add(file)
    assert weigh(at_once) < 300 * KB
    assert weigh(all_in_all) < 700 * KB
    assert len(all_in_all) < 25


def test_titles_and_descriptions_differ():
    titles = {page(name).soup.title.get_text() for name in PAGES}
    descriptions = {page(name).soup.select_one("[name=description]")["content"] for name in PAGES}
    assert len(titles) == len(descriptions) == len(PAGES)


def test_scripts_and_sheets_name_no_other_host():
    """Also where no test makes a script do it."""
    for file in [*SITE.rglob("*.js"), *SITE.rglob("*.css")]:
        text = file.read_text("utf-8")
        assert not re.search(r"@import|url\([\"']?https?:|from ['\"]https?:|\beval\(", text), file


def test_the_sheet_is_whole():
    loaded = {page(name).target(address)[0] for name in PAGES for _, address in page(name).loads()}
    assert set((SITE / "_static").resolve().rglob("*.css")) <= loaded, "a sheet was left out"
    css = (SITE / "_static/book.css").read_text("utf-8")
    icons = {icon for name in PAGES for icon in re.findall(r"\bfa-[\w-]+", page(name).text)}
    assert "fa-magnifying-glass" in icons
    assert "url(../" not in css, "it lies higher than the sheets that it is made of"
    assert icons <= set(re.findall(r"\.(fa-[\w-]+)", css))


# A letter alone in a formula is drawn slanted: a character of its own, which NFKC takes back.
SLANTED = [0x210E, *range(0x1D434, 0x1D455), *range(0x1D456, 0x1D468), *range(0x1D6E2, 0x1D71C)]
SLANTED = {normalize("NFKC", character): character for character in map(chr, reversed(SLANTED))}


def test_every_character_of_the_maths_is_in_its_font():
    drawn = TTFont(SITE / "_static/latinmodernmath.woff2").getBestCmap()
    source = TTFont(ROOT / "extensions/vendor/latinmodern-math.woff2").getBestCmap()
    for name in PAGES:
        for formula in page(name).soup.find_all("math"):
            for leaf in formula.find_all(["mi", "mo", "mn", "mtext"]):
                text = leaf.get_text()
                if leaf.name == "mi" and "mathvariant" not in leaf.attrs:
                    text = SLANTED.get(text, text)
                wanted = {c for c in text if not c.isspace() and ord(c) in source}
                assert not {c for c in wanted if ord(c) not in drawn}, (name, leaf)


def test_the_zip_holds_every_chapter():
    with zipfile.ZipFile(SITE / "recurrent-neural-networks.zip") as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
        assert archive.testzip() is None
    assert {f"chapters/{chapter}.ipynb" for chapter in CHAPTERS} <= names
    assert {"README.txt", "requirements.txt", "constraints.txt", "LICENSE"} <= names


CASES = yaml.safe_load((ROOT / "tests/cases/site.yml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES["places"], ids=lambda case: case["name"])
def test_where_the_book_lives(case, monkeypatch, tmp_path):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    if "github" in case:
        monkeypatch.setenv("GITHUB_REPOSITORY", case["github"])
    if "remote" in case:
        subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
        subprocess.run(["git", "remote", "add", "origin", case["remote"]], cwd=tmp_path, check=True)
    folder = tmp_path / case.get("folder", "")
    folder.mkdir(parents=True, exist_ok=True)
    said = {"book_repository": "", "book_address": "", "book_copies": "", **case.get("said", {})}
    config = SimpleNamespace(**said, html_theme_options={})
    offers.configure(SimpleNamespace(srcdir=folder), config)
    options = config.html_theme_options
    names = ("repository_url", "repository_branch", "path_to_docs")
    found = [options[name] for name in names] if options else []
    assert [*found, config.html_baseurl, config.book_copies] == case["found"]


@pytest.fixture(scope="module")
def small_book(tmp_path_factory):
    """One chapter, built as on GitHub, with a wrong formula, and a mend that finds nothing."""
    pages = {
        "index.md": "# A book\n\nOne chapter with one formula.\n\n**Run it yourself.** So.\n",
        "chapters/one.ipynb": notebook("# One\n\nHere is $h_t = \\thanh(u h_{t-1})$, no more.\n"),
    }
    change = "extensions/pages.py", "link[rel=preload][as=script]", "link[rel=renamed]"
    environment = {"GITHUB_REPOSITORY": "Physics/rnn", "BOOK_PDF": "1"}
    folder = tmp_path_factory.mktemp("book")
    return build(folder, pages, "-W", change=change, **environment)


def test_links_to_the_repository_come_with_its_address(small_book):
    _, site = small_book
    binder = "https://mybinder.org/v2/gh/Physics/rnn/main?urlpath=lab/tree/chapters"
    colab = "https://colab.research.google.com/github/Physics/rnn"
    base = "https://physics.github.io/rnn/"
    for file, parts in {
        "chapters/one.html": (
            f'href="{binder}/one.ipynb"',
            f'href="{colab}/blob/notebooks/chapters/one.ipynb"',
            'href="https://github.com/Physics/rnn/edit/main/chapters/one.ipynb"',
            'href="../recurrent-neural-networks.pdf"',
            f'href="{base}chapters/one.html" rel="canonical"',
            f'content="{base}_static/preview.png" property="og:image"',
        ),
        "index.html": (f'href="{binder}"', f'href="{colab}/tree/notebooks/chapters"'),
        "sitemap.xml": (f"<loc>{base}chapters/one.html</loc>",),
    }.items():
        text = (site / file).read_text("utf-8")
        assert [part for part in parts if part not in text] == []


def test_what_is_wrong_stops_the_build(small_book):
    result, _ = small_book
    assert re.search(r"one\.ipynb.*WARNING: maths not understood.*thanh", result.said)
    missing = re.findall("WARNING: pages.py finds no (.*): has the theme changed", result.said)
    assert missing == ["link[rel=renamed]"]
    assert result.returncode != 0


def test_the_book_can_be_printed():
    names = print_book.page_names()
    assert set(names) <= set(PAGES)
    text = print_book.document([print_book.chapter(name, names) for name in names], {})
    soup = BeautifulSoup(text, "html.parser")
    ids = Counter(element["id"] for element in soup.find_all(id=True))
    links = [a["href"] for a in soup.find_all("a") if not re.match("https?:", a["href"])]
    assert max(ids.values()) == 1 and len(links) > 100
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert [image for image in soup.find_all("img") if not (SITE / image["src"]).exists()] == []
    assert soup.select("script, details:not([open])") == []


@pytest.mark.parametrize("fault", CASES["faults"], ids=lambda fault: fault["name"])
def test_a_planted_fault_is_seen(fault):
    check = globals()[fault["seen by"]]
    real = page(f"chapters/{CHAPTERS[0]}.html")
    assert fault["stands"] in real.text, "the fault has nowhere to stand"
    assert not list(check(real))
    assert list(check(Page(real.name, real.text.replace(fault["stands"], fault["becomes"]))))
