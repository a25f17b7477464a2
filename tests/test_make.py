"""The Makefile and the building of the site: what changed is built, what was good stays."""

import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import serve
from conftest import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
# A stand-in for Jupyter Book: writes a page of all sources, and does what else it is told.
BUILDER = """
import pathlib, sys, time
folder = pathlib.Path(sys.argv[sys.argv.index("--path-output") + 1], "_build", "html")
folder.mkdir(parents=True)
page = "".join(path.read_text() for path in sorted(pathlib.Path("chapters").rglob("*.md")))
{}
(folder / "index.html").write_text(page)
"""


@pytest.fixture
def book(tmp_path):
    """The program that builds, for a small book in a folder with a blank in its name."""
    root = tmp_path / "my book"
    (root / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "tools/book.py", root / "tools")
    (root / "chapters").mkdir()
    (root / "chapters/a.md").write_text("one")
    spec = importlib.util.spec_from_file_location("book", root / "tools/book.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    told(module, "")
    return module


def told(book, what):
    """Let the stand-in do something while it builds."""
    book.JUPYTER_BOOK = [sys.executable, "-c", BUILDER.format(what)]


def built(book, *arguments):
    """What the site shows after a call, and whether nothing lies beside it."""
    book.main(arguments)
    assert sorted(path.name for path in book.BUILD.iterdir()) == ["html", "made-of"]
    return (book.SITE / "index.html").read_text()


def test_it_builds_when_something_changed(book, capsys):
    page = book.ROOT / "chapters/a.md"
    assert built(book) == "one" and capsys.readouterr().out
    assert built(book) == "one" and not capsys.readouterr().out
    os.utime(page, (0, 0))
    assert built(book) == "one" and not capsys.readouterr().out
    page.write_text("two")
    assert built(book) == "two" and capsys.readouterr().out
    page.rename(page.with_stem("b"))
    assert built(book) == "two" and capsys.readouterr().out
    assert built(book, "--again") == "two" and capsys.readouterr().out
    shutil.rmtree(book.SITE)
    assert built(book) == "two"


@pytest.mark.parametrize(
    "name", ["my notes.md", "Untitled Folder/x.md", "a $(b) #c %d 'e'.md", "ü.md"]
)
def test_any_name_is_good(book, name):
    built(book)
    (book.ROOT / "chapters" / name).parent.mkdir(exist_ok=True)
    (book.ROOT / "chapters" / name).write_text(" more")
    assert "more" in built(book)


def test_an_edit_saved_while_it_builds_is_seen_the_next_time(book):
    told(book, 'pathlib.Path("chapters/a.md").write_text("two")')
    assert built(book) == "one"
    told(book, "")
    assert built(book) == "two"


def test_a_failure_leaves_the_last_good_site(book):
    built(book)
    (book.ROOT / "chapters/a.md").write_text("two")
    told(book, "sys.exit(1)")
    with pytest.raises(SystemExit, match=r"^The site was not built, for the reasons above\.$"):
        book.main([])
    assert (book.SITE / "index.html").read_text() == "one" and not book.NEW.exists()
    told(book, "")
    assert built(book) == "two"


def test_a_full_disk_leaves_the_last_good_site(book, monkeypatch):
    built(book)

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(subprocess, "run", full)
    with pytest.raises(SystemExit, match=r"^The site was not built: .*No space left on device\.$"):
        book.main(["--again"])
    assert (book.SITE / "index.html").read_text() == "one" and not book.NEW.exists()


def test_a_kill_between_the_two_steps_of_the_exchange_is_mended(book):
    built(book)
    book.SITE.rename(book.OLD)
    assert built(book) == "one"


@pytest.mark.skipif(os.name == "nt", reason="a signal of Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_the_last_good_site(book, number):
    built(book)
    told(book, "(folder / 'begun').touch(); time.sleep(60)")
    call = f"import book; book.JUPYTER_BOOK = {book.JUPYTER_BOOK!r}; book.main(['--again'])"
    program = subprocess.Popen(
        [sys.executable, "-c", call],
        cwd=book.ROOT / "tools",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not (book.NEW / "_build/html/begun").exists():
        assert program.poll() is None
        time.sleep(0.05)
    # A terminal sends Ctrl-C to make, to this program and to what it started.
    (os.killpg if number == signal.SIGINT else os.kill)(program.pid, number)
    said = program.communicate(timeout=10)[1]
    assert program.returncode == 1
    assert said.strip().splitlines()[-1] == "Stopped; the site is as it was."
    assert built(book) == "one"


def test_a_port_in_use(capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=rf"^Port {port} cannot be used: try .*{port + 1}`\.$"):
            serve.main(port)


def test_no_installed_script_is_called():
    # A script names the place where it was installed, and that may have moved.
    assert re.findall(r"\$\(BIN\)/(\w+)", MAKEFILE) == ["python"]


def test_make_reads_no_list_of_sources():
    # A name with a blank or a colon in such a list stops make.
    assert "wildcard" not in MAKEFILE


def test_no_python_is_said_in_one_sentence():
    command = ["make", "--directory", ROOT, "--silent", "book", "PYTHON=no-such-python"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode and done.stdout.startswith("There is no no-such-python: install Python")
    assert not Path(ROOT, ".venv.new").exists()
