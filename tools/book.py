"""Build the site if anything that it is made of has changed, and put it in place when it is good.

    python tools/book.py            nothing to do, or a new _build/html
    python tools/book.py --again    build, whether something changed or not

It is built from nothing in a folder of its own, without a warning: a page never shows an error
that the build knew about, and the last good site stays until there is a better one.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

from environment import clean, exchange, interrupt, one_sentence  # noqa: F401 (slides use them)

FILES = ["*.md", "_*.yml", "requirements.txt", "constraints.txt"]
FOLDERS = ["chapters", "diagrams", "explorables", "extensions"]
NOT_READ = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}
JUPYTER_BOOK = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()"]


def use(root, build):
    """Build these sources into this folder."""
    global ROOT, BUILD, SITE, NEW, OLD, MADE_OF
    ROOT, BUILD, SITE, NEW, OLD = root, build, build / "html", build / "new", build / "old"
    MADE_OF = build / "made-of"  # the digest of what the site in place was made of


use(Path(__file__).parent.parent, Path(__file__).parent.parent / "_build")


def sources():
    """Every file that the site is made of."""
    found = [path for pattern in FILES for path in ROOT.glob(pattern)]
    found += [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    return sorted(path for path in found if path.is_file() and not NOT_READ & set(path.parts))


def digest():
    """Changes when a source does, or its name, or when one comes or goes."""
    content = hashlib.sha256()
    for path in sources():
        content.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
        content.update(path.read_bytes())
    return content.hexdigest()


def up_to_date():
    """Whether the site in place was made of the sources as they are now."""
    there = (SITE / "index.html").is_file() and MADE_OF.is_file()
    return there and MADE_OF.read_text(encoding="utf-8") == digest()


def build():
    """A new site in the place of the old one, or one sentence."""
    made_of = digest()  # as they are now: what is saved from here on makes the next build
    command = [*JUPYTER_BOOK, "build", ".", "--path-output", NEW, "-q", "-W", "-n", "--keep-going"]
    BUILD.mkdir(exist_ok=True)
    if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode:
        sys.exit("The site was not built, for the reasons above.")
    MADE_OF.unlink(missing_ok=True)
    exchange(NEW / "_build" / "html", SITE, OLD)
    MADE_OF.write_text(made_of, encoding="utf-8")


def main(arguments):
    """Build if there is something to build, or say in one sentence why it cannot be done."""
    with one_sentence("The site was not built", "the site is as it was"):
        clean(NEW, SITE, OLD)
        if "--again" in arguments or not up_to_date():
            print("Building the site.", flush=True)
            try:
                build()
            finally:
                clean(NEW, SITE, OLD)


if __name__ == "__main__":
    main(sys.argv[1:])
