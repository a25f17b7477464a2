"""What the suite must catch: faults planted in copies of the book, put before the real gates.

A suite that cannot fail proves nothing. Every gate is run as `make test` runs it, on a small
copy of the book, once as it is (it must pass) and once for each fault (it must not).
"""

import base64
import copy
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

BIN = Path(sys.executable).parent
GATES = ["conftest.py", "offline", "pytest.ini", "ruff.toml", "test_notebooks.py"]
DOT = base64.b64encode(b"\x89PNG, a stand-in: nbval does not compare pictures").decode()


def run(command, folder):
    """Run a command in a folder, outside this test run; returns its exit code and output."""
    env = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("PYTEST_", "MAKE", "MFLAGS", "PYTHONDONT"))
    }
    done = subprocess.run(
        command,
        cwd=folder,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    return done.returncode, re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)


def make(target, folder):
    """Run one of the Makefile's targets on a copy of the book, with this environment."""
    makefile = ["make", "--file", ROOT / "Makefile", f"BIN={BIN.as_posix()}", "PYTHON=true"]
    return run([*makefile, "--directory", folder, target], folder)


def opening(chapter, last):
    """A chapter down to the first code cell that contains `last`."""
    notebook = json.loads((ROOT / "chapters" / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    for number, cell in enumerate(notebook["cells"], start=1):
        if cell["cell_type"] == "code" and last in "".join(cell["source"]):
            notebook["cells"] = notebook["cells"][:number]
            return notebook
    raise ValueError(f"no code cell of {chapter} contains {last!r}")


def code(notebook):
    """The code cells."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def picture(notebook):
    """The code cell that shows a picture."""
    return next(c for c in code(notebook) for o in c["outputs"] if "image/png" in o.get("data", {}))


def first_output(notebook):
    """The first output in words."""
    return next(o for c in code(notebook) for o in c["outputs"] if "text" in o)


def save(notebook, path):
    """Write a notebook as refresh.py does."""
    path.write_text(
        json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
    )


# Faults in what is stored: what is done to a sound notebook, and the check that must fail.


def change_a_digit(notebook):
    text = "".join(first_output(notebook)["text"])
    digit = re.search(r"\d(?=\D*$)", text)
    changed = str((int(digit[0]) + 1) % 10)
    first_output(notebook)["text"] = [text[: digit.start()] + changed + text[digit.end() :]]


def forget_a_count(notebook):
    code(notebook)[0]["execution_count"] = None


def run_out_of_order(notebook):
    code(notebook)[0]["execution_count"] = 7


def store_stderr(notebook):
    stream = {"name": "stderr", "output_type": "stream", "text": ["I0000 a driver's message\n"]}
    code(notebook)[0]["outputs"].append(stream)


def store_a_warning(notebook):
    first_output(notebook)["text"].append("x.py:1: UserWarning: careful\n")


def drop_alt_text(notebook):
    del picture(notebook)["metadata"]["mystnb"]["image"]


def drop_the_caption(notebook):
    del picture(notebook)["metadata"]["mystnb"]["figure"]


def lose_a_drawing(notebook):
    notebook["cells"][0]["source"].append(
        "\n![A drawing that shows a loop and a chain](gone.svg)\n"
    )


def exempt_without_reason(notebook):
    code(notebook)[0]["metadata"]["tags"] = ["nbval-ignore-output"]


def exempt_by_comment(notebook):
    code(notebook)[0]["source"].insert(0, "# NBVAL_IGNORE_OUTPUT\n")


def silence_warnings(notebook):
    code(notebook)[0]["source"].append('\n__import__("warnings").simplefilter("ignore")')


def write_tex_raw_no_more(notebook):
    code(notebook)[0]["source"].append('\nlabel = "$\\tau$"')


def unlink_a_term(notebook):
    text = "".join(notebook["cells"][1]["source"])
    notebook["cells"][1]["source"] = [re.sub(r"\[([^]]*)\]\(glossary[^)]*\)", r"\1", text)]


def repeat_an_id(notebook):
    notebook["cells"][1]["id"] = notebook["cells"][0]["id"]


def keep_times(notebook):
    code(notebook)[0]["metadata"]["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}


def go_online(notebook):
    lines = ["\nimport socket\n", "\n", 'socket.create_connection(("192.0.2.1", 80), timeout=1)']
    code(notebook)[0]["source"].extend(lines)


STORED = {
    change_a_digit: "::Cell",
    forget_a_count: "test_counts_show_one_run",
    run_out_of_order: "test_counts_show_one_run",
    store_stderr: "test_outputs_hold_no_stderr",
    store_a_warning: "test_outputs_hold_no_stderr",
    drop_alt_text: "test_every_figure_has_alt_text",
    drop_the_caption: "test_every_figure_has_alt_text",
    lose_a_drawing: "test_every_drawing_has_alt_text",
    exempt_without_reason: "test_exempt_cells_say_why",
    exempt_by_comment: "test_exempt_cells_say_why",
    silence_warnings: "test_no_warning_is_silenced",
    write_tex_raw_no_more: "test_tex_in_strings_is_raw",
    unlink_a_term: "test_terms_are_linked",
    repeat_an_id: "test_ids_are_unique",
    keep_times: "test_nothing_volatile_is_stored",
    go_online: "::Cell",
}

# Faults in the science: chapter, last cell needed to see it, the line, and what it becomes.
SCIENCE = {
    "wrong_gradient_sign": ("unrolling", "nudged:", "dh = da @ U.T", "dh = -(da @ U.T)"),
    "target_one_step_early": (
        "sincos",
        'print(f"training ',
        "targets = product[width:, None]",
        "targets = product[width - 1 : -1, None]",
    ),
}


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    """The checks that failed when every planted notebook was put before them, in one run."""
    book = tmp_path_factory.mktemp("planted")
    (book / "tests").mkdir()
    (book / "chapters").mkdir()
    for name in GATES:
        copy_ = shutil.copytree if (ROOT / "tests" / name).is_dir() else shutil.copy
        copy_(ROOT / "tests" / name, book / "tests" / name)
    shutil.copytree(ROOT / "diagrams", book / "diagrams")
    shutil.copy(ROOT / "chapters/glossary.md", book / "chapters")

    sound = opening("feedback", "def recur(")
    outputs = {"image/png": DOT, "text/plain": ["<Figure size 640x480 with 1 Axes>"]}
    sound["cells"].append(
        {
            "cell_type": "code",
            "execution_count": len(code(sound)) + 1,
            "id": "picture",
            "metadata": {
                "mystnb": {
                    "image": {"alt": "A straight line that rises from one to two."},
                    "figure": {"caption": "A line with slope one.", "name": "fig-line"},
                }
            },
            "outputs": [{"data": outputs, "metadata": {}, "output_type": "display_data"}],
            "source": [
                "import matplotlib.pyplot as plt\n",
                "\n",
                "plt.plot([1, 2])\n",
                "plt.show()",
            ],
        }
    )
    save(sound, book / "chapters" / "sound.ipynb")
    for fault in STORED:
        planted = copy.deepcopy(sound)
        fault(planted)
        save(planted, book / "chapters" / f"{fault.__name__}.ipynb")
    for name, (chapter, last, old, new) in SCIENCE.items():
        planted = json.dumps(opening(chapter, last))
        assert planted.count(old) == 1, f"{chapter} has changed: {old!r} is not there once"
        save(json.loads(planted.replace(old, new)), book / "chapters" / f"{name}.ipynb")

    # Only the notebooks whose fault nbval must find are run; the other checks read them all.
    ran = ["sound", *SCIENCE, *(f.__name__ for f, check in STORED.items() if check == "::Cell")]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--config-file",
        "tests/pytest.ini",
        "--rootdir",
        ".",
    ]
    chapters = [f"chapters/{name}.ipynb" for name in ran]
    status, output = run([*command, *chapters, "tests/test_notebooks.py"], book)
    assert status == 1, output
    return re.findall(r"^FAILED (.*)$", output, re.MULTILINE)


def test_a_sound_chapter_passes(failed):
    assert not [line for line in failed if "sound" in line]


@pytest.mark.parametrize("fault", STORED, ids=lambda fault: fault.__name__)
def test_fault_in_what_is_stored(fault, failed):
    assert [n for n in failed if STORED[fault] in n and fault.__name__ in n], failed


@pytest.mark.parametrize("fault", SCIENCE)
def test_fault_in_the_science(fault, failed):
    assert [line for line in failed if f"{fault}.ipynb::Cell" in line], failed


@pytest.fixture
def little_book(tmp_path):
    """A book of one page and one chapter, with the real configuration, extensions and Makefile."""
    for name in ("extensions", "explorables", "diagrams"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("_config.yml", "requirements.txt", "constraints.txt", "LICENSE", "README.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "chapters").mkdir()
    shutil.copy(ROOT / "chapters" / "references.bib", tmp_path / "chapters")
    save(
        {
            "cells": [
                {"cell_type": "markdown", "id": "one", "metadata": {}, "source": ["# A chapter\n"]}
            ],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        },
        tmp_path / "chapters" / "chapter.ipynb",
    )
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters: [{file: chapters/chapter}]\n"
    )
    (tmp_path / "index.md").write_text("# One page\n\nSee [itself](index.md#one-page).\n")
    return tmp_path


def test_a_sound_page_builds_and_a_second_build_does_nothing(little_book):
    status, output = make("book", little_book)
    assert status == 0, output
    page = little_book / "_build" / "html" / "index.html"
    built = page.stat().st_mtime_ns
    assert make("diagrams", little_book)[0] == 0  # imports modules that lie among the sources
    status, output = make("book", little_book)
    assert status == 0 and "Building" not in output, output
    assert page.stat().st_mtime_ns == built


def test_a_page_with_dead_ends_does_not_build(little_book):
    dead = {
        "[a page](gone-page.md)": "gone-page",
        "[a heading](index.md#gone-heading)": "gone-heading",
        "![a picture](gone-picture.svg)": "gone-picture",
        "{cite:p}`gone2000`": "gone2000",
    }
    with (little_book / "index.md").open("a") as page:
        page.write("\n" + "\n\n".join(dead) + "\n")
    status, output = make("book", little_book)
    assert status != 0
    for complaint in dead.values():
        assert complaint in output, output
    assert not (little_book / "_build" / "html").exists()


@pytest.mark.parametrize("line", ["import os", "x = 'a'", 'x = "\\s"', "x  = 1"])
def test_untidy_code_does_not_pass(tmp_path, line):
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "ruff.toml", tmp_path / "tests")
    notebook = opening("feedback", "def recur(")
    code(notebook)[0]["source"] = [line]
    (tmp_path / "chapters").mkdir()
    save(notebook, tmp_path / "chapters" / "chapter.ipynb")
    status, output = make("lint", tmp_path)
    assert status != 0 and "chapter.ipynb" in output, output
