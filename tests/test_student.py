"""The student's version: no solution is left in any of its files, and what is left works.

It is built as `make student` builds it, with every chapter, and printed if there is a browser.
"""

import contextlib
import html
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
import zipfile
import zlib
from functools import cache

import pytest
import student
from conftest import ROOT
from notebooks import CHAPTERS, code, printed, source, tags
from pypdf import PdfReader
from test_answers import NOT_YET, checks, is_check, notebook, space, table

sys.path.insert(0, str(ROOT / "extensions"))

import print_book
from offers import NAME

BOOK = ROOT / "_build/student/source"
SITE = ROOT / "_build/student/html"
NAMES = [path.stem for path in CHAPTERS]
HOLD_WORDS = {".html", ".inv", ".ipynb", ".js", ".json", ".md", ".txt", ".xml", ".zip"}

each_chapter = pytest.mark.parametrize("chapter", NAMES)


@pytest.fixture(scope="module", autouse=True)
def built():
    """The student's version, which takes no time if nothing has changed."""
    environment = os.environ | {"GITHUB_REPOSITORY": "owner/name"}
    subprocess.run([sys.executable, ROOT / "tools/student.py"], check=True, env=environment)


def letters(text):
    """The letters and digits of a text: what stands between them is the browser's or printer's."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", html.unescape(text)))


def words_of(cells):
    """All that cells say."""
    return "\n".join("\n".join([source(c), *(printed(c) if "outputs" in c else [])]) for c in cells)


def texts(file):
    """The words of a file, and of the files that are packed in it."""
    data = file.read_bytes()
    packed = {file.name: data}
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as archive:
            packed = {f"{file.name}/{name}": archive.read(name) for name in archive.namelist()}
    elif file.suffix == ".inv":
        packed = {file.name: zlib.decompress(data.partition(b"zlib.\n")[2])}
    for name, text in packed.items():
        text = text.decode("utf-8")
        if name.endswith(".ipynb"):
            text = words_of(json.loads(text)["cells"])
        elif name.endswith(".html"):
            text = re.sub("<[^>]*>", "", text)
        yield name, text


def pdf():
    """The text of the PDF, printed without pictures and formulas, which take the most time."""
    try:
        browser = print_book.find_browser()
    except SystemExit as none:
        assert not os.environ.get("CI"), none
        return ""
    print_book.SITE, target = SITE, SITE / "test.pdf"
    names = print_book.page_names()
    text = print_book.document([print_book.chapter(name, names) for name in names], {})
    try:
        print_book.print_pdf(
            browser, re.sub("<img[^>]*>|<math.*?</math>", "", text, flags=re.DOTALL), target
        )
        return "".join(page.extract_text() for page in PdfReader(target).pages)
    finally:
        target.unlink(missing_ok=True)


@cache
def secrets():
    """What stands in solutions alone: lines of code, outputs and text; and words."""
    told, known = [], [path.read_text("utf-8") for path in (ROOT / "explorables").glob("*.mjs")]
    for cell in (cell for name in NAMES for cell in notebook(name)["cells"]):
        text = words_of([cell])
        if is_check(cell):
            text = re.sub(r'(?<!f)"Right[:.] [^"]*"', "", text)
        (told if "solution" in tags(cell) else known).append(text)
    told, known = "\n".join(told), "\n".join(known)
    lines, all_known = map(letters, re.split(r"\n|(?<=[.:]) ", told)), letters(known)
    words = [set(re.findall(r"\w{6,}", text)) for text in (told, known)]
    return {line for line in lines if len(line) >= 12 and line not in all_known}, words[0] - words[
        1
    ]


def leaks(name, text):
    """What a text has of the solutions. The index of the search has words, and no lines."""
    lines, words = secrets()
    if name == "searchindex.js":
        return words & set(re.findall(r"\w+", text))
    text = letters(text)
    return {line for line in lines if line in text}


def found_in(site):
    """Each file of a site that has something of the solutions, or leads to the guide."""
    files = [file for file in site.rglob("*") if file.suffix in HOLD_WORDS]
    for name, text in (pair for file in files for pair in texts(file)):
        if leaks(name, text) or "Show the solution" in text or "chapters/guide/" in text:
            yield name


def test_no_file_has_a_solution_or_leads_to_the_guide():
    assert not list(found_in(SITE))
    assert not leaks("the PDF", pdf())


def test_the_book_itself_is_caught():
    """Of each chapter the page and the notebook, which is in the zip as well; the index."""
    caught = set(found_in(ROOT / "_build/html"))
    for name in NAMES:
        archived = f"{NAME}.zip/{NAME}/chapters/{name}.ipynb"
        assert {f"{name}.html", f"{name}.ipynb", archived} <= caught, name
    assert {"searchindex.js", "objects.inv", "index.html"} <= caught


def test_no_page_of_the_guide_and_no_link_to_the_repository():
    assert not (SITE / "chapters/guide").exists() and not (BOOK / "chapters/guide").exists()
    assert "github.com" not in (SITE / "chapters/gates.html").read_text("utf-8")


def test_keys_are_those_that_the_page_computes():
    """tests/browser/answers.test.mjs types the numbers into a field with these keys."""
    page = (ROOT / "tests/browser/fixtures/answers.html").read_text("utf-8")
    for numbers in ((1, 0, 1, 0), (0.5, -0.25, 1, 1), (1, 2)):
        assert f'["{student.key_of(numbers)}"' in page


def test_a_page_asks_for_as_many_numbers_as_the_book_and_does_not_tell_them():
    page = (SITE / "chapters/gates.html").read_text("utf-8")
    key = student.key_of((-2.1, -0.9))
    told = f'(numbers, separated by commas; for example 0.5, 0.4)", "replies": [["{key}", "Right."]'
    assert told in page


@each_chapter
def test_every_stub_runs(chapter):
    """And no code that is left needs a name that only a solution gives."""
    file = BOOK / f"chapters/{chapter}.ipynb"
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--quiet", "--select", "F821"]
    done = subprocess.run([*command, file], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    cells = code(notebook(chapter, BOOK))
    stubs = [c for c in cells if re.search(r"\bcheck_\w+\(", source(c)) and not is_check(c)]
    assert len(stubs) == len(checks(chapter))
    for stub in stubs:
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(source(stub), dict(space(chapter, BOOK)))
        assert said.getvalue().strip() == NOT_YET == "".join(printed(stub)), source(stub)


@each_chapter
def test_answers_get_their_reply(chapter):
    """A right one, and each slip of the table its hint, as in the book."""
    names = space(chapter, BOOK)
    for check, rows in table(chapter)[1].items():
        for answer, expected in rows:
            said = names[check](eval(answer, dict(names)))
            right = expected.startswith("Right")
            assert right == said.startswith("Right"), (answer, said)
            assert right or expected in said, (answer, said)


@pytest.mark.parametrize("kind", ["code", "markdown"])
def test_a_solution_without_its_tag_is_an_error(kind):
    whole = notebook("gates")
    cell = next(c for c in whole["cells"] if "solution" in tags(c) and c["cell_type"] == kind)
    cell["metadata"]["tags"].remove("solution")
    with pytest.raises(SystemExit, match=r'gates.*needs the tag "solution"'):
        student.unsolved(whole, "gates")
