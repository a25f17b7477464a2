"""What the built site must be: whole, self-contained, described, light.

Each check is a function from a page to the list of what is wrong with it, so that the same
function is tried on the real pages and on a page with a fault planted in it.
"""

import gzip
import importlib.util
import json
import re
import subprocess
import zipfile
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from unicodedata import normalize
from urllib.parse import unquote, urldefrag, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from small_book import build, notebook

ROOT = Path(__file__).parent.parent
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
    addresses = [a["href"] for a in page.soup.find_all("a", href=True)]
    addresses += [address for _, address in page.loads()]
    for address in addresses:
        if re.match(r"(https?|mailto|data):", address):
            continue
        file, anchor = page.target(address)
        if address.startswith("/") or SITE.resolve() not in file.parents:
            yield f"{address} leaves the site"
        elif not file.is_file():
            yield f"{address}: no such file"
        elif anchor and anchor not in anchors(file):
            yield f"{address}: no such place on that page"


def third_parties(page):
    for element, address in page.loads():
        if re.match(r"(https?:)?//", address):
            yield f"{element.name} loads {address}"
    yield from re.findall(r"@import[^;]*;|url\(\s*[\"']?https?:[^)]*\)", page.text)


def wrong_outline(page):
    if len(page.soup.find_all("h1")) != 1:
        yield f"{len(page.soup.find_all('h1'))} level-one headings"
    if page.soup.html.get("lang") != "en":
        yield "no language"
    if len(page.soup.select("main#main-content")) != 1:
        yield "no main landmark for the skip link"
    seen = [element["id"] for element in page.soup.find_all(id=True)]
    yield from (f"id {i} twice" for i in sorted({i for i in seen if seen.count(i) > 1}))


def dots(png):
    """The width of a PNG in dots."""
    return int.from_bytes(png.read_bytes()[16:20], "big")


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
        if name.endswith(".png") and dots(page.target(name)[0]) < 1.4 * int(image.get("width", 0)):
            yield f"{name}: is not sharp on a dense screen"
    for figure in page.soup.select("main figure:not(.card-of-chapter *)"):
        if not figure.select_one(".caption-number"):
            yield f"a figure without number or caption: {str(figure)[:90]}"


def wrong_facts(page):
    description = page.soup.find("meta", attrs={"name": "description"})
    if not description or not 20 <= len(description["content"]) <= 200:
        yield f"description: {description and description['content']!r}"
    if not page.soup.title or not page.soup.title.get_text(strip=True):
        yield "no title"
    if not page.soup.select_one("link[rel=icon]"):
        yield "no icon"
    if page.name in CHAPTER_PAGES:
        proved = page.soup.select_one("p.verified time")
        if not (proved and "Keras 3." in page.soup.select_one("p.verified").get_text()):
            yield "does not say when it was verified, and with what"


def wrong_maths(page):
    for box in page.soup.select("div.math"):
        if not box.find("math"):
            yield f"a formula was not rendered: {str(box)[:90]}"
    for formula in page.soup.find_all("math"):
        if formula.find(["merror"]) or not formula.find("annotation"):
            yield f"a formula has an error or no TeX: {str(formula)[:90]}"
    for string in page.soup.main.find_all(string=True):
        if not string.find_parent(["pre", "code", "math", "script"]):
            yield from re.findall(r"\$\$?\\?\w+.{0,40}|\\(?:frac|tanh|text)\b.{0,40}", string)


CHECKS = [dead_links, third_parties, wrong_outline, wrong_images, wrong_facts, wrong_maths]


def weigh(files):
    """Bytes over the wire; a server packs text, and pictures and fonts are packed already."""
    packed = {".woff2", ".png"}
    return sum(
        len(file.read_bytes() if file.suffix in packed else gzip.compress(file.read_bytes()))
        for file in files
    )


def resources(page):
    """The files a page loads at once, and those that it loads when they come near."""
    at_once, later = {page.file}, set()
    for element, address in page.loads():
        later_on = element.get("loading") == "lazy"
        (later if later_on else at_once).add(page.target(address)[0])
    return at_once, later


def test_the_site_is_there():
    assert PAGES, f"there is no site in {SITE}: run make book"
    assert set(CHAPTER_PAGES) <= set(PAGES)


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", PAGES)
def test_page(name, check):
    assert not list(check(page(name)))


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_weight(chapter):
    at_once, later = resources(page(f"chapters/{chapter}.html"))
    assert weigh(at_once) < 300 * KB
    assert weigh(at_once | later) < 700 * KB
    assert len(at_once | later) < 25


def test_titles_and_descriptions_differ():
    titles = [page(name).soup.title.get_text() for name in PAGES]
    assert len(set(titles)) == len(titles)
    found = [page(name).soup.find("meta", attrs={"name": "description"}) for name in PAGES]
    descriptions = [meta["content"] for meta in found]
    assert len(set(descriptions)) == len(descriptions)


def test_scripts_and_sheets_name_no_other_host():
    assert not list(SITE.rglob("*.mjs")), "a browser refuses modules from a folder on disk"
    for file in [*SITE.rglob("*.js"), *SITE.rglob("*.css")]:
        text = file.read_text("utf-8")
        assert not re.search(r"@import|url\([\"']?https?:|from ['\"]https?:|\beval\(", text), file
    assert not (SITE / "_static/scripts/fontawesome.js").exists()


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


def test_search_finds_prose_and_code():
    index = (SITE / "searchindex.js").read_text("utf-8")
    terms = json.loads(re.search(r"^Search\.setIndex\((.*)\)$", index, re.DOTALL)[1])["terms"]
    assert {"gradient", "simplernn", "return_sequ"} <= set(terms)


def test_the_zip_holds_every_chapter():
    with zipfile.ZipFile(SITE / "recurrent-neural-networks.zip") as archive:
        names = {name.partition("/")[2] for name in archive.namelist()}
        assert archive.testzip() is None
    assert {f"chapters/{chapter}.ipynb" for chapter in CHAPTERS} <= names
    assert {"README.txt", "requirements.txt", "constraints.txt", "LICENSE"} <= names


def extension(name):
    """An extension as a module, to try its functions alone."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"extensions/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_repository_is_found(monkeypatch, tmp_path):
    find = extension("offers")
    monkeypatch.setenv("GITHUB_REPOSITORY", "Physics/rnn")
    assert find.repository(tmp_path) == "https://github.com/Physics/rnn"
    assert find.address("https://github.com/Physics/rnn") == "https://physics.github.io/rnn/"
    monkeypatch.delenv("GITHUB_REPOSITORY")
    assert find.repository(tmp_path) == "", "outside a repository no address is known"


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        ("https://github.com/physics/rnn.git", "https://github.com/physics/rnn"),
        ("git@github.com:physics/rnn.git", "https://github.com/physics/rnn"),
        ("ssh://git@github.com/physics/r.n-n", "https://github.com/physics/r.n-n"),
        ("/srv/git/rnn.git", ""),
        ("https://example.org/physics/rnn", ""),
    ],
)
def test_the_remote_is_understood(remote, url, monkeypatch, tmp_path):
    find = extension("offers")
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "remote", "add", "origin", remote], check=True)
    assert find.repository(tmp_path) == url


ONE = {
    "index.md": "# A book\n\nOne chapter with one formula.\n",
    "chapters/one.ipynb": notebook("# One\n\nHere is $h_t = \\thanh(u h_{t-1})$, and no more.\n"),
}


@pytest.fixture(scope="module")
def small_book(tmp_path_factory):
    """A book of one chapter, built as on GitHub; its formula is wrong."""
    folder = tmp_path_factory.mktemp("book")
    return build(folder, ONE, "-W", GITHUB_REPOSITORY="Physics/rnn", BOOK_PDF="1")


def test_links_to_the_repository_come_with_its_address(small_book):
    _, site = small_book
    text = (site / "chapters/one.html").read_text("utf-8")
    for address in (
        "https://mybinder.org/v2/gh/Physics/rnn/main?urlpath=lab/tree/chapters/one.ipynb",
        "https://colab.research.google.com/github/Physics/rnn/blob/notebooks/chapters/one.ipynb",
        "https://github.com/Physics/rnn/edit/main/chapters/one.ipynb",
        "../recurrent-neural-networks.pdf",
    ):
        assert f'href="{address}"' in text
    base = "https://physics.github.io/rnn/"
    assert f'<link rel="canonical" href="{base}chapters/one.html"' in text
    assert f'property="og:image" content="{base}_static/preview.png"' in text
    assert f"<loc>{base}chapters/one.html</loc>" in (site / "sitemap.xml").read_text("utf-8")


def test_a_copy_in_a_folder_of_a_course_links_to_its_own_files(monkeypatch, tmp_path):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    (tmp_path / "lectures/rnn").mkdir(parents=True)
    git = ["git", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "--quiet"], check=True)
    remote = "git@github.com:Physics/course.git"
    subprocess.run([*git, "remote", "add", "origin", remote], check=True)
    _, site = build(tmp_path / "lectures/rnn", ONE)
    text = (site / "chapters/one.html").read_text("utf-8")
    file = "main/lectures/rnn/chapters/one.ipynb"
    for address in (
        "https://mybinder.org/v2/gh/Physics/course/main?urlpath=lab/tree/"
        + file.removeprefix("main/"),
        f"https://colab.research.google.com/github/Physics/course/blob/{file}",
        f"https://github.com/Physics/course/edit/{file}",
    ):
        assert f'href="{address}"' in text
    assert "physics.github.io" not in text, "what is there is the site of the course"
    assert not (site / "sitemap.xml").exists()


def test_a_formula_that_is_wrong_stops_the_build(small_book):
    result, _ = small_book
    assert result.returncode != 0
    assert re.search(r"one\.ipynb.*maths not understood.*thanh", result.said)


def test_a_mend_that_finds_nothing_stops_the_build(tmp_path):
    change = "extensions/pages.py", "script[src*=fontawesome]", "script[src*=renamed]"
    result, _ = build(tmp_path, ONE, change=change)
    assert "pages.py finds no script[src*=renamed]: has the theme changed?" in result.said
    assert result.said.count("pages.py finds no") == 1 and result.returncode != 0


def test_without_an_address_there_are_no_links_to_it(monkeypatch, tmp_path):
    find = extension("offers")
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    config = SimpleNamespace(book_repository="", book_address="", html_theme_options={})
    find.configure(SimpleNamespace(srcdir=tmp_path), config)
    assert config.html_theme_options == {}
    assert config.html_baseurl == ""
    config.book_repository = "https://github.com/Physics/rnn"
    config.book_address = "https://example.org/"
    find.configure(SimpleNamespace(srcdir=tmp_path), config)
    assert config.html_theme_options["repository_url"] == "https://github.com/Physics/rnn"
    assert config.html_theme_options["path_to_docs"] == ""
    assert config.html_baseurl == "https://example.org/"


def test_the_configuration_can_name_a_folder(tmp_path):
    find = extension("offers")
    said = "https://github.com/Physics/course/tree/2027/a lecture/rnn/"
    config = SimpleNamespace(book_repository=said, book_address="", html_theme_options={})
    find.configure(SimpleNamespace(srcdir=tmp_path), config)
    assert config.html_theme_options["repository_url"] == "https://github.com/Physics/course"
    assert config.html_theme_options["repository_branch"] == "2027"
    assert config.html_theme_options["path_to_docs"] == "a%20lecture/rnn"
    assert config.html_baseurl == ""


def test_the_book_can_be_printed(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(ROOT / "extensions")
    printer = extension("print_book")
    names = printer.page_names()
    assert [name for name in names if name not in PAGES] == []
    chapters = [printer.chapter(name, names) for name in names]
    soup = BeautifulSoup(printer.document(chapters, {}), "html.parser")
    ids = [element["id"] for element in soup.find_all(id=True)]
    assert len(set(ids)) == len(ids)
    links = [a["href"] for a in soup.find_all("a") if not re.match("https?:", a["href"])]
    assert len(links) > 100
    assert [link for link in links if link.removeprefix("#") not in ids] == []
    assert [image for image in soup.find_all("img") if not (SITE / image["src"]).exists()] == []
    assert not soup.find("script")
    assert not soup.select("details:not([open])")


FAULTS = yaml.safe_load((ROOT / "tests/cases/site.yml").read_text("utf-8"))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["name"])
def test_a_planted_fault_is_seen(fault):
    check = globals()[fault["seen by"]]
    real = page(f"chapters/{CHAPTERS[0]}.html")
    assert fault["stands"] in real.text, "the fault has nowhere to stand"
    assert not list(check(real))
    assert list(check(Page(real.name, real.text.replace(fault["stands"], fault["becomes"]))))
