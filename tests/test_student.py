"""The student's version, as `make student` builds it: no solution is left, what is left works.

Its PDF is made of its pages, which are searched here.
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

import nbformat
import pytest
import student
from conftest import ROOT
from notebooks import CHAPTERS, code, printed, source, tags
from test_answers import NOT_YET, checks, is_check, notebook, space, table

sys.path.insert(0, str(ROOT / "extensions"))

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
    assert {path.name for path in SITE.parent.iterdir()} == {"html", "made-of", "source"}


def letters(text):
    """The letters and digits of a text: what stands between them is the browser's."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", html.unescape(text)))


def words_of(cells):
    """All that cells say."""
    return "\n".join("\n".join([source(c), *(printed(c) if "outputs" in c else [])]) for c in cells)


def texts(file):
    """The words of a file, and of the files that are packed in it."""
    packed = {file.name: file.read_bytes()}
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as archive:
            packed = {f"{file.name}/{name}": archive.read(name) for name in archive.namelist()}
    elif file.suffix == ".inv":
        packed = {file.name: zlib.decompress(file.read_bytes().partition(b"zlib.\n")[2])}
    for name, data in packed.items():
        text = data.decode("utf-8")
        if name.endswith(".ipynb"):
            text = words_of(json.loads(text)["cells"])
        elif name.endswith(".html"):
            text = re.sub("<[^>]*>", "", text)
        yield name, text


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
    words_told, words_known = (set(re.findall(r"\w{6,}", text)) for text in (told, known))
    lines, known = map(letters, re.split(r"\n|(?<=[.:]) ", told)), letters(known)
    lines = {line for line in lines if len(line) >= 12 and line not in known}
    return lines, words_told - words_known


def leaks(name, text):
    """Whether a text has something of the solutions. The index of the search has no lines."""
    lines, words = secrets()
    if name == "searchindex.js":
        return bool(words & set(re.findall(r"\w+", text)))
    text = letters(text)
    return any(line in text for line in lines)


def found_in(site):
    """Each file of a site that has something of the solutions, or leads to the guide."""
    files = [file for file in site.rglob("*") if file.suffix in HOLD_WORDS]
    return {
        name
        for file in files
        for name, text in texts(file)
        if leaks(name, text) or "Show the solution" in text or "chapters/guide/" in text
    }


def test_no_file_has_a_solution_or_leads_to_the_guide_or_the_repository():
    assert found_in(SITE) == set()
    assert not (SITE / "chapters/guide").exists() and not (BOOK / "chapters/guide").exists()
    assert "github.com" not in (SITE / "chapters/gates.html").read_text("utf-8")


def test_the_book_itself_is_caught():
    """Of each chapter the page and the notebook, which is in the zip as well; the index."""
    caught = found_in(ROOT / "_build/html")
    for name in NAMES:
        archived = f"{NAME}.zip/{NAME}/chapters/{name}.ipynb"
        assert {f"{name}.html", f"{name}.ipynb", archived} <= caught, name
    assert {"searchindex.js", "objects.inv", "index.html"} <= caught


def test_a_page_keeps_the_number_of_numbers_and_a_key_that_it_can_compute():
    """tests/browser/answers.test.mjs types the numbers into a field with the fixture's keys."""
    fixture = (ROOT / "tests/browser/fixtures/answers.html").read_text("utf-8")
    for numbers in ((1, 0, 1, 0), (0.5, -0.25, 1, 1), (1, 2)):
        assert f'["{student.key_of(numbers)}"' in fixture
    key = student.key_of((-2.1, -0.9))
    told = f'(numbers, separated by commas; for example 0.5, 0.4)", "replies": [["{key}", "Right."]'
    assert told in (SITE / "chapters/gates.html").read_text("utf-8")


def test_no_code_needs_a_name_that_only_a_solution_gives():
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--quiet", "--select", "F821"]
    files = [BOOK / f"chapters/{name}.ipynb" for name in NAMES]
    done = subprocess.run([*command, *files], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@each_chapter
def test_every_stub_runs(chapter):
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
    whole = nbformat.read(ROOT / "chapters/gates.ipynb", as_version=4)
    cell = next(c for c in whole.cells if "solution" in tags(c) and c.cell_type == kind)
    cell.metadata.tags.remove("solution")
    with pytest.raises(SystemExit, match=r'gates.*needs the tag "solution"'):
        student.unsolved(whole, "gates")
