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
from collections import Counter

import book
import yaml

GUIDE = "chapters/guide/"
LINKS_GUIDE = re.compile(r"\]\([^)]*\bguide/")
TAG = "solution"
HINT = "A hint"  # the one folded text among the exercises that students keep
EXERCISES = re.compile(r"^## Exercises$(.*?)^## Quiz$", re.MULTILINE | re.DOTALL)
DEFINITION = re.compile(r"^def (check_\w+)", re.MULTILINE)
CALL = re.compile(r"(?<!def )\b(check_\w+)\(")
# A reply as the formatter leaves it: one line, in double quotes, and nothing added to it.
RIGHT = re.compile(r'(return |: |return \(\n +)"Right[:.,] [^"\n]*"(?!\n *\+)')
LOOKS_UP = "given == numbers(right_or_slip)"
KEPT_AS = "key_of(given) == right_or_slip"


def key_of(given):
    """How a table keeps an answer without telling it: how many numbers, and their checksum."""
    text = ",".join(f"{number + 0:.6f}" for number in given)
    return f"{len(given)}-{zlib.crc32(text.encode()):08x}"


def source(cell):
    """A cell's text."""
    return "".join(cell["source"])


def tags(cell):
    """A cell's tags."""
    return cell["metadata"].get("tags", [])


def hidden(check):
    """The code of a check that does not tell the answer."""
    lines = RIGHT.sub(r'\1"Right."', check).splitlines()
    for statement in reversed(ast.parse("\n".join(lines)).body):
        match statement:
            case ast.Assign([ast.Name(name)], ast.Dict() as table):
                rows = ast.literal_eval(table).items()
                keys = [key_of(key if isinstance(key, tuple) else (key,)) for key, _ in rows]
                words = [json.dumps(words, ensure_ascii=False) for _, words in rows]
                rows = [f'    "{key}": {said},' for key, said in zip(keys, words, strict=True)]
                lines[statement.lineno - 1 : statement.end_lineno] = [f"{name} = {{", *rows, "}"]
    return "\n".join(lines)


def looks_up_keys(cell):
    """The code of the cell that makes replies, for tables that tell no answer."""
    if cell.count(LOOKS_UP) != 1:
        sys.exit(f"The cell that makes replies has no line {LOOKS_UP!r} to change.")
    return f"import zlib\n\n\n{inspect.getsource(key_of)}\n\n{cell.replace(LOOKS_UP, KEPT_AS)}"


def unmarked(kept, taken):
    """What a student would find, or would miss, because a cell has not its tag."""
    asked, solved = (
        Counter(name for cell in cells for name in set(CALL.findall(source(cell))))
        for cells in (kept, taken)
    )
    for name in DEFINITION.findall("\n".join(map(source, kept))):
        if asked[name] != 1 or not solved[name]:
            yield f"{name} is called by {asked[name]} untagged cells and {solved[name]} tagged ones"
    prose = "\n".join(source(cell) for cell in kept if cell["cell_type"] == "markdown")
    folded = re.findall("<summary>(.*)</summary>", "\n".join(EXERCISES.findall(prose)))
    yield from (f'"{title}" is folded below an exercise' for title in folded if title != HINT)


def unsolved(notebook, name):
    """A chapter without its solutions, or one sentence that names what is not tagged as one."""
    kept, taken = [], []
    for cell in notebook["cells"]:
        (taken if TAG in tags(cell) else kept).append(cell)
    for fault in unmarked(kept, taken):
        sys.exit(f'{name}: {fault}: what belongs to a solution needs the tag "{TAG}".')
    for cell in kept:
        if "check" in tags(cell):
            cell["source"] = hidden(source(cell)).splitlines(keepends=True)
        elif "def reply(" in source(cell):
            cell["source"] = looks_up_keys(source(cell)).splitlines(keepends=True)
    del notebook["metadata"]["verified"]["code"]  # the digest of the code with its solutions
    return notebook | {"cells": kept}


def contents(text):
    """The list of pages without the guide."""
    listed = yaml.safe_load(text)
    listed["parts"] = [p for p in listed["parts"] if not p["chapters"][0]["file"].startswith(GUIDE)]
    return yaml.safe_dump(listed, sort_keys=False)


def configuration(text):
    """The settings without an address: what lies there has the solutions."""
    settings = yaml.safe_load(text)
    settings["sphinx"]["config"] |= {"book_repository": "none", "book_address": ""}
    return yaml.safe_dump(settings, sort_keys=False)


def student_s(path, name):
    """What becomes of a file: its new text, or None if it stays as it is."""
    text = path.read_text("utf-8") if path.suffix in (".ipynb", ".md", ".yml") else ""
    match path.suffix, name:
        case ".ipynb", _:
            return json.dumps(unsolved(json.loads(text), name), indent=1, ensure_ascii=False) + "\n"
        case ".md", _:
            return "\n\n".join(p for p in text.split("\n\n") if not LINKS_GUIDE.search(p))
        case _, "_toc.yml":
            return contents(text)
        case _, "_config.yml":
            return configuration(text)


def derive(folder):
    """Write the sources of the student's version."""
    shutil.rmtree(folder, ignore_errors=True)
    for path in book.sources():
        name = path.relative_to(book.ROOT).as_posix()
        if name.startswith(GUIDE):
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (text := student_s(path, name)) is None:
            shutil.copy(path, folder / name)
        else:
            (folder / name).write_text(text, "utf-8", newline="\n")


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
