"""What the suite must catch: faults planted in copies of the book, put before the real gates.

A suite that cannot fail proves nothing. Every gate is run as `make test` runs it, on a small
copy of the book, once as it is (it must pass) and once for each fault (it must not).
"""

import base64
import contextlib
import copy
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from refresh import KERNEL, LANGUAGE, digest

BIN = Path(sys.executable).parent
GATES = ["approx.cfg", "conftest.py", "notebooks.py", "offline", "pytest.ini", "ruff.toml"]
GATES += ["test_notebooks.py", "test_text.py"]
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


OPENING = """# A sound chapter

After this chapter you can tell one from the other.

*You need:* nothing. *Time:* 5 minutes to read, 5 s to run.

![A unit with a loop, and the same unit drawn once for every time step.](../diagrams/latch.svg)

**Figure 1.** What to see in this drawing is the loop.

$$ x = 1 \\tag{1} $$

Figure 1 shows equation (1) and a [hidden state](glossary.md#hidden-state)."""
LOOK = """%matplotlib inline
import matplotlib.pyplot as plt

plt.rcdefaults()"""
RESULT = """for _ in range(3):
    print("a line in words")
gap = 0.1 + 0.2 - 0.3
print(f"largest gap ≈ {-gap:.1e} in 3 steps")
assert gap < 1e-15"""
PRINTED = ["a line in words\n"] * 3 + ["largest gap ≈ -5.6e-17 in 3 steps\n"]


def cell(kind, text, *outputs, **metadata):
    """One cell as it is stored."""
    name = hashlib.sha256(text.encode()).hexdigest()[:8]
    made = {"cell_type": kind, "id": name, "metadata": metadata, "source": text.splitlines(True)}
    return made | ({"outputs": list(outputs), "execution_count": 0} if kind == "code" else {})


def sound_chapter():
    """A small chapter that is as every chapter must be."""
    stream = {"name": "stdout", "output_type": "stream", "text": PRINTED}
    shown = {"image/png": DOT, "text/plain": ["<Figure size 640x480 with 1 Axes>"]}
    plot = {"data": shown, "metadata": {}, "output_type": "display_data"}
    alt = {"image": {"alt": "A straight line that rises from one to two."}}
    cells = [
        cell("markdown", OPENING),
        cell("code", RESULT, stream),
        cell("code", LOOK, tags=["hide-input"]),
        cell("code", "plt.plot([1, 2])\nplt.show()", plot, tags=["hide-input"], mystnb=alt),
        cell("markdown", "**Figure 2.** A line that has slope one."),
    ]
    notebook = {"cells": cells, "nbformat": 4, "nbformat_minor": 5}
    for count, one in enumerate(code(notebook), start=1):
        one["execution_count"] = count
    verified = {"code": digest(notebook)}
    notebook["metadata"] = {"kernelspec": KERNEL, "language_info": LANGUAGE, "verified": verified}
    return notebook


def code(notebook):
    """The code cells."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def picture(notebook):
    """The code cell that shows a picture."""
    return next(c for c in code(notebook) for o in c["outputs"] if "image/png" in o.get("data", {}))


def replace(notebook, number, old, new):
    """Change the text of one cell, or what it prints."""
    one = notebook["cells"][number]
    for place, key in ((one, "source"), *((output, "text") for output in one.get("outputs", []))):
        text = "".join(place.get(key, []))
        if text.count(old) == 1:
            place[key] = text.replace(old, new).splitlines(True)
            return
    raise ValueError(f"{old!r} is not there once")


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
    replace(notebook, 1, "in 3 steps\n", "in 4 steps\n")


def change_a_word_beside_an_approximation(notebook):
    replace(notebook, 1, "largest gap ≈ -", "smallest gap ≈ -")


def change_the_sign_of_an_approximation(notebook):
    replace(notebook, 1, "≈ -5", "≈ 5")


def lose_a_line_beside_an_approximation(notebook):
    del first_output(notebook)["text"][2]


def drop_the_assert(notebook):
    replace(notebook, 1, "\nassert gap < 1e-15", "")


def assert_something_else(notebook):
    replace(notebook, 1, "assert gap < 1e-15", "assert _ == 2")


def print_a_list_after_the_sign(notebook):
    replace(notebook, 1, "≈ -5.6e-17", "≈ [-5.6e-17]")


def forget_the_blank_after_the_sign(notebook):
    replace(notebook, 1, "≈ -5.6e-17", "≈-5.6e-17")


def print_verdicts(notebook):
    first_output(notebook)["text"].insert(0, "same numbers: True\n")


def print_a_wide_line(notebook):
    first_output(notebook)["text"].insert(0, "1 " * 31 + "\n")


def write_a_wide_line(notebook):
    replace(notebook, 1, "gap < 1e-15", "gap < 1e-15  # and a remark that no phone shows")


def write_a_long_cell(notebook):
    replace(notebook, 1, "assert", "gap\n" * 24 + "assert")


def write_a_long_text(notebook):
    replace(notebook, 4, "line", "line " * 2600)


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


def drop_a_caption(notebook):
    replace(notebook, 0, "**Figure 1.** ", "")


def drop_the_last_caption(notebook):
    del notebook["cells"][4]


def number_a_caption_twice(notebook):
    replace(notebook, 4, "Figure 2", "Figure 1")


def caption_nothing(notebook):
    replace(notebook, 4, "one.", "one.\n\n**Figure 3.** There is no third picture here.")


def lose_a_drawing(notebook):
    replace(notebook, 0, "latch.svg", "gone.svg")


def name_no_figure(notebook):
    replace(notebook, 0, "Figure 1 shows", "Figures 1 and 3 show")


def name_no_equation(notebook):
    replace(notebook, 0, "equation (1)", "equation (2)")


def number_an_equation_wrongly(notebook):
    replace(notebook, 0, "tag{1}", "tag{2}")


def write_a_directive(notebook):
    replace(notebook, 4, "slope", "slope\n\n:::{note}\nNot read elsewhere.\n:::\n")


def write_a_role(notebook):
    replace(notebook, 4, "slope", "slope {cite:p}`elman1990`")


def write_a_label(notebook):
    replace(notebook, 0, "tag{1} $$", "tag{1} $$ (one)")


def type_the_minutes(notebook):
    replace(notebook, 0, "5 minutes", "15 minutes")


def change_a_standard_cell(notebook):
    replace(notebook, 2, "%matplotlib inline\n", "")


def exempt_without_reason(notebook):
    code(notebook)[0]["metadata"]["tags"] = ["nbval-ignore-output"]


def exempt_by_comment(notebook):
    code(notebook)[0]["source"].insert(0, "# NBVAL_IGNORE_OUTPUT\n")


def silence_warnings(notebook):
    code(notebook)[0]["source"].append('\n__import__("warnings").simplefilter("ignore")')


def write_tex_raw_no_more(notebook):
    code(notebook)[0]["source"].append('\nlabel = "$\\tau$"')


def unlink_a_term(notebook):
    replace(notebook, 0, "[hidden state](glossary.md#hidden-state)", "hidden state")


def repeat_an_id(notebook):
    notebook["cells"][1]["id"] = notebook["cells"][0]["id"]


def keep_times(notebook):
    code(notebook)[0]["metadata"]["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}


def cut_the_language(notebook):
    notebook["metadata"]["language_info"] = {"name": "python"}


def edit_after_the_run(notebook):
    replace(notebook, 3, "plt.plot([1, 2])", "plt.plot([2, 1])")


def go_online(notebook):
    lines = ["\nimport socket\n", "\n", 'socket.create_connection(("192.0.2.1", 80), timeout=1)']
    code(notebook)[0]["source"].extend(lines)


STORED = {
    change_a_digit: "::Cell",
    change_a_word_beside_an_approximation: "::Cell",
    change_the_sign_of_an_approximation: "::Cell",
    lose_a_line_beside_an_approximation: "::Cell",
    drop_the_assert: "test_every_approximate_number_has_its_assert",
    assert_something_else: "test_every_approximate_number_has_its_assert",
    print_a_list_after_the_sign: "test_one_number_follows",
    forget_the_blank_after_the_sign: "test_one_number_follows",
    print_verdicts: "test_results_are_numbers",
    print_a_wide_line: "test_outputs_are_narrow",
    write_a_wide_line: "test_cells_are_short_and_narrow",
    write_a_long_cell: "test_cells_are_short_and_narrow",
    write_a_long_text: "test_chapter_is_not_too_long",
    forget_a_count: "test_counts_show_one_run",
    run_out_of_order: "test_counts_show_one_run",
    store_stderr: "test_outputs_hold_no_stderr",
    store_a_warning: "test_outputs_hold_no_stderr",
    drop_alt_text: "test_every_plot_has_alt_text",
    drop_a_caption: "test_every_picture_has_its_numbered_caption",
    drop_the_last_caption: "test_every_picture_has_its_numbered_caption",
    number_a_caption_twice: "test_every_picture_has_its_numbered_caption",
    caption_nothing: "test_every_picture_has_its_numbered_caption",
    lose_a_drawing: "test_every_drawing_stands_alone",
    name_no_figure: "test_every_figure_and_equation_that_is_named_exists",
    name_no_equation: "test_every_figure_and_equation_that_is_named_exists",
    number_an_equation_wrongly: "test_equations_are_numbered",
    write_a_directive: "test_text_needs_no_extension",
    write_a_role: "test_text_needs_no_extension",
    write_a_label: "test_text_needs_no_extension",
    type_the_minutes: "test_chapter_says_what_it_gives_and_takes",
    change_a_standard_cell: "test_standard_cells_are_the_same",
    exempt_without_reason: "test_exempt_cells_say_why",
    exempt_by_comment: "test_exempt_cells_say_why",
    silence_warnings: "test_no_warning_is_silenced",
    write_tex_raw_no_more: "test_tex_in_strings_is_raw",
    unlink_a_term: "test_terms_are_linked",
    repeat_an_id: "test_ids_are_unique",
    keep_times: "test_nothing_volatile_is_stored",
    cut_the_language: "test_nothing_volatile_is_stored",
    edit_after_the_run: "test_code_is_what_was_run",
    go_online: "::Cell",
}

# Faults in the science: chapter, last cell needed to see it, the line, and what it becomes.
SCIENCE = {
    "wrong_gradient_sign": ("unrolling", "nudged:", "back = delta @ U.T", "back = -(delta @ U.T)"),
    "target_one_step_early": (
        "sincos",
        "np.abs(y - targets",
        "targets = product[width:, None]",
        "targets = product[width - 1 : -1, None]",
    ),
}


PYTEST = [sys.executable, "-m", "pytest", "--config-file", "tests/pytest.ini", "--rootdir", "."]


def gates(book, *more):
    """A folder with what the tests of a chapter need."""
    (book / "tests").mkdir()
    (book / "chapters").mkdir()
    for name in [*GATES, *more]:
        copy_ = shutil.copytree if (ROOT / "tests" / name).is_dir() else shutil.copy
        copy_(ROOT / "tests" / name, book / "tests" / name)
    for name in ("diagrams", "tools"):
        shutil.copytree(ROOT / name, book / name)
    shutil.copy(ROOT / "chapters/glossary.md", book / "chapters")
    return book


@pytest.fixture(scope="module")
def failed(tmp_path_factory):
    """The checks that failed when every planted notebook was put before them, in one run."""
    book = gates(tmp_path_factory.mktemp("planted"))
    sound = sound_chapter()
    save(sound, book / "chapters" / "sound.ipynb")
    for fault in STORED:
        planted = copy.deepcopy(sound)
        fault(planted)
        save(planted, book / "chapters" / f"{fault.__name__}.ipynb")
    for name, (chapter, last, old, new) in SCIENCE.items():
        with contextlib.suppress(ValueError):  # the chapter has changed: the fault's own test fails
            planted = json.dumps(opening(chapter, last)).replace(old, new)
            save(json.loads(planted), book / "chapters" / f"{name}.ipynb")

    # Only the notebooks whose fault nbval must find are run; the other checks read them all.
    there = [name for name in SCIENCE if (book / "chapters" / f"{name}.ipynb").exists()]
    ran = ["sound", *there, *(f.__name__ for f, check in STORED.items() if check == "::Cell")]
    chapters = [f"chapters/{name}.ipynb" for name in ran]
    status, output = run(
        [*PYTEST, *chapters, "tests/test_notebooks.py", "tests/test_text.py"], book
    )
    assert status == 1, output
    return re.findall(r"^FAILED (.*)$", output, re.MULTILINE)


def test_a_sound_chapter_passes(failed):
    assert not [line for line in failed if "[sound" in line or "/sound." in line]


@pytest.mark.parametrize("fault", STORED, ids=lambda fault: fault.__name__)
def test_fault_in_what_is_stored(fault, failed):
    assert [n for n in failed if STORED[fault] in n and fault.__name__ in n], failed


@pytest.mark.parametrize("fault", SCIENCE)
def test_fault_in_the_science(fault, failed):
    chapter, last, old, _ = SCIENCE[fault]
    assert json.dumps(opening(chapter, last)).count(old) == 1, f"{old!r} is not there once"
    assert [line for line in failed if f"{fault}.ipynb::Cell" in line], failed


# Faults in an exercise and in a quiz: what is done to a sound one, and the check that must fail.

CHECK = """SUMS = {
    (1, 3): "Right: each state is the sum so far.",
    (1, 2): "Those are the inputs.",
    3: "That is the last state.",
}


def check_sums(answer):
    \"\"\"The running sum of 1 and 2.\"\"\"
    return reply(answer, SUMS, "Not yet.")"""
REPLY = """import numpy as np


def reply(answer, replies, otherwise):
    \"\"\"What a table of replies says to an answer.\"\"\"
    if answer is None or answer is ...:
        return "Not answered yet."
    try:
        given = np.ravel(np.asarray(answer, float)).tolist()
    except (TypeError, ValueError, OverflowError):
        return "Give numbers."
    for known, words in replies.items():
        if given == np.ravel(known).tolist():
            return words
    return otherwise"""
TABLE = """SETUP = ""
CASES = {
    "check_sums": [
        ("[1, 3]", "Right"), ("np.array([[1], [3]])", "Right"), ("[1, 2]", "inputs"), ("3", "last"),
    ],
}
"""
FOLDED = {"tags": ["remove-cell", "check"], "jupyter": {"source_hidden": True}}


def exercise_chapter(places=(0, 1, 2, 0, 1)):
    """A chapter with a sound exercise and a sound quiz, its right options at these places."""
    not_yet, right = (
        {"name": "stdout", "output_type": "stream", "text": [text]}
        for text in ("Not answered yet.\n", "Right: each state is the sum so far.\n")
    )
    options = ["One thing", "Another", "A third"]
    quiz = "## Quiz\n"
    for number, right_place in enumerate(places, start=1):
        quiz += f"\n**{number}. Which is it?**\n"
        for place, option in enumerate(options):
            word = "Right. Yes." if place == right_place else f"No, for reason {place}."
            summary = f"<summary>{'ABC'[place]}. {option}</summary>"
            quiz += f"\n<details>\n{summary}\n\n{word}\n\n</details>\n"
    cells = [
        cell("code", REPLY, tags=["remove-cell"]),
        cell("code", CHECK, **FOLDED),
        cell("code", "my_sums = ...\nprint(check_sums(my_sums))", not_yet),
        cell("code", "print(check_sums([1, 3]))", right, tags=["hide-cell"]),
        cell("markdown", quiz),
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def raise_an_error(notebook):
    replace(notebook, 0, "(TypeError, ValueError, OverflowError)", "TypeError")


def let_nonsense_pass(notebook):
    replace(notebook, 0, '"Give numbers."', '"Right: whatever."')


def refuse_a_right_answer(notebook):
    replace(notebook, 0, "np.ravel(np.asarray(answer, float)).tolist()", "list(map(float, answer))")


def forget_a_hint(notebook):
    replace(notebook, 1, '    (1, 2): "Those are the inputs.",\n', "")


def need_what_only_a_run_makes(notebook):
    replace(notebook, 1, "(1, 3): ", "tuple(np.cumsum([1, 2])): ")
    replace(notebook, 1, "answer, SUMS", "answer, trained")


def call_nothing_wrong(notebook):
    replace(notebook, 0, '        return "Not answered yet."', '        return "Not yet."')


def answer_the_stub(notebook):
    replace(notebook, 2, "Not answered yet.", "Right: each state is the sum so far.")


def solve_it_wrongly(notebook):
    replace(notebook, 3, "Right: each state is the sum so far.", "Those are the inputs.")


def show_the_check(notebook):
    del notebook["cells"][1]["metadata"]["jupyter"]


def make_two_options_right(notebook):
    quiz = notebook["cells"][4]["source"]
    quiz[quiz.index("No, for reason 1.\n")] = "Right. Too.\n"


def leave_two_options(notebook):
    text = "".join(notebook["cells"][4]["source"])
    at = text.rindex("<details>")
    notebook["cells"][4]["source"] = [text[:at]]


def ask_three_questions(notebook):
    text = "".join(notebook["cells"][4]["source"])
    notebook["cells"][4]["source"] = [text[: text.index("**4.")]]


EXERCISES = {
    raise_an_error: "test_nonsense_gets_a_sentence",
    let_nonsense_pass: "test_nonsense_gets_a_sentence",
    refuse_a_right_answer: "test_answers_of_the_table",
    forget_a_hint: "test_answers_of_the_table",
    need_what_only_a_run_makes: "test_answers_of_the_table",
    call_nothing_wrong: "test_nothing_is_not_answered_yet",
    answer_the_stub: "test_exercise_has_its_cells",
    solve_it_wrongly: "test_exercise_has_its_cells",
    show_the_check: "test_exercise_has_its_cells",
    make_two_options_right: "test_quiz",
    leave_two_options: "test_quiz",
    ask_three_questions: "test_quiz",
}
TABLES = {  # what is left of the table of answers
    "have_no_table": "",
    "list_no_right_answer": TABLE.replace(
        '("[1, 3]", "Right"), ("np.array([[1], [3]])", "Right"),', ""
    ),
    "list_one_wrong_answer": TABLE.replace(', ("3", "last")', ""),
}


@pytest.fixture(scope="module")
def failed_exercises(tmp_path_factory):
    """The checks that failed on planted exercises and quizzes, in one run."""
    book = gates(tmp_path_factory.mktemp("exercises"), "test_answers.py")
    (book / "tests/answers").mkdir()
    for fault in [None, *EXERCISES, *TABLES]:
        name = getattr(fault, "__name__", fault or "sound")
        planted = exercise_chapter()
        if callable(fault):
            fault(planted)
        save(planted, book / f"chapters/{name}.ipynb")
        if table := TABLES.get(fault, TABLE):
            (book / f"tests/answers/{name}.py").write_text(table)
    status, output = run([*PYTEST, "-n", "0", "tests/test_answers.py"], book)
    assert status == 1, output
    return re.findall(r"^FAILED (.*)$", output, re.MULTILINE)


def test_a_sound_exercise_and_quiz_pass(failed_exercises):
    assert not [line for line in failed_exercises if "[sound" in line]
    assert not [line for line in failed_exercises if "right_options_are_anywhere" in line]


def test_a_book_whose_right_options_are_all_b_does_not_pass(tmp_path):
    book = gates(tmp_path, "test_answers.py")
    save(exercise_chapter([1] * 5), book / "chapters/b.ipynb")
    command = [*PYTEST, "-n", "0", "tests/test_answers.py", "-k", "options_are_anywhere"]
    status, output = run(command, book)
    assert status == 1 and "1 failed" in output, output


@pytest.mark.parametrize("fault", EXERCISES, ids=lambda fault: fault.__name__)
def test_fault_in_an_exercise_or_a_quiz(fault, failed_exercises):
    expected = f"{EXERCISES[fault]}"
    found = [line for line in failed_exercises if expected in line and fault.__name__ in line]
    assert found, failed_exercises


@pytest.mark.parametrize("fault", TABLES)
def test_fault_in_a_table_of_answers(fault, failed_exercises):
    expected = f"test_check_has_a_table_of_answers[{fault}-"
    assert [line for line in failed_exercises if expected in line], failed_exercises


def count_on(notebook):
    replace(notebook, 2, "plt.rcdefaults()", "plt.rcdefaults()\nshown = [0]")
    replace(notebook, 3, "plt.show()", "plt.show()\nshown[0] += 1\nprint(shown[0])")


def draw_in_the_reader_s_style(notebook):
    replace(notebook, 2, "\n\nplt.rcdefaults()", "")


def leave_a_file(notebook):
    replace(notebook, 3, "plt.show()", 'plt.savefig("line.png")\nplt.show()')


@pytest.mark.parametrize("fault", [None, count_on, draw_in_the_reader_s_style, leave_a_file])
def test_fault_that_shows_on_a_reader_s_machine(fault, tmp_path):
    planted = sound_chapter()
    if fault:
        fault(planted)
    book = gates(tmp_path, "test_chapters_run.py")
    save(planted, book / "chapters/planted.ipynb")
    status, output = run([sys.executable, "tools/refresh.py"], book)
    assert status == 0, output
    (book / "chapters/line.png").unlink(missing_ok=True)
    status, output = run([*PYTEST, "-n", "0", "tests/test_chapters_run.py"], book)
    assert status == (1 if fault else 0), output
    assert not fault or "FAILED tests/test_chapters_run.py::test_every_cell_twice" in output, output


@pytest.fixture
def little_book(tmp_path):
    """A book of one page and one chapter, with the real configuration, extensions and Makefile."""
    for name in ("extensions", "explorables", "diagrams", "tools"):
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
    (little_book / "chapters" / "Untitled Folder").mkdir()  # as JupyterLab calls it
    status, output = make("book", little_book)
    assert status == 0 and "Building" not in output, output
    assert page.stat().st_mtime_ns == built
    name = "my notes.md" if os.name == "nt" else "my notes: first.md"
    (little_book / "chapters" / "Untitled Folder" / name).write_text("# Mine\n")
    status, output = make("book", little_book)
    assert status == 0 and "Building" in output, output


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
    notebook = sound_chapter()
    code(notebook)[0]["source"] = [line]
    (tmp_path / "chapters").mkdir()
    save(notebook, tmp_path / "chapters" / "chapter.ipynb")
    status, output = make("lint", tmp_path)
    assert status != 0 and "chapter.ipynb" in output, output
