"""The checks of the exercises, over tables of answers, and the quizzes.

tests/answers/CHAPTER.py lists, for every check of that chapter, answers and what the reply to each
must contain. What no table can list, because it is the same for all, stands here.
"""

import ast
import contextlib
import importlib.util
import re
from collections import Counter

import pytest
from cases.nonsense import NONSENSE
from conftest import ROOT
from notebooks import CHAPTERS, code, folded, load, parse, printed, prose, source, tags

NOT_YET = "Not answered yet."
QUESTION = re.compile(r"^\*\*(\d+)\. .+\*\* *$", re.MULTILINE)
OPTION = re.compile(
    r"<details>\n<summary>([A-Z])\. ([^\n]+)</summary>\n\n(.+?)\n\n</details>", re.S
)
MOST, LEAST = 0.45, 0.15  # of all right options: under one letter, under each of A, B and C

each_chapter = pytest.mark.parametrize("chapter", [path.stem for path in CHAPTERS])


def notebook(chapter, book=ROOT):
    """A chapter as stored, in this book or in its student's version."""
    return load(book / f"chapters/{chapter}.ipynb")


def is_check(cell):
    """Whether a cell holds the check of an exercise."""
    return "check" in tags(cell)


def checks(chapter):
    """The names of a chapter's checks."""
    cells = filter(is_check, code(notebook(chapter)))
    nodes = [node for cell in cells for node in parse(cell).body]
    defined = [node.name for node in nodes if isinstance(node, ast.FunctionDef)]
    return [name for name in defined if name.startswith("check_")]


def table(chapter):
    """What tests/answers/ says about a chapter: set-up code, and the cases of each check."""
    path = ROOT / f"tests/answers/{chapter}.py"
    if not path.is_file():
        return "", {}
    spec = importlib.util.spec_from_file_location(f"answers_{chapter}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.SETUP, module.CASES


def literal(node):
    """Whether a statement gives a name to a value that is written out."""
    if not isinstance(node, ast.Assign) or not all(isinstance(t, ast.Name) for t in node.targets):
        return False
    try:
        ast.literal_eval(node.value)
    except (ValueError, TypeError):
        return False
    return True


DEFINITIONS = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef)
WHOLE = re.compile(r"^(import keras|def reply\(.*)$", re.MULTILINE)
spaces = {}


def space(chapter, book=ROOT):
    """The names a chapter defines, without running it: no network is trained."""
    if (chapter, book) not in spaces:
        names = spaces[chapter, book] = {}
        for cell in code(notebook(chapter, book)):
            whole = is_check(cell) or WHOLE.search(source(cell))
            for node in parse(cell).body:
                if whole or isinstance(node, DEFINITIONS) or literal(node):
                    # A function may need what only a run of the chapter makes; a check may not.
                    with contextlib.suppress(*([] if whole else [NameError])):
                        exec(compile(ast.Module([node], []), chapter, "exec"), names)
        exec(table(chapter)[0], names)
    return spaces[chapter, book]


def reply(chapter, check, answer):
    """What a check says to an answer, which must be one sentence, and the same when asked again."""
    names = space(chapter)
    given = eval(answer, dict(names))
    said = [names[check](given) for _ in range(2)]
    assert said[0] == said[1]
    assert isinstance(said[0], str) and len(said[0].strip().splitlines()) == 1, (answer, said[0])
    return said[0]


every_check = pytest.mark.parametrize(
    ("chapter", "check"), [(path.stem, name) for path in CHAPTERS for name in checks(path.stem)]
)


@each_chapter
def test_table_is_about_checks_that_exist(chapter):
    assert set(table(chapter)[1]) == set(checks(chapter))


@every_check
def test_check_has_a_table_of_answers(chapter, check):
    """With a right one and at least two wrong ones that have a hint of their own."""
    rows = table(chapter)[1].get(check, [])
    hints = {said for _, said in rows if not said.startswith("Right") and said != NOT_YET}
    assert any(said.startswith("Right") for _, said in rows)
    assert len(hints) >= 2


@every_check
def test_answers_of_the_table_get_their_reply(chapter, check):
    for answer, expected in table(chapter)[1][check]:
        said = reply(chapter, check, answer)
        assert expected in said, (answer, said)
        assert said.startswith("Right") == expected.startswith("Right"), (answer, said)


@every_check
def test_nothing_is_not_answered_yet(chapter, check):
    assert {reply(chapter, check, answer) for answer in ("None", "...")} == {NOT_YET}


@every_check
def test_nonsense_gets_a_sentence_and_never_passes(chapter, check):
    right = [row[0] for row in table(chapter)[1].get(check, []) if row[1].startswith("Right")]
    for answer in NONSENSE:
        assert answer in right or not reply(chapter, check, answer).startswith("Right"), answer


@every_check
def test_reply_of_every_row_that_the_page_uses(chapter, check):
    """A by-hand check is one table of replies, which the page looks an answer up in as well."""
    cells = filter(is_check, code(notebook(chapter)))
    nodes = [node for cell in cells for node in parse(cell).body]
    (function,) = [node for node in nodes if getattr(node, "name", None) == check]
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    for name in [call.args[1].id for call in calls if getattr(call.func, "id", None) == "reply"]:
        rows = space(chapter)[name]
        replies = [reply(chapter, check, repr(answer)) for answer in rows]
        assert replies == list(rows.values())
        assert replies[0].startswith("Right")
        assert sum(not words.startswith("Right") for words in replies) >= 2


@every_check
def test_exercise_has_its_cells(chapter, check):
    """In this order: the check, the stub that the reader fills, the solution."""
    cells = code(notebook(chapter))
    used = [cell for cell in cells if re.search(rf"\b{check}\(", source(cell))]
    its_own, stub, solution = used[0], used[1], used[-1]
    assert {"check", "remove-cell"} == set(tags(its_own))
    assert its_own["metadata"]["jupyter"] == {"source_hidden": True}
    assert not folded(stub) and NOT_YET in printed(stub), source(stub)
    assert {"hide-cell", "solution"} == set(tags(solution)), source(solution)
    assert any("Right" in line for line in printed(solution)), source(solution)


def questions(chapter):
    """A chapter's quiz: for each question its number and its options (letter, text, reply)."""
    text = "\n\n".join(map(source, prose(notebook(chapter))))
    for question in QUESTION.finditer(text):
        rest = text[question.end() :]
        end = re.search(rf"{QUESTION.pattern}|^## ", rest, re.MULTILINE)
        yield int(question[1]), OPTION.findall(rest[: end.start()] if end else rest)


def right(options):
    """The letters whose reply says that they are right."""
    return [letter for letter, _, words in options if words.startswith("Right.")]


@each_chapter
def test_quiz(chapter):
    quiz = list(questions(chapter))
    assert 4 <= len(quiz) <= 6
    assert [number for number, _ in quiz] == list(range(1, len(quiz) + 1))
    for number, options in quiz:
        letters = "".join(letter for letter, *_ in options)
        assert len(options) >= 3 and letters == "ABCDEFG"[: len(options)], (number, letters)
        assert len(right(options)) == 1, number
        assert not any(re.match("Right[^.]", words) for *_, words in options), number
        assert len({words for *_, words in options}) == len(options), number


def test_right_options_are_anywhere():
    quizzes = [options for path in CHAPTERS for _, options in questions(path.stem)]
    shares = Counter(letter for options in quizzes for letter in right(options))
    total = shares.total()
    assert max(shares.values()) <= MOST * total, shares
    assert min(shares[letter] for letter in "ABC") >= LEAST * total, shares
