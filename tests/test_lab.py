"""What a reader of `make lab` sees: every drawing of every chapter, and no raw markup."""

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
from test_browser import install, installed, run

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))


def command():
    """The last command of `make lab`, as make would run it with this Python."""
    python = shlex.quote(Path(sys.executable).as_posix())
    arguments = ["make", "--dry-run", "--silent", "lab", f"VENV={python}"]
    told = subprocess.run(arguments, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    return shlex.split(told.stdout.strip().splitlines()[-1])


def free_port():
    """A port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What Chromium shows of every chapter in a JupyterLab without a user's settings."""
    if "chromium" not in installed():
        assert not os.environ.get("CI"), "no Chromium was found"
        pytest.skip("no Chromium was found to look with")
    install()
    home, port = tmp_path_factory.mktemp("jupyter"), free_port()
    tracker = home / "lab/user-settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
    tracker.parent.mkdir(parents=True)
    tracker.write_text('{"windowingMode": "none"}', "utf-8")  # cells that are off the screen, too
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    options = ["--no-browser", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
               "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]  # fmt: skip
    if hasattr(os, "getuid") and os.getuid() == 0:
        options.append("--allow-root")
    server = subprocess.Popen(
        [*command(), *options],
        cwd=ROOT,
        env=os.environ | dict.fromkeys(folders, str(home)),
        stdout=subprocess.DEVNULL,
        stderr=(home / "log").open("wb"),
    )
    url = f"http://127.0.0.1:{port}/"
    try:
        wait_for(url + "api", server, home / "log")
        result = run("lab.mjs", url, *(f"chapters/{file.name}" for file in CHAPTERS))
        assert result.returncode == 0, result.stderr + (home / "log").read_text("utf-8")
        yield json.loads(result.stdout.splitlines()[0])
    finally:
        server.terminate()
        server.wait(20)
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", port)) != 0, "JupyterLab is still there"


def wait_for(url, server, log):
    """Wait until a server answers."""
    for _ in range(300):
        assert server.poll() is None, log.read_text("utf-8")
        try:
            return urllib.request.urlopen(url).close()
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not answer: {log.read_text('utf-8')}")


@pytest.mark.parametrize("file", CHAPTERS, ids=lambda file: file.stem)
def test_every_drawing_is_shown(file, seen):
    shown = seen[f"chapters/{file.name}"]
    cells = json.loads(file.read_text("utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    drawings = re.findall(r"^!\[(.*)\]\(\.\./diagrams/", "\n".join(texts), re.MULTILINE)
    assert [alt for alt, _ in shown["images"]] == drawings
    assert [alt for alt, width in shown["images"] if width == 0] == []


@pytest.mark.parametrize("file", CHAPTERS, ids=lambda file: file.stem)
def test_no_raw_markup_is_on_the_screen(file, seen):
    assert seen[f"chapters/{file.name}"]["raw"] == []


def test_jupyterlab_opens_the_first_chapter():
    assert command()[-1] == "chapters/feedback.ipynb"
