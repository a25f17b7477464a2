"""What `make check` says of a machine: sentences, and a status that a script can use."""

import ast
import shutil
import subprocess
import sys
import venv

import pytest
from conftest import ROOT
from notebooks import CHAPTERS, code, load, parse

FILES = ("check.py", "environment.py")


@pytest.fixture
def copy(tmp_path):
    """A copy of the two programs, in a folder that has no environment."""
    (tmp_path / "tools").mkdir()
    for name in FILES:
        shutil.copy(ROOT / "tools" / name, tmp_path / "tools")
    return tmp_path / "tools" / "check.py"


def check(python, program):
    """Its status and what it prints."""
    done = subprocess.run([python, program], capture_output=True, encoding="utf-8")
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def test_a_machine_that_has_all_can_run_the_book(copy):
    status, said = check(sys.executable, copy)
    assert status == 0 and "A small network was trained" in said, said
    assert said.strip().endswith("This machine can run the book.")


def test_a_bare_python_is_told_what_is_missing(copy, tmp_path):
    venv.create(tmp_path / "bare")
    bare = tmp_path / "bare" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    status, said = check(bare, copy)
    assert status == 1 and "Missing: These packages" in said and "tensorflow" in said, said


def test_a_package_that_does_not_work_is_named(copy, tmp_path, monkeypatch):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "keras.py").write_text('raise ImportError("a library is gone")')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"))
    status, said = check(sys.executable, copy)
    assert status == 1 and "does not compute: ImportError: a library is gone" in said, said


def test_it_asks_for_what_the_chapters_import():
    walk = [n for p in CHAPTERS for c in code(load(p)) for n in ast.walk(parse(c))]
    names = {alias.name for node in walk if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in walk if isinstance(node, ast.ImportFrom)}
    outside = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names)
    text = (ROOT / "tools/check.py").read_text()
    needed = next(n.value for n in ast.parse(text).body if getattr(n, "targets", 0))
    assert set(ast.literal_eval(needed)) == outside
