"""What the tests share: where the book is, and how its chapters are run."""

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent

sys.path.insert(0, str(ROOT / "tools"))

from settings import shut_out  # noqa: E402

# Kernels that compare the chapters have settings of their own, and a network that stays shut:
# tests/offline/sitecustomize.py refuses every connection to another machine.
folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
shut_out(os.environ, folder.name)
os.environ["PYTHONPATH"] = str(ROOT / "tests" / "offline")
