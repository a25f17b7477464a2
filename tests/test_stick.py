"""The stick: one command writes it, and it installs without a network and without the book."""

import importlib
import os
import shutil
import subprocess
import sys
import zipfile

import pytest
from conftest import ROOT

NAME = "notebooks-of-a-book"
LAB = "import sys\nprint('JupyterLab was given', sys.argv[1:])\n"
METADATA = "Metadata-Version: 2.1\nName: jupyterlab\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def pack(file, members):
    """Write a zip: name to text."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)


@pytest.fixture
def book(tmp_path, monkeypatch):
    """The program, for a built book that needs one package, which a folder has."""
    root, servers = tmp_path / "my book", tmp_path / "my wheels"
    for folder in (root / "_build/html", root / "tools", servers, tmp_path / "my stick"):
        folder.mkdir(parents=True)
    for name in ("environment", "install", "stick"):
        shutil.copy(ROOT / f"tools/{name}.py", root / "tools")
    info = "jupyterlab-1.0.dist-info"
    lab = {"jupyterlab/__main__.py": LAB, f"{info}/METADATA": METADATA, f"{info}/WHEEL": WHEEL}
    pack(servers / "jupyterlab-1.0-py3-none-any.whl", lab | {f"{info}/RECORD": ""})
    (root / "requirements.txt").write_text("-c constraints.txt\njupyterlab\n")
    (root / "constraints.txt").write_text("jupyterlab==1.0\n")
    (root / "_build/html/index.html").write_text("the site")
    notebooks = {"chapters/feedback.ipynb": "as it came"}
    for name in ("requirements.txt", "constraints.txt"):
        notebooks[name] = (root / name).read_text()
    pack(root / f"_build/html/{NAME}.zip", {f"{NAME}/{k}": v for k, v in notebooks.items()})
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", servers.as_uri())
    monkeypatch.syspath_prepend(root / "tools")
    for name in ("environment", "install", "stick"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module("stick")


def install(stick, folder):
    """Run the stick's installer as a student does, on a machine without a network."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")}
    environment["HTTPS_PROXY"] = "http://127.0.0.1:9"  # nobody answers there
    command = [sys.executable, stick / NAME / "install.py", folder]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_a_stick_installs_without_a_network(book, tmp_path, capsys):
    stick, lab = tmp_path / "my stick", tmp_path / "the lab"
    book.main(str(stick))
    assert "Downloading" in capsys.readouterr().out
    shutil.rmtree(tmp_path / "my wheels")
    shutil.rmtree(tmp_path / "my book/tools")
    there = sorted(path.name for path in (stick / NAME).iterdir())
    assert there == ["README.txt", "install.py", "notebooks", "site", "wheels"]
    assert (stick / NAME / "site/index.html").read_text() == "the site"
    assert [path.name for path in stick.iterdir()] == [NAME]
    done = install(stick, lab)
    assert done.returncode == 0 and "Retrying" not in done.stderr, done.stderr
    assert "Installing" in done.stdout and f"root_dir={lab / 'chapters'}" in done.stdout
    (lab / "chapters/feedback.ipynb").write_text("my own")
    again = install(stick, lab)
    assert "Installing" not in again.stdout and "JupyterLab was given" in again.stdout
    assert (lab / "chapters/feedback.ipynb").read_text() == "my own"
    made_for = stick / NAME / "wheels/made-for.txt"
    made_for.write_text("Python 2.7 on Plan 9 (mips)\n")
    other = install(stick, lab)
    assert other.stderr.startswith(
        "The packages on this stick are for Python 2.7 on Plan 9 (mips),"
    )


def stopped(book, to):
    """The one sentence that a call stops with."""
    with pytest.raises(SystemExit) as reason:
        book.main(str(to))
    return str(reason.value)


def test_a_stick_is_written_whole_or_not_at_all(book, tmp_path, monkeypatch):
    stick = tmp_path / "my stick"
    monkeypatch.setattr(book, "fetch_wheels", lambda: book.WHEELS.mkdir(exist_ok=True))
    assert "name the stick" in stopped(book, "") and "name the stick" in stopped(book, "nowhere")
    with monkeypatch.context() as nearly_full:
        few = shutil.disk_usage(stick)._replace(free=10**5)
        nearly_full.setattr(shutil, "disk_usage", lambda _: few)
        assert stopped(book, stick).startswith("The stick is too full: this needs 1 MB, and 0 MB")

    def fails(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(shutil, "copy", fails)
        assert "No space left on device" in stopped(book, stick)
    assert not list(stick.iterdir())
    (stick / NAME).mkdir()
    assert "is there already" in stopped(book, stick) and not list((stick / NAME).iterdir())
