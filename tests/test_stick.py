"""The stick: one command writes it, and it installs without a network and without the book."""

import os
import shutil
import subprocess
import sys
import zipfile
from unittest.mock import Mock

import environment
import pytest
import stick

NAME = "notebooks-of-a-book"
INFO = "jupyterlab-1.0.dist-info"
LAB = {
    "jupyterlab/__main__.py": "import sys\nprint('JupyterLab was given', sys.argv[1:])\n",
    f"{INFO}/METADATA": "Metadata-Version: 2.1\nName: jupyterlab\nVersion: 1.0\n",
    f"{INFO}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    f"{INFO}/RECORD": "",
}
NEEDED = {
    "requirements.txt": "-c constraints.txt\njupyterlab\n",
    "constraints.txt": "jupyterlab==1.0\n",
}


def pack(file, members):
    """Write a zip: name to text."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The stick, for a built book that needs one package, which a folder has."""
    root, servers = tmp_path / "my book", tmp_path / "my wheels"
    for folder in (root / "_build/html", servers, tmp_path / "my stick"):
        folder.mkdir(parents=True)
    pack(servers / "jupyterlab-1.0-py3-none-any.whl", LAB)
    for name, text in NEEDED.items():
        (root / name).write_text(text)
    (root / "_build/html/index.html").write_text("the site")
    notebooks = NEEDED | {"chapters/feedback.ipynb": "as it came"}
    pack(root / f"_build/html/{NAME}.zip", {f"{NAME}/{k}": v for k, v in notebooks.items()})
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", servers.as_uri())
    monkeypatch.setattr(environment, "ROOT", str(root))
    monkeypatch.setattr(stick, "BUILD", root / "_build")
    monkeypatch.setattr(stick, "WHEELS", root / "_build/wheels")
    return tmp_path / "my stick"


def install(place, folder):
    """Run the stick's installer as a student does, on a machine without a network."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")}
    environment["HTTPS_PROXY"] = "http://127.0.0.1:9"  # nobody answers there
    command = [sys.executable, place / NAME / "install.py", folder]
    return subprocess.run(command, env=environment, capture_output=True, text=True)


def test_a_stick_installs_without_a_network(place, tmp_path, capsys):
    lab = tmp_path / "the lab"
    stick.main(str(place))
    assert "Downloading" in capsys.readouterr().out
    shutil.rmtree(tmp_path / "my wheels")
    shutil.rmtree(tmp_path / "my book")
    there = sorted(path.name for path in (place / NAME).iterdir())
    assert there == ["README.txt", "install.py", "notebooks", "site", "wheels"]
    assert (place / NAME / "site/index.html").read_text() == "the site"
    assert [path.name for path in place.iterdir()] == [NAME]
    done = install(place, lab)
    assert done.returncode == 0 and "Retrying" not in done.stderr, done.stderr
    assert "Installing" in done.stdout and f"root_dir={lab / 'chapters'}" in done.stdout
    (lab / "chapters/feedback.ipynb").write_text("my own")
    again = install(place, lab)
    assert "Installing" not in again.stdout and "JupyterLab was given" in again.stdout
    assert (lab / "chapters/feedback.ipynb").read_text() == "my own"
    (place / NAME / "wheels/made-for.txt").write_text("Python 2.7 on Plan 9 (mips)\n")
    refused = "The packages on this stick are for Python 2.7 on Plan 9 (mips),"
    assert install(place, lab).stderr.startswith(refused)


def stopped(to):
    """The one sentence that a call stops with."""
    with pytest.raises(SystemExit) as reason:
        stick.main(str(to))
    return str(reason.value)


def test_a_stick_is_written_whole_or_not_at_all(place, monkeypatch):
    monkeypatch.setattr(stick, "fetch_wheels", lambda: stick.WHEELS.mkdir(exist_ok=True))
    assert "name the stick" in stopped("") and "name the stick" in stopped("nowhere")
    full = OSError(28, "No space left on device")
    monkeypatch.setattr(shutil, "copy", Mock(side_effect=full))
    assert full.strerror in stopped(place)
    few = shutil.disk_usage(place)._replace(free=10**5)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: few)
    assert stopped(place).startswith("The stick is too full: this needs 1 MB, and 0 MB")
    assert not list(place.iterdir())
    (place / NAME).mkdir()
    assert "is there already" in stopped(place) and not list((place / NAME).iterdir())
