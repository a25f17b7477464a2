"""What the tests share: where the book is, and a network that stays shut for the chapters."""

import os
from pathlib import Path

ROOT = Path(__file__).parent.parent

# Kernels started for the chapters import tests/offline/sitecustomize.py, which refuses every
# connection to another machine: a chapter must run on a train.
os.environ["PYTHONPATH"] = str(ROOT / "tests" / "offline")
