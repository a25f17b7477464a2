"""The assignments, released and graded by nbgrader itself, as course staff do it.

For each one nbgrader makes the version for students and grades a class: the solution, nothing, and
each wrong submission of tests/assignments/NAME.py. That file says for each mistake the slips in the
solution, the marks that are left, and the tests that must fail, with the words by which each names
the mistake (None: a hidden test).
"""

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from types import SimpleNamespace

import nbformat
import pytest
from conftest import ROOT
from nbgrader.api import Gradebook

FOLDER = ROOT / "assignments"
NAMES = sorted(path.name for path in (FOLDER / "source").iterdir())
WRONG = {name: runpy.run_path(f"{ROOT}/tests/assignments/{name}.py")["WRONG"] for name in NAMES}
REGION = re.compile(r"^ *### BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)^ *### END \1$", re.M | re.S)
# nbgrader calls alembic by its bare name; one thread, as many would wait for each other.
SETTINGS = {"PATH": os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"]))}
SETTINGS |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def load(path):
    """A notebook, and the text of each of its cells."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return notebook, {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def spoilt(solution, slips):
    """The solution with each slip in it."""
    cells = dict(solution)
    for place, right, wrong in slips:
        assert right in cells[place], (place, right)
        cells[place] = cells[place].replace(right, wrong)
    return cells


@pytest.fixture(scope="module", params=NAMES)
def course(request, tmp_path_factory):
    """An assignment in a folder of its own: released, handed in by a class, graded."""
    name, folder = request.param, tmp_path_factory.mktemp("a course of")

    def nbgrader(command):
        call = [sys.executable, "-m", "nbgrader", command, name]
        subprocess.run(call, cwd=folder, env=os.environ | SETTINGS, check=True)

    shutil.copytree(FOLDER / "source" / name, folder / "source" / name)
    shutil.copy(FOLDER / "nbgrader_config.py", folder)
    nbgrader("generate_assignment")
    source, texts = load(folder / f"source/{name}/{name}.ipynb")
    release, released = load(folder / f"release/{name}/{name}.ipynb")
    marks = {cell["id"]: cell["metadata"].get("nbgrader", {}) for cell in source["cells"]}
    solved = {i: texts[i] for i, mark in marks.items() if mark.get("solution")}
    points = {i: mark["points"] for i, mark in marks.items() if mark.get("grade")}
    essays = points.keys() & solved
    tests = points.keys() - essays
    wrong = {slip: (spoilt(solved, slips), *rest) for slip, (slips, *rest) in WRONG[name].items()}
    full = sum(points[test] for test in tests)
    handed_in = {"solution": (solved, full, {}), "nothing": ({}, 0, dict.fromkeys(tests)), **wrong}
    for number, (cells, *_) in enumerate(handed_in.values()):
        path = folder / f"submitted/{number}/{name}/{name}.ipynb"
        path.parent.mkdir(parents=True)
        filled = [cell | {"source": (released | cells)[cell["id"]]} for cell in release["cells"]]
        path.write_text(json.dumps(release | {"cells": filled}), encoding="utf-8")
    nbgrader("autograde")
    return SimpleNamespace(**locals())


def outputs(course, number):
    """What each cell of a graded notebook put out: pairs of the cell's name and an output."""
    name = course.name
    cells = load(course.folder / f"autograded/{number}/{name}/{name}.ipynb")[0]["cells"]
    return [(cell["id"], output) for cell in cells for output in cell.get("outputs", [])]


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
    for test in course.tests:
        assert re.match(rf"# {course.points[test]} marks?\b", course.texts[test]), test


def test_each_submission_has_the_marks_it_deserves(course):
    database = f"sqlite:///{course.folder / 'gradebook.db'}"
    for number, (slip, (_, marks, expected)) in enumerate(course.handed_in.items()):
        with Gradebook(database) as book:
            grades = book.find_submission_notebook(course.name, course.name, str(number)).grades
            scores = {grade.name: grade.auto_score for grade in grades}
        scores = {test: scores[test] for test in course.tests}
        said = {i: output["evalue"] for i, output in outputs(course, number) if "evalue" in output}
        right = {test: 0 if test in expected else course.points[test] for test in course.tests}
        assert (scores, sum(scores.values())) == (right, marks), (slip, said)
        for test, words in expected.items():
            assert test in said and (words or "") in said[test], (slip, said)
            assert (words or "") in course.released[test], f"{words}: hidden from students"
        assert expected or not said, f"an error in the solution: {said}"


def test_numbers_of_the_full_answer_are_printed_by_the_solution(course):
    printed = "".join("".join(output.get("text", "")) for _, output in outputs(course, 0))
    for essay in course.essays:
        assert not set(re.findall(r"\b\d\.\d{3}\b", course.texts[essay])) - set(printed.split())


def test_every_test_is_failed_by_a_wrong_submission(course):
    assert set().union(*(expected for _, _, expected in course.wrong.values())) == course.tests


def test_guide_says_what_typical_mistakes_cost():
    page = (ROOT / "chapters/guide/assignments.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| \w* *\| (.+) \| (\d+) \| .* \|$", page, re.M))
    wrong = {slip: str(row[1]) for rows in WRONG.values() for slip, row in rows.items()}
    assert len(told) > 6 and told.items() <= wrong.items()
