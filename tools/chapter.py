"""Begin a chapter: a small one that passes every test, in the contents and on the first page.

    python tools/chapter.py mine        chapters/mine.ipynb, tests/answers/mine.py

Its text says what each part is for. Change it part by part, and run `make refresh` in between.
"""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEMPLATE = Path(__file__).parent / "template"
NAME = re.compile(r"[a-z][a-z0-9-]*")


def insert(text, after, what, where):
    """The text with something put behind the last place where a pattern matches."""
    ends = [place.end() for place in re.finditer(after, text, re.MULTILINE)]
    if not ends:
        sys.exit(f"{where} has no line like {after!r}, so the chapter has no place in it.")
    return text[: ends[-1]] + what + text[ends[-1] :]


def main(name):
    """Write the chapter and run it."""
    if not NAME.fullmatch(name):
        sys.exit("Give a name of small letters, digits and hyphens: make chapter NAME=mine")
    chapter, answers = ROOT / f"chapters/{name}.ipynb", ROOT / f"tests/answers/{name}.py"
    for path in (chapter, chapter.with_suffix(".md"), answers):
        if path.exists():
            sys.exit(f"{path.relative_to(ROOT)} is there already: take another name.")
    contents, first_page = ROOT / "_toc.yml", ROOT / "index.md"
    listed, page = contents.read_text("utf-8"), first_page.read_text("utf-8")
    cards = re.findall(r"^(\d+)\. !\[", page, re.MULTILINE)
    card = (TEMPLATE / "card.md").read_text("utf-8").format(number=len(cards) + 1, name=name)
    last_of_part = r"\A(?:.|\n)*?\bcaption: The core\n(?:.*\n)*?(?=  - caption)"
    listed = insert(listed, last_of_part, f"      - file: chapters/{name}\n", "_toc.yml")
    page = insert(page, r"^\d+\. !\[.*\n(?:   .*\n)+\n", card, "index.md")
    notebook = json.loads((TEMPLATE / "chapter.ipynb").read_text("utf-8"))
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"{name}-{number:02}"
    chapter.write_text(json.dumps(notebook), "utf-8")  # refresh writes it as all are written
    shutil.copy(TEMPLATE / "answers.py", answers)
    contents.write_text(listed, "utf-8")
    first_page.write_text(page, "utf-8")
    if subprocess.call([sys.executable, ROOT / "tools/refresh.py", name]):
        sys.exit("The chapter is written, but did not run: see above.")
    print(f"chapters/{name}.ipynb is there: open it with `make lab`, prove it with `make test`.")


if __name__ == "__main__":
    main("".join(sys.argv[1:2]))
