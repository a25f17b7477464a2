"""What `make check` says of a machine: sentences, and a status that a script can use."""

import shutil
import subprocess
import sys
import venv

import pytest
from conftest import ROOT
from small_book import notebook


@pytest.fixture
def check(tmp_path):
    """Calls a copy of the program, where there is no environment; its status and what it prints."""
    chapters = [*(ROOT / "chapters").glob("*.ipynb")]
    for path in (ROOT / "tools/check.py", ROOT / "tools/environment.py", *chapters):
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(exist_ok=True)
        shutil.copy(path, copy)

    def call(python=sys.executable):
        program = [python, tmp_path / "tools/check.py"]
        done = subprocess.run(program, capture_output=True, encoding="utf-8")
        assert not done.stderr, done.stderr
        return done.returncode, done.stdout

    return call


def test_a_machine_that_has_all_can_run_the_book(check):
    status, said = check()
    assert status == 0 and "A small network was trained" in said, said
    assert said.strip().endswith("This machine can run the book.")


def test_a_python_is_told_what_the_chapters_import_and_it_has_not(check, tmp_path):
    cell = {"source": "import numpy as np\nif np:\n    from no_such_package.part import name"}
    (tmp_path / "chapters/mine.ipynb").write_text(notebook("import a_word", cell))
    venv.create(tmp_path / "bare")
    bare = tmp_path / "bare" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    status, said = check(bare)
    names = "keras, matplotlib, no_such_package, numpy, seaborn, tensorflow, tqdm"
    assert status == 1 and f"Missing: These packages are missing: {names}. Type: " in said, said


def test_a_package_that_does_not_work_is_named(check, tmp_path, monkeypatch):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "keras.py").write_text('raise ImportError("a library is gone")')
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "broken"))
    status, said = check()
    assert status == 1 and "does not compute: ImportError: a library is gone" in said, said
