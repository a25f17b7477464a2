"""Fill three pages to revise from: all exercises, all quizzes, all numbered formulas.

Each of these pages is a few lines of Markdown. When Sphinx reads it, what it lists is added from
the chapters, in the order of the contents, so that nothing is written twice.
"""

import json
import re

import yaml
from myst_parser.mdit_to_docutils.base import default_slugify

TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
EXERCISE = re.compile(r"^### (Exercise \d.*)$", re.MULTILINE)
QUIZ = re.compile(r"^## Quiz$(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
FORMULA = re.compile(
    r"^## ([^\n]+)$|^\$\$((?:(?!\$\$).)*?)\s*\\tag\{(\d+)\}\s*\$\$$", re.MULTILINE | re.DOTALL
)
# "Figure 3" of the chapter itself; what names a chapter already is left as it is.
OWN = re.compile(r"\b([Ff]igures?|[Ee]quations?) (\(?\d+\)?(?:(?:,|,? and) \(?\d+\)?)*)(?! of \[)")


def exercises(cells, name):
    """The tasks, each with a link to its place in the chapter, where the check is."""
    for cell in cells:
        if found := EXERCISE.search(cell):
            anchor = default_slugify(found[1])
            task = cell[found.end() :].split("\n<details>")[0].split("\n## ")[0]
            yield f"### {found[1]}\n{task}\n\n[Answer it in the chapter]({name}.ipynb#{anchor})"


def quizzes(cells, name):
    """The quiz of a chapter, with its replies."""
    yield QUIZ.search("\n\n".join(cells))[1]


def formulas(cells, name):
    """Each formula that has a number, below the section it stands in."""
    section = shown = ""
    for heading, formula, number in FORMULA.findall("\n\n".join(cells)):
        if heading:
            section = heading
            continue
        title = "" if section == shown else f"**{section}**\n\n"
        shown = section
        yield f"{title}equation ({number})\n\n$$\n{formula.strip()}\n$$"


PAGES = {
    "chapters/exercises": exercises,
    "chapters/quizzes": quizzes,
    "chapters/formulas": formulas,
}


def chapters(app):
    """The notebooks of the contents, in their order."""
    contents = yaml.safe_load((app.srcdir / "_toc.yml").read_text("utf-8"))
    files = [entry["file"] for part in contents.get("parts", []) for entry in part["chapters"]]
    paths = [app.srcdir / f"{file}.ipynb" for file in files]
    return [path for path in paths if path.exists()]


def fill(app, docname, source):
    """Add to a page what it lists."""
    if docname not in PAGES:
        return
    for path in chapters(app):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        prose = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        title = TITLE.search(prose[0])[1]
        parts = list(PAGES[docname](prose, path.stem))
        if parts:
            text = "\n\n".join(parts)
            text = OWN.sub(rf"\1 \2 of [{title}]({path.name})", text)
            source[0] += f"\n\n## {title}\n\n{text}\n"


def setup(app):
    """Fill the pages when they are read."""
    app.connect("source-read", fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
