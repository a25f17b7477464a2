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

STICK = os.path.dirname(os.path.abspath(__file__))
WHEELS = os.path.join(STICK, "wheels")
MADE_FOR = "made-for.txt"  # in the folder of wheels: its first line says for which machines
PYTHON = os.path.join("Scripts", "python.exe") if os.name == "nt" else os.path.join("bin", "python")


def kind():
    """Which wheels a machine needs."""
    version = ".".join(map(str, sys.version_info[:2]))
    return f"Python {version} on {platform.system()} ({platform.machine()})"


def copy_new(source, target):
    """Copy a folder, without touching a file that is there."""
    for place, _, files in os.walk(source):
        folder = os.path.join(target, os.path.relpath(place, source))
        os.makedirs(folder, exist_ok=True)
        for name in files:
            if not os.path.exists(os.path.join(folder, name)):
                shutil.copyfile(os.path.join(place, name), os.path.join(folder, name))


def main(folder):
    """Copy, install, open."""
    with open(os.path.join(WHEELS, MADE_FOR), encoding="utf-8") as stream:
        wanted = stream.readline().strip()
    if kind() != wanted:
        sys.exit(f"The packages on this stick are for {wanted}, and this is {kind()}.")
    copy_new(os.path.join(STICK, "notebooks"), folder)
    venv = os.path.join(folder, ".venv")
    python, done = os.path.join(venv, PYTHON), os.path.join(venv, "installed")
    if not os.path.exists(done):
        print(f"Installing into {folder}; this takes a few minutes.", flush=True)
        shutil.rmtree(venv, ignore_errors=True)
        packages = ["--find-links", WHEELS, "-r", os.path.join(folder, "requirements.txt")]
        pip = [python, "-I", "-m", "pip", "--isolated", "--disable-pip-version-check", "--quiet"]
        for command in (
            [sys.executable, "-m", "venv", venv],
            [*pip, "install", "--no-index", *packages],
        ):
            if subprocess.call(command):
                sys.exit("The notebooks were not installed, for the reason above.")
        open(done, "w").close()
    root = "--ServerApp.root_dir=" + os.path.join(folder, "chapters")
    return subprocess.call([python, "-m", "jupyterlab", root])


if __name__ == "__main__":
    home = os.path.join(os.path.expanduser("~"), os.path.basename(STICK))
    try:
        sys.exit(main(os.path.abspath(sys.argv[1]) if sys.argv[1:] else home))
    except KeyboardInterrupt:
        sys.exit("\nStopped; the same command goes on.")
    except OSError as error:
        sys.exit(f"The notebooks were not installed: {error}.")
