"""What the suite must catch: the faults of tests/faults/, planted before the real gates.

A suite that cannot fail proves nothing. Every gate is run as `make test` runs it, on a copy of the
book, once as it is (it must pass) and once for each fault (it must not).
"""

import itertools
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from faults.code import CODE
from faults.notebooks import EXERCISES, READER, SCIENCE, STORED, TABLE, TABLES

FAULTS = ROOT / "tests/faults"
SOUND = (FAULTS / "sound.json").read_text(encoding="utf-8")
EXERCISE = (FAULTS / "exercise.json").read_text(encoding="utf-8")
PYTEST = [sys.executable, "-m", "pytest", "--config-file", "tests/pytest.ini", "--rootdir", "."]


def run(command, folder, **environment):
    """Run a command in a folder, outside this test run; returns its exit code and output."""
    outside = ("PYTEST_", "MAKE", "MFLAGS", "PYTHONDONT", "CI")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(outside)}
    done = subprocess.run(
        command,
        cwd=folder,
        env=kept | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    return done.returncode, re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


def make(target, folder):
    """Run one of the Makefile's targets on a copy of the book, with this environment."""
    python = shlex.quote(Path(sys.executable).as_posix())  # the clone may lie in "my courses"
    makefile = ["make", "--file", ROOT / "Makefile", f"VENV={python}", "PYTHON=true"]
    return run([*makefile, "--directory", folder, target], folder)


def failures(book, *tests, **environment):
    """The lines that name the failed tests."""
    code, output = run([*PYTEST, *tests], book, **environment)
    assert code == 1, output
    return re.findall(r"^FAILED (.*)$", output, re.MULTILINE)


def planted(text, old, new):
    """A text with one fault in it."""
    assert text.count(old) == 1 or not old, f"{old!r} is there {text.count(old)} times, not once"
    return text.replace(old, new, 1) if old else text


def save(text, path):
    """Write a notebook as refresh.py does."""
    notebook = nbformat.from_dict(json.loads(text))
    path.write_text(nbformat.v4.writes_json(notebook) + "\n", encoding="utf-8")


def copied(book, *names):
    """A folder with these files and folders of the book, without what a run leaves there."""
    left = shutil.ignore_patterns("__pycache__", "node_modules")
    for name in names:
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, book / name, ignore=left)
        else:
            shutil.copy(ROOT / name, book / name)
    return book


def gates(book, *tests):
    """What the tests of a chapter need."""
    helpers = ("approx.cfg", "conftest.py", "notebooks.py", "pytest.ini", "ruff.toml")
    files = [f"tests/{name}" for name in ("cases", "offline", *helpers, *tests)]
    return copied(book, "diagrams", "tools", "chapters/glossary.md", *files)


def found(fault, test, failed):
    """Whether this test failed on this notebook."""
    return any(test in line and re.search(rf"[\[/-]{fault}[\].-]", line) for line in failed)


# ---------------------------------------------------------------------------------------------
# In notebooks


def opening(chapter, last):
    """A chapter down to the first code cell that contains `last`."""
    notebook = json.loads((ROOT / f"chapters/{chapter}.ipynb").read_text(encoding="utf-8"))
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "code" and last in "".join(cell["source"]):
            return json.dumps(notebook | {"cells": notebook["cells"][:number]})
    raise ValueError(f"no code cell of {chapter} contains {last!r}")


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    """The checks that failed when every planted notebook was put before them, in one run."""
    tests = ("test_notebooks.py", "test_text.py", "test_answers.py")
    book = gates(tmp_path_factory.mktemp("planted"), *tests)
    (book / "tests/answers").mkdir()
    exercises = {"sound_exercise": (EXERCISE, TABLE)}
    for name, old, new, _ in EXERCISES:
        exercises[name] = planted(EXERCISE, old, new), TABLE
    for name, old, new, _ in TABLES:
        exercises[name] = EXERCISE, planted(TABLE, old, new)
    for name, (exercise, table) in exercises.items():
        save(exercise, book / f"chapters/{name}.ipynb")
        if table:
            (book / f"tests/answers/{name}.py").write_text(table)
    save(SOUND, book / "chapters/sound.ipynb")
    for name, old, new, _ in STORED:
        save(planted(SOUND, old, new), book / f"chapters/{name}.ipynb")
    for name, _, chapter, last, old, new in SCIENCE:
        save(planted(opening(chapter, last), old, new), book / f"chapters/{name}.ipynb")
    # Only the notebooks whose fault nbval must find are run; the other checks read them all.
    ran = ["sound", *(row[0] for row in SCIENCE), *(r[0] for r in STORED if r[3] == "::Cell")]
    chapters = [f"chapters/{name}.ipynb" for name in ran]
    return failures(book, *chapters, *(f"tests/{test}" for test in tests))


def test_what_is_sound_passes(failed):
    """A chapter without exercises, and an exercise with a quiz outside a chapter."""
    read = ("test_notebooks.py", "test_text.py", "chapters/")
    assert not [
        line for line in failed if found("sound", "", [line]) and any(map(line.count, read))
    ]
    answers = [line for line in failed if "test_answers.py" in line]
    assert not found("sound_exercise", "", answers)
    assert not [line for line in answers if "right_options_are_anywhere" in line]


NOTEBOOKS = [(row[0], row[3]) for row in (*STORED, *EXERCISES, *TABLES)]
NOTEBOOKS += [(name, test) for name, test, *_ in SCIENCE]


@pytest.mark.parametrize(("fault", "test"), NOTEBOOKS)
def test_fault_in_a_notebook(fault, test, failed):
    assert found(fault, test, failed), failed


def test_a_book_whose_right_options_are_all_b_does_not_pass(tmp_path):
    book = gates(tmp_path, "test_answers.py")
    all_b = re.sub(r"(B\. Another</summary>(?:\\n)+)[^\\]*", r"\1Right. Yes.", EXERCISE)
    save(
        re.sub(r"([AC]\. [\w ]+</summary>(?:\\n)+)[^\\]*", r"\1No.", all_b),
        book / "chapters/b.ipynb",
    )
    assert failures(book, "-n", "0", "tests/test_answers.py", "-k", "options_are_anywhere")


def test_fault_that_shows_on_a_reader_s_machine(tmp_path):
    book = gates(tmp_path, "test_chapters_run.py")
    for name, old, new in READER:
        save(planted(SOUND, old, new), book / f"chapters/{name}.ipynb")
    status, output = run([sys.executable, "tools/refresh.py"], book)
    assert status == 0, output
    (book / "chapters/line.png").unlink()
    failed = failures(book, "-n", "0", "tests/test_chapters_run.py", CI="true")
    for name, *_ in READER:
        assert found(name, "test_every_cell_twice", failed) == (name != "sound"), failed


# ---------------------------------------------------------------------------------------------
# In code


def lots():
    """The faults in as few lots as go: in a lot each is for another file of tests."""
    of_file = defaultdict(list)
    for fault in CODE:
        of_file[fault[-1].partition("::")[0]].append(fault)
    return [list(filter(None, lot)) for lot in itertools.zip_longest(*of_file.values())]


@pytest.mark.parametrize("lot", lots(), ids=lambda lot: lot[0][0])
def test_faults_in_the_book_s_own_code(lot, tmp_path):
    book = copied(tmp_path, "_config.yml", "Makefile", "README.md", "extensions", "explorables")
    copied(book, "requirements.txt", "constraints.txt", "diagrams", "tools", "tests", "chapters")
    for _, file, old, new, _ in lot:
        text = (book / file).read_text(encoding="utf-8")
        (book / file).write_text(planted(text, old, new), encoding="utf-8")
    failed = failures(book, "-n", "0", *(test for *_, test in lot))
    for name, *_, test in lot:
        assert any(line.startswith(test) for line in failed), name


@pytest.mark.parametrize("line", ["import os", "x = 'a'", 'x = "\\s"', "x  = 1"])
def test_untidy_code_does_not_pass(tmp_path, line):
    copied(tmp_path, "tests/ruff.toml")
    (tmp_path / "chapters").mkdir()
    notebook = json.loads(SOUND)
    notebook["cells"][1]["source"] = line
    save(json.dumps(notebook), tmp_path / "chapters/chapter.ipynb")
    status, output = make("lint", tmp_path)
    assert status != 0 and "chapter.ipynb" in output, output


def test_a_page_builds_once_and_not_with_dead_ends(tmp_path):
    """With the real Makefile, configuration and extensions."""
    book = copied(tmp_path, "extensions", "explorables", "diagrams", "tools", "_config.yml")
    copied(book, "requirements.txt", "constraints.txt", "LICENSE", "README.md")
    copied(book, "chapters/references.bib")
    chapter = {"cell_type": "markdown", "id": "one", "metadata": {}, "source": "# A chapter\n"}
    notebook = {"cells": [chapter], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    save(json.dumps(notebook), book / "chapters/chapter.ipynb")
    (book / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters: [{file: chapters/chapter}]\n"
    )
    (book / "index.md").write_text("# One page\n\nSee [itself](index.md#one-page).\n")
    (book / "chapters/Untitled Folder").mkdir()  # as JupyterLab calls it
    name = "my notes.md" if os.name == "nt" else "my notes: first.md"
    (book / "chapters/Untitled Folder" / name).write_text("# Mine\n")
    status, output = make("book", book)
    assert status == 0, output
    page = book / "_build/html/index.html"
    built = page.stat().st_mtime_ns
    status, output = make("book", book)
    assert status == 0 and "Building" not in output, output
    dead = {
        "[a page](gone-page.md)": "gone-page",
        "[a heading](index.md#gone-heading)": "gone-heading",
        "![a picture](gone-picture.svg)": "gone-picture",
        "{cite:p}`gone2000`": "gone2000",
    }
    (book / "index.md").write_text("# One page\n\n" + "\n\n".join(dead) + "\n")
    status, output = make("book", book)
    assert status != 0 and not [said for said in dead.values() if said not in output], output
    assert page.stat().st_mtime_ns == built
