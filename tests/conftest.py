"""What the tests share: where the book is, and how its chapters are run."""

import json
import os
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).parent.parent
SETS = ["requirements.txt", os.path.join("tests", "requirements.txt")]

sys.path.insert(0, str(ROOT / "tools"))

from settings import shut_out  # noqa: E402

# Kernels that compare the chapters have settings of their own, and a network that stays shut:
# tests/offline/sitecustomize.py refuses every connection to another machine.
folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
shut_out(os.environ, folder.name)
os.environ["PYTHONPATH"] = str(ROOT / "tests" / "offline")


@pytest.fixture(params=sorted((ROOT / "chapters").glob("*.ipynb")), ids=lambda path: path.stem)
def path(request):
    """One chapter's file."""
    return request.param


@pytest.fixture
def notebook(path):
    """One chapter as stored."""
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A small book in a folder with a blank in its name, and the two programs that make things."""
    root = tmp_path / "my book"
    for name in ("tools/environment.py", "tools/book.py", "constraints.txt", *SETS):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (root / "chapters").mkdir()
    (root / "chapters/a.md").write_text("one")
    monkeypatch.syspath_prepend(root / "tools")
    for name in ("environment", "book"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    book, environment = import_module("book"), import_module("environment")
    yield SimpleNamespace(root=root, environment=environment, book=book)
    for name in ("environment", "book"):
        sys.modules.pop(name, None)
