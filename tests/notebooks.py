"""The chapters as the tests read them."""

import ast
import json
import re

from conftest import ROOT
from refresh import FOLDED

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
APPROX = (ROOT / "tests/approx.cfg").read_text(encoding="utf-8")
APPROXIMATE = re.compile(*re.findall("^regex: (.*)$", APPROX, re.MULTILINE))
[COMPARED] = re.findall("^replace: (.*)$", APPROX, re.MULTILINE)


def load(path):
    """A chapter as stored."""
    return json.loads(path.read_text(encoding="utf-8"))


def source(cell):
    """A cell's text."""
    return "".join(cell["source"])


def tags(cell):
    """A cell's tags."""
    return cell["metadata"].get("tags", [])


def code(notebook):
    """The code cells."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def prose(notebook):
    """The text cells."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]


def folded(cell):
    """Whether a reader sees this code only after a click, or never."""
    return bool(FOLDED & set(tags(cell)))


def said(output):
    """All that an output says in words."""
    words = list(output.get("text", ""))
    for kind, data in output.get("data", {}).items():
        words += list(data) if kind.startswith("text/") else []
    return "".join(words)


def printed(cell):
    """The lines that a cell prints; a picture's stand-in in words is none."""
    outputs = [o for o in cell["outputs"] if not shows_picture(o)]
    return [line for output in outputs for line in said(output).splitlines() if line.strip()]


def shows_picture(output):
    """Whether an output is a picture."""
    return any(kind.startswith("image/") for kind in output.get("data", {}))


def parse(cell):
    """A code cell's syntax tree, without Jupyter's own commands."""
    return ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", source(cell), flags=re.MULTILINE))
