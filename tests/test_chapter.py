"""A chapter that `make chapter` begins passes the tests of a chapter before anything is changed."""

import shutil
import subprocess
import sys

import pytest
from conftest import ROOT

FOLDERS = ("chapters", "diagrams", "explorables", "extensions", "tests", "tools")


@pytest.fixture
def book(tmp_path):
    """A copy of the book, without what was built."""
    for name in FOLDERS:
        left = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=left)
    for name in ("_config.yml", "_toc.yml", "index.md", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def run(book, *arguments):
    """Run Python in the copy."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=book, capture_output=True, encoding="utf-8"
    )


def test_new_chapter_passes_and_is_listed(book):
    done = run(book, "tools/chapter.py", "mine")
    assert done.returncode == 0, done.stderr
    assert "- file: chapters/mine\n" in (book / "_toc.yml").read_text()
    assert "](chapters/mine.ipynb)" in (book / "index.md").read_text()
    files = [f"tests/test_{name}.py" for name in ("text", "notebooks", "answers")]
    options = ["--config-file", "tests/pytest.ini", "--rootdir", ".", "-n", "0", "-k", "mine"]
    tested = run(book, "-m", "pytest", *options, *files)
    assert tested.returncode == 0 and " passed" in tested.stdout, tested.stdout


@pytest.mark.parametrize(
    ("name", "said"), [("", "Give a name"), ("My chapter", "Give a name"), ("gates", "already")]
)
def test_a_name_that_will_not_do_writes_nothing(book, name, said):
    before = {path: path.read_bytes() for path in book.rglob("*") if path.is_file()}
    done = run(book, "-B", "tools/chapter.py", name)
    assert done.returncode and said in done.stderr and "Traceback" not in done.stderr
    assert before == {path: path.read_bytes() for path in book.rglob("*") if path.is_file()}
