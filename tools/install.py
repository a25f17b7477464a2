"""Install the notebooks from this stick, without a network, and open them in JupyterLab.

    python3 install.py            into a folder of the stick's name in your home folder
    python3 install.py FOLDER     into another one

`make stick` puts this file on the stick. Any Python 3 runs it; one for which there are no packages
is told so. A second call opens what is there: notebooks that were changed stay as they are.
"""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

STICK = Path(__file__).resolve().parent
WHEELS = STICK / "wheels"
MADE_FOR = "made-for.txt"  # in the folder of wheels: its first line says for which machines
PYTHON = "Scripts/python.exe" if os.name == "nt" else "bin/python"


def kind():
    """Which wheels a machine needs."""
    version = ".".join(map(str, sys.version_info[:2]))
    return f"Python {version} on {platform.system()} ({platform.machine()})"


def copy_new(source, target):
    """Copy a folder, without touching a file that is there."""
    for file in source.rglob("*"):
        new = target / file.relative_to(source)
        if file.is_file() and not new.exists():
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(str(file), str(new))


def main(folder):
    """Copy, install, open."""
    wanted = (WHEELS / MADE_FOR).read_text(encoding="utf-8").splitlines()[0]
    if kind() != wanted:
        sys.exit(f"The packages on this stick are for {wanted}, and this is {kind()}.")
    copy_new(STICK / "notebooks", folder)
    venv = folder / ".venv"
    python, done = str(venv / PYTHON), venv / "installed"
    if not done.exists():
        print(f"Installing into {folder}; this takes a few minutes.", flush=True)
        shutil.rmtree(str(venv), ignore_errors=True)
        pip = [python, "-I", "-m", "pip", "--isolated", "--disable-pip-version-check", "--quiet"]
        pip += ["install", "--no-index", "--find-links", str(WHEELS)]
        pip += ["-r", str(folder / "requirements.txt")]
        for command in ([sys.executable, "-m", "venv", str(venv)], pip):
            if subprocess.call(command):
                sys.exit("The notebooks were not installed, for the reason above.")
        done.touch()
    root = f"--ServerApp.root_dir={folder / 'chapters'}"
    return subprocess.call([python, "-m", "jupyterlab", root])


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1]).absolute() if sys.argv[1:] else Path.home() / STICK.name))
    except KeyboardInterrupt:
        sys.exit("\nStopped; the same command goes on.")
    except OSError as error:
        sys.exit(f"The notebooks were not installed: {error}.")
