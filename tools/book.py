"""Build the site if anything that it is made of has changed, and put it in place when it is good.

    python tools/book.py            nothing to do, or a new _build/html
    python tools/book.py --again    build, whether something changed or not

It is built from nothing in a folder of its own, without a warning: a page never shows an error
that the build knew about, and the last good site stays until there is a better one.
"""

import hashlib
import shutil
import signal
import subprocess
import sys
from pathlib import Path

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
    return (
        (SITE / "index.html").is_file()
        and MADE_OF.is_file()
        and MADE_OF.read_text(encoding="utf-8") == digest()
    )


def build():
    """A new site in the place of the old one, or one sentence."""
    made_of = digest()  # as they are now: what is saved from here on makes the next build
    command = [*JUPYTER_BOOK, "build", ".", "--path-output", NEW, "-q", "-W", "-n", "--keep-going"]
    BUILD.mkdir(exist_ok=True)
    clean(NEW, SITE, OLD)
    try:
        if subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode:
            sys.exit("The site was not built, for the reasons above.")
        MADE_OF.unlink(missing_ok=True)
        exchange(NEW / "_build" / "html", SITE, OLD)
        MADE_OF.write_text(made_of, encoding="utf-8")
    finally:
        clean(NEW, SITE, OLD)


def exchange(new, place, old):
    """Put a new folder in its place; the one that was there is ``old`` until all is well."""
    if place.exists():
        place.rename(old)
    new.rename(place)


def clean(new, place, old):
    """The last good folder is in its place, and what was left half done is gone."""
    if old.exists() and not place.exists():
        old.rename(place)
    for folder in (new, old):
        shutil.rmtree(folder, ignore_errors=True)


def interrupt(*_):
    """End as Ctrl-C does."""
    raise KeyboardInterrupt


def main(arguments):
    """Build if there is something to build, or say in one sentence why it cannot be done."""
    signal.signal(signal.SIGTERM, interrupt)
    try:
        if "--again" in arguments or not up_to_date():
            print("Building the site.", flush=True)
            build()
    except KeyboardInterrupt:
        sys.exit("\nStopped; the site is as it was.")
    except OSError as error:
        sys.exit(f"The site was not built: {error}.")


if __name__ == "__main__":
    main(sys.argv[1:])
