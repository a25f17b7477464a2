"""What the tests share: where the book is, and how its chapters are run."""

import json
import os
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

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
