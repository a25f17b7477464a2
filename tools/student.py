"""Make the student's version: the site, the notebooks and the zip without the solutions.

    python tools/student.py            nothing to do, or a new _build/student/html
    python tools/student.py --again    build, whether something changed or not

The book is the source. A copy of it loses every cell that is tagged "solution", the instructor's
guide, and the links to the repository, where the solutions are; what is left is built as the book
is. A table of replies keeps its hints but not its answers: each answer becomes a checksum, and the
reply to the right one says "Right." and no more.
"""

import ast
import inspect
import json
import re
import shutil
import sys
import zlib

import book
import nbformat
import yaml

GUIDE = "chapters/guide"
TAG = "solution"
HINT = "A hint"  # the one folded text among the exercises that students keep
EXERCISES = re.compile(r"^## Exercises$(.*?)^## Quiz$", re.MULTILINE | re.DOTALL)
# A reply as the formatter leaves it: one line, in double quotes, and nothing added to it.
RIGHT = re.compile(r'(return |: |return \(\n +)"Right[:.,] [^"\n]*"(?!\n *\+)')
LOOKS_UP = "given == numbers(right_or_slip)"
KEPT_AS = "key_of(given) == right_or_slip"


def key_of(given):
    """How a table keeps an answer without telling it: how many numbers, and their checksum."""
    text = ",".join(f"{number + 0:.6f}" for number in given)
    return f"{len(given)}-{zlib.crc32(text.encode()):08x}"


def hidden(check):
    """The code of a check that does not tell the answer."""
    lines = RIGHT.sub(r'\1"Right."', check).splitlines()
    for statement in reversed(ast.parse("\n".join(lines)).body):
        match statement:
            case ast.Assign([ast.Name(name)], ast.Dict() as table):
                rows = {
                    key_of(key if isinstance(key, tuple) else (key,)): words
                    for key, words in ast.literal_eval(table).items()
                }
                text = f"{name} = {json.dumps(rows, indent=4, ensure_ascii=False)}"
                lines[statement.lineno - 1 : statement.end_lineno] = text.splitlines()
    return "\n".join(lines)


def looks_up_keys(cell):
    """The code of the cell that makes replies, for tables that tell no answer."""
    if cell.count(LOOKS_UP) != 1:
        sys.exit(f"The cell that makes replies has no line {LOOKS_UP!r} to change.")
    return f"import zlib\n\n\n{inspect.getsource(key_of)}\n\n{cell.replace(LOOKS_UP, KEPT_AS)}"


def unmarked(kept, taken):
    """What a student would find, or would miss, because a cell has not its tag."""
    for name in re.findall(r"^def (check_\w+)", kept, re.MULTILINE):
        asked, solved = (len(re.findall(rf"(?<!def )\b{name}\(", text)) for text in (kept, taken))
        if asked != 1 or not solved:
            yield f"{name} is called {asked} times without the tag and {solved} times with it"
    folded = re.findall("<summary>(.*)</summary>", "\n".join(EXERCISES.findall(kept)))
    yield from (f'"{title}" is folded below an exercise' for title in folded if title != HINT)


def unsolved(notebook, name):
    """A chapter without its solutions, or one sentence that names what is not tagged as one."""
    kept, taken = [], []
    for cell in notebook.cells:
        (taken if TAG in cell.metadata.get("tags", []) else kept).append(cell)
    for fault in unmarked(*("\n".join(cell.source for cell in cells) for cells in (kept, taken))):
        sys.exit(f'{name}: {fault}: what belongs to a solution needs the tag "{TAG}".')
    for cell in kept:
        if "check" in cell.metadata.get("tags", []):
            cell.source = hidden(cell.source)
        elif "def reply(" in cell.source:
            cell.source = looks_up_keys(cell.source)
    notebook.cells = kept
    del notebook.metadata.verified["code"]  # the digest of the code with its solutions
    return notebook


def derive(folder):
    """Write the sources of the student's version."""
    shutil.rmtree(folder, ignore_errors=True)
    for path in book.sources():
        target = folder / path.relative_to(book.ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    shutil.rmtree(folder / GUIDE, ignore_errors=True)
    for path in folder.rglob("*.ipynb"):
        nbformat.write(unsolved(nbformat.read(path, as_version=4), path.name), path)
    for path in folder.rglob("*.md"):
        paragraphs = path.read_text("utf-8").split("\n\n")
        path.write_text("\n\n".join(p for p in paragraphs if "guide/" not in p), "utf-8")
    contents, settings = (folder / name for name in ("_toc.yml", "_config.yml"))
    listed = yaml.safe_load(contents.read_text("utf-8"))
    parts = [p for p in listed["parts"] if not p["chapters"][0]["file"].startswith(GUIDE)]
    contents.write_text(yaml.safe_dump(listed | {"parts": parts}, sort_keys=False), "utf-8")
    told = yaml.safe_load(settings.read_text("utf-8"))
    # What lies at an address has the solutions.
    told["sphinx"]["config"] |= {"book_repository": "none", "book_address": ""}
    settings.write_text(yaml.safe_dump(told, sort_keys=False), "utf-8")


def main(arguments):
    """Derive the sources, then build them if they have changed."""
    build = book.BUILD / "student"
    try:
        derive(build / "source")
    except OSError as error:
        sys.exit(f"The student's version was not built: {error}.")
    book.use(build / "source", build)
    book.main(arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
