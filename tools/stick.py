"""Write a stick for a lab without a network: site, notebooks, their packages, and an installer.

    python tools/stick.py /media/stick            with the site of `make book`
    python tools/stick.py /media/stick student    with that of `make student`

The packages are wheels for machines of this kind (system, processor, version of Python): pip can
choose them for no other. They stay in _build/wheels, so that a second stick downloads nothing.
The folder on the stick gets its name when it is complete.
"""

import shutil
import signal
import sys
import tempfile
import zipfile
from pathlib import Path

import environment
import install

BUILD = Path(environment.ROOT, "_build")
WHEELS = BUILD / "wheels"
README = """To read: open site/index.html in a browser.

To run the notebooks, open a terminal in this folder and type

    Linux, macOS:   python{version} install.py
    Windows:        py -{version} install.py

It needs {kind} and 2.5 GB of disk, and no network. It copies the notebooks to
your home folder and opens them in JupyterLab. The same line opens them again.
"""


def fetch_wheels():
    """Download every package, unless those that are there are for these requirements."""
    there = WHEELS / install.MADE_FOR
    made_for = f"{install.kind()}\n{environment.digest(environment.BOOK)}\n"
    if there.is_file() and there.read_text("utf-8") == made_for:
        return
    shutil.rmtree(WHEELS, ignore_errors=True)
    print(
        f"Downloading the packages: about {environment.SIZES[environment.BOOK][0]} MB.", flush=True
    )
    with tempfile.TemporaryDirectory() as home:
        venv = [sys.executable, "-I", "-m", "venv", home]
        environment.run(venv, "Python could not make an environment")
        pip = [Path(home, install.PYTHON), "-I", "-m", "pip", "download", "--quiet", "--no-input"]
        pip += ["--only-binary", ":all:", "--dest", WHEELS, "-r", environment.BOOK]
        environment.run(pip, "pip could not download the packages")
    there.write_text(made_for, "utf-8")


def write(stick, site):
    """Put everything into one folder of the stick."""
    archive = next(site.glob("*.zip"))
    target, half = stick / archive.stem, stick / f"{archive.stem}.unfinished"
    if target.exists():
        sys.exit(f"{target} is there already: rename or delete it, then run this again.")
    fetch_wheels()
    with zipfile.ZipFile(archive) as notebooks:
        needed = sum(packed.file_size for packed in notebooks.infolist())
        for folder in (site, WHEELS):
            needed += sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        needed, free = needed // 10**6 + 1, shutil.disk_usage(stick).free // 10**6
        if free < needed:
            sys.exit(f"The stick is too full: this needs {needed} MB, and {free} MB are free.")
        print(f"Writing {needed} MB to {target}.", flush=True)
        try:
            shutil.rmtree(half, ignore_errors=True)
            notebooks.extractall(half)
            (half / target.name).rename(half / "notebooks")
            shutil.copytree(site, half / "site")
            shutil.copytree(WHEELS, half / "wheels")
            shutil.copy(install.__file__, half)
            version = ".".join(map(str, sys.version_info[:2]))
            text = README.format(version=version, kind=install.kind())
            (half / "README.txt").write_text(text, "utf-8")
            half.rename(target)
        finally:
            shutil.rmtree(half, ignore_errors=True)
    print(f"The stick is ready: {target / 'README.txt'} says how to use it.")


def main(to, version="."):
    """Write the stick, or say in one sentence why it cannot be written."""
    if not to or not Path(to).is_dir():
        sys.exit(f"There is no folder {to!r}: name the stick, as in make stick TO=/media/stick")
    signal.signal(signal.SIGTERM, environment.interrupt)
    try:
        write(Path(to), BUILD / version / "html")
    except KeyboardInterrupt:
        sys.exit("\nStopped; the stick is as it was.")
    except OSError as error:
        sys.exit(f"The stick was not written: {error}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
