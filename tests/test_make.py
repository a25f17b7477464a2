"""The Makefile, the set-up, the site: what changed is made anew, and what was good stays."""

import os
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
import serve
from conftest import ROOT, SETS

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.fixture
def helpers(house, monkeypatch):
    """What stands in for pip, uv, Jupyter Book: it makes what it is told to make.

    It notes each call, and before it ends it does what the test wants of the calls with a word.
    """
    wanted = SimpleNamespace(calls=[], word=None, does=lambda: 0)

    def run(command, **_):
        command = list(map(str, command))
        wanted.calls.append(command)
        made = None
        if "--relocatable" in command:
            made = Path(command[-1], house.environment.PYTHON)
        elif "--path-output" in command:
            made = Path(command[command.index("--path-output") + 1], "_build/html/index.html")
        if made:
            made.parent.mkdir(parents=True)
            pages = sorted((house.root / "chapters").rglob("*.md"))
            made.write_text("".join(path.read_text() for path in pages))
        code = wanted.does() if wanted.word in command else 0
        return SimpleNamespace(returncode=code, stdout="", stderr="a reason")

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(subprocess, "call", lambda command: not Path(command[0]).exists())
    monkeypatch.setattr(house.environment, "check_space", lambda name: None)
    before = signal.signal(signal.SIGINT, house.environment.interrupt)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    yield wanted
    signal.signal(signal.SIGINT, before)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


# What is made, by which program, and what is good of it; nothing else may lie about.
MADE = {"environment": ".venv", "book": "_build/html"}


def make(house, program, *arguments):
    """Call a program; returns the folder that it makes, beside which there is nothing else."""
    try:
        getattr(house, program).main(arguments)
    finally:
        there = {path.name for place in (".venv*", "_build/*") for path in house.root.glob(place)}
        assert there <= {".venv", "html", "made-of"}
    return house.root / MADE[program]


def full():
    raise OSError(28, "No space left on device")


HOW = {
    "fails": lambda: 1,
    "interrupted": lambda: signal.raise_signal(signal.SIGINT),
    "ended": lambda: signal.raise_signal(signal.SIGTERM),
    "fills the disk": full,
}
FAILS = {  # a word of the command that fails, and the sentence
    "--relocatable": "uv could not make .venv: a reason",
    "-r": "uv could not install the packages: a reason",
    "-c": "The packages are there and do not work: a reason",
    "--path-output": "The site was not built, for the reasons above.",
}
ENDS = {  # how a program ends by Ctrl-C, and with a full disk
    "environment": (
        "Stopped; what worked still works, and the same command goes on.",
        "Setting up failed: [Errno 28] No space left on device.",
    ),
    "book": (
        "Stopped; the site is as it was.",
        "The site was not built: [Errno 28] No space left on device.",
    ),
}


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("word", FAILS)
def test_a_failure_leaves_what_worked(house, helpers, word, how):
    program = "book" if word == "--path-output" else "environment"
    stopped_by_a_signal, disk_full = ENDS[program]
    mine = make(house, program, "--tests") / "mine"
    mine.touch()
    (house.root / "constraints.txt").write_text("another==1.0\n")
    helpers.word, helpers.does = word, HOW[how]
    with pytest.raises((SystemExit, KeyboardInterrupt)) as stopped:
        make(house, program)
    sentence = {"fails": FAILS[word], "fills the disk": disk_full}.get(how, stopped_by_a_signal)
    assert str(stopped.value).strip() == sentence
    assert mine.exists()
    helpers.word = None
    assert make(house, program).exists() and not mine.exists()


@pytest.mark.parametrize("aside", [True, False])
@pytest.mark.parametrize("program", MADE)
def test_a_kill_at_any_moment_is_mended(house, helpers, program, aside):
    mine = make(house, program) / "mine"
    mine.touch()
    module = getattr(house, program)
    Path(module.NEW).mkdir()
    if aside:  # between the two steps of the exchange
        os.rename(mine.parent, module.OLD)
    helpers.calls.clear()
    make(house, program)
    assert mine.exists() and not helpers.calls


def test_an_environment_is_made_once_and_keeps_the_tests_packages(house, helpers):
    def installed(*arguments):
        helpers.calls.clear()
        make(house, "environment", *arguments)
        return [[w for w in call if w in SETS] for call in helpers.calls if "-r" in call]

    asked = [installed(*arguments) for arguments in ((), (), ("--tests",), (), ("--tests",))]
    assert asked == [[SETS[:1]], [], [SETS], [], []]
    for name in ("constraints.txt", *SETS):
        with open(house.root / name, "a") as stream:
            stream.write("another==1.0\n")
        assert installed() == [SETS], "what was there for the tests is there again"


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_to_an_environment_is_replaced_and_what_it_names_stays(house, helpers, tmp_path):
    place = make(house, "environment")
    shared = place.rename(tmp_path / "shared")
    place.symlink_to(shared)
    (house.root / "constraints.txt").write_text("another==1.0\n")
    make(house, "environment")
    assert shared.is_dir() and not place.is_symlink()


def test_a_site_is_built_when_something_changed(house, helpers):
    def built(*arguments):
        helpers.calls.clear()
        return (make(house, "book", *arguments) / "index.html").read_text(), len(helpers.calls)

    page = house.root / "chapters/a.md"
    assert [built(), built()] == [("one", 1), ("one", 0)]
    os.utime(page, (0, 0))
    for folder in ("__pycache__", ".ipynb_checkpoints"):
        (page.parent / folder).mkdir()
        (page.parent / folder / "left by a program").touch()
    assert built() == ("one", 0)
    page.write_text("two")
    assert built() == ("two", 1)
    page.rename(page.with_stem("b"))
    assert [built(), built(), built("--again")] == [("two", 1), ("two", 0), ("two", 1)]
    shutil.rmtree(house.book.SITE)
    assert built() == ("two", 1)
    for name in ("my notes.md", "Untitled Folder/x.md", "a $(b) #c %d 'e'.md", "ü.md"):
        (page.parent / name).parent.mkdir(exist_ok=True)
        (page.parent / name).write_text(name)
        text, calls = built()
        assert name in text and calls == 1
    # An edit that is saved while it builds is seen the next time.
    helpers.word, helpers.does = "--path-output", lambda: page.write_text("three") and 0
    assert "three" not in built("--again")[0]
    helpers.word = None
    assert "three" in built()[0]


def test_a_port_in_use():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        for port in (str(other.getsockname()[1]), "70000", "http"):
            with pytest.raises(SystemExit, match=rf"^Port {port} cannot be used: try another, as"):
                serve.main(port)


def test_no_name_stops_make():
    # A script names the place where it was installed, and that may have moved. A name with a
    # blank or a colon in a list of sources stops make.
    assert re.findall(r"\$\(BIN\)/(\w+)", MAKEFILE) == ["python"] and "wildcard" not in MAKEFILE


def test_no_python_is_said_in_one_sentence():
    command = ["make", "--directory", ROOT, "--silent", "book", "PYTHON=no-such-python"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode and done.stdout.startswith("There is no no-such-python: install Python")
    assert not Path(ROOT, ".venv.new").exists()
