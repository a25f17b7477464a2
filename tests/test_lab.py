"""JupyterLab shows every drawing, and no raw markup: of the chapters, and of their copies.

`make lab` opens the chapters. The copies are what the site offers; no drawing lies beside them.
"""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import ROOT
from notebooks import CHAPTERS, load, prose, source
from test_browser import install, installed, run

COPIES = "_build/html/_sources/"
# Settings, so that cells that are off the screen are there, too.
TRACKER = "lab/user-settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"


def command():
    """The last command of `make lab`, as make would run it with this Python."""
    python = shlex.quote(Path(sys.executable).as_posix())
    arguments = ["make", "--dry-run", "--silent", "lab", f"VENV={python}"]
    told = subprocess.run(arguments, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    return shlex.split(told.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What Chromium shows of every notebook in a JupyterLab without a user's settings."""
    if "chromium" not in installed():
        assert not os.environ.get("CI"), "no Chromium was found"
        pytest.skip("no Chromium was found to look with")
    install()
    home = tmp_path_factory.mktemp("jupyter")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = listener.getsockname()
    (home / TRACKER).parent.mkdir(parents=True)
    (home / TRACKER).write_text('{"windowingMode": "none"}', "utf-8")
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    options = ["--no-browser", f"--ServerApp.port={address[1]}", "--ServerApp.port_retries=0",
               "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]  # fmt: skip
    if hasattr(os, "getuid") and os.getuid() == 0:
        options.append("--allow-root")
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command(), *options],
            cwd=ROOT,
            env=os.environ | dict.fromkeys(folders, str(home)),
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    url = "http://{}:{}/".format(*address)
    try:
        wait_for(url + "api", server, home / "log")
        paths = [f"{place}chapters/{file.name}" for file in CHAPTERS for place in ("", COPIES)]
        result = run("lab.mjs", url, *paths)
        assert result.returncode == 0, result.stderr + (home / "log").read_text("utf-8")
        yield json.loads(result.stdout.splitlines()[0])
    finally:
        server.terminate()
        server.wait(20)
    with socket.socket() as client:
        assert client.connect_ex(address) != 0, "JupyterLab is still there"


def wait_for(url, server, log):
    """Wait until a server answers."""
    for _ in range(300):
        assert server.poll() is None, log.read_text("utf-8")
        try:
            return urllib.request.urlopen(url).close()
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not answer: {log.read_text('utf-8')}")


@pytest.mark.parametrize("place", ["", COPIES], ids=["chapter", "copy"])
@pytest.mark.parametrize("file", CHAPTERS, ids=lambda file: file.stem)
def test_every_drawing_and_no_raw_markup_is_shown(file, place, seen):
    text = "\n".join(map(source, prose(load(file))))
    drawings = re.findall(r"^!\[(.*)\]\(\.\./diagrams/", text, re.MULTILINE)
    assert seen[f"{place}chapters/{file.name}"] == {"images": drawings, "raw": []}


def test_jupyterlab_opens_the_first_chapter():
    assert command()[-1] == "chapters/feedback.ipynb"
