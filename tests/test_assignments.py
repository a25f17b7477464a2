"""The assignments, released and graded by nbgrader itself, as course staff do it.

For each one nbgrader makes the version for students and grades a class: the solution, nothing, and
each wrong submission of tests/assignments/NAME.py. That file says for each mistake the slips in the
solution, the marks that are left, and the tests that must fail, with the words by which each names
the mistake (None: a hidden test).
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from conftest import ROOT
from nbgrader.api import Gradebook

FOLDER = ROOT / "assignments"
NAMES = sorted(path.name for path in (FOLDER / "source").iterdir())
REGION = re.compile(r"^ *### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)^ *### END \1$", re.M | re.S)
# nbgrader calls alembic by its bare name; one thread, as many would wait for each other.
SETTINGS = {"PATH": os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"]))}
SETTINGS |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def load(path):
    """A notebook, and the text of each of its cells."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return notebook, {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def catalogue(name):
    """The wrong submissions of an assignment."""
    spec = importlib.util.spec_from_file_location(name, ROOT / f"tests/assignments/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.WRONG


def spoilt(solution, slips):
    """The solution with each slip in it."""
    cells = dict(solution)
    for place, right, wrong in slips:
        assert cells[place].count(right), (place, right)
        cells[place] = cells[place].replace(right, wrong)
    return cells


class Course:
    """An assignment in a folder of its own: released, handed in by a class, graded."""

    def __init__(self, name, folder):
        self.name, self.folder, self.wrong = name, folder, catalogue(name)
        shutil.copytree(FOLDER / "source" / name, folder / "source" / name)
        shutil.copy(FOLDER / "nbgrader_config.py", folder)
        self.source, self.texts = load(folder / f"source/{name}/{name}.ipynb")
        marks = {cell["id"]: cell["metadata"].get("nbgrader", {}) for cell in self.source["cells"]}
        self.essays = {i for i, mark in marks.items() if mark.get("grade") and mark["solution"]}
        self.points = {i: mark["points"] for i, mark in marks.items() if mark.get("grade")}
        self.nbgrader("generate_assignment")
        released, self.released = load(folder / f"release/{name}/{name}.ipynb")
        solved = {i: self.texts[i] for i, mark in marks.items() if mark.get("solution")}
        self.hand_in("solution", released, solved)
        self.hand_in("nothing", released, {})
        for number, (slips, *_) in enumerate(self.wrong.values()):
            self.hand_in(f"wrong-{number}", released, spoilt(solved, slips))
        self.nbgrader("autograde")

    def nbgrader(self, command):
        """Call nbgrader as course staff do, in the folder of the course."""
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", command, self.name],
            cwd=self.folder,
            env=os.environ | SETTINGS,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )
        assert done.returncode == 0, done.stderr

    def file(self, step, student):
        """Where a step of nbgrader has the notebook of a student."""
        return self.folder / step / student / self.name / f"{self.name}.ipynb"

    def hand_in(self, student, released, cells):
        """Write a submission: the released notebook, with these cells filled in."""
        texts = self.released | cells
        filled = [cell | {"source": texts[cell["id"]]} for cell in released["cells"]]
        path = self.file("submitted", student)
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(released | {"cells": filled}), encoding="utf-8")

    def graded(self, student):
        """The marks that the tests gave, and what each failed test said."""
        with Gradebook(f"sqlite:///{self.folder / 'gradebook.db'}") as book:
            grades = book.find_submission_notebook(self.name, self.name, student).grades
            marks = {
                grade.name: grade.auto_score for grade in grades if grade.name not in self.essays
            }
        said = {
            cell["id"]: output["evalue"]
            for cell in load(self.file("autograded", student))[0]["cells"]
            for output in cell.get("outputs", [])
            if output["output_type"] == "error"
        }
        assert all(mark in (0, self.points[test]) for test, mark in marks.items())
        return sum(marks.values()), {test: said[test] for test, mark in marks.items() if not mark}


@pytest.fixture(scope="module", params=NAMES)
def course(request, tmp_path_factory):
    """One assignment, graded for the whole class at once."""
    return Course(request.param, tmp_path_factory.mktemp("a course of"))


def test_release_holds_no_solution(course):
    whole = "\n".join(text for i, text in course.texts.items() if i not in course.essays)
    secret = [line for region in REGION.finditer(whole) for line in region[2].splitlines()]
    secret += [line for essay in course.essays for line in course.texts[essay].splitlines()]
    released = "\n".join(course.released.values())
    left = set(secret) & set(released.splitlines()) - set(REGION.sub("", whole).splitlines())
    assert len(REGION.findall(whole)) == whole.count("### BEGIN") and not left
    assert not re.search("BEGIN |END ", released)


def test_source_is_stored_clean(course):
    nbformat.validate(nbformat.from_dict(course.source))
    assert not any(cell.get("outputs") for cell in course.source["cells"])


def test_marks_are_those_that_students_are_told(course):
    text = "\n".join(course.texts.values())
    table = re.findall(r"^\| \d \| .* \| (\d+) \|$", text, re.M)
    assert table == re.findall(r"^## Task .*\((\d+) marks\)$", text, re.M)
    assert sum(map(int, table)) == sum(course.points.values()) == 20
    for test in set(course.points) - course.essays:
        assert re.match(rf"# {course.points[test]} marks?\b", course.texts[test]), test


def test_solution_has_full_marks(course):
    full = sum(points for test, points in course.points.items() if test not in course.essays)
    assert course.graded("solution") == (full, {})
    cells = load(course.file("autograded", "solution"))[0]["cells"]
    assert not [o["evalue"] for c in cells for o in c.get("outputs", []) if "evalue" in o]


def test_numbers_of_the_full_answer_are_printed_by_the_solution(course):
    cells = load(course.file("autograded", "solution"))[0]["cells"]
    printed = "".join("".join(o.get("text", "")) for c in cells for o in c.get("outputs", []))
    for essay in course.essays:
        assert not set(re.findall(r"\b\d\.\d{3}\b", course.texts[essay])) - set(printed.split())


def test_nothing_has_no_marks(course):
    assert course.graded("nothing")[0] == 0


def test_wrong_submissions_have_the_marks_they_deserve(course):
    for number, (slip, (_, marks, expected)) in enumerate(course.wrong.items()):
        score, said = course.graded(f"wrong-{number}")
        assert (score, set(said)) == (marks, set(expected)), (slip, said)
        for test, words in expected.items():
            assert words is None or words in said[test], (slip, said[test])
            assert words is None or words in course.released[test], f"{words}: hidden from students"


def test_every_test_is_failed_by_a_wrong_submission(course):
    failed = {test for _, _, expected in course.wrong.values() for test in expected}
    assert failed == set(course.points) - course.essays


def test_guide_says_what_typical_mistakes_cost():
    page = (ROOT / "chapters/guide/assignments.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| \w* *\| (.+) \| (\d+) \| .* \|$", page, re.M))
    wrong = {slip: str(row[1]) for name in NAMES for slip, row in catalogue(name).items()}
    assert len(told) > 6 and told.items() <= wrong.items()
