"""The set-up: one sentence for whatever stops it, and an environment that may be moved."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import ROOT

CASES = yaml.safe_load((ROOT / "tests/cases/environment.yml").read_text("utf-8"))


@pytest.fixture
def environment(house):
    return house.environment


def sentence(call, *arguments):
    """The one sentence a call stops with."""
    with pytest.raises(SystemExit) as stopped:
        call(*arguments)
    said = str(stopped.value)
    assert "\n" not in said and said.endswith(".")
    return said


def test_a_failure_is_one_sentence(environment):
    for case in CASES:
        said = environment.reason(case["said"], "it stopped")
        assert case["sentence"] in said and "\n" not in said


def test_full_disk_before(environment, monkeypatch):
    nearly_full = shutil.disk_usage(ROOT)._replace(free=10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: nearly_full)
    assert "disk is too full" in sentence(environment.main, [])


@pytest.mark.parametrize(
    ("system", "machine", "size", "said"),
    [("darwin", "x86_64", 2**63, "Intel"), ("win32", "x86", 2**31, "64-bit Python")],
)
def test_a_machine_without_tensorflow(environment, monkeypatch, system, machine, size, said):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(sys, "maxsize", size)
    monkeypatch.setattr(environment.platform, "machine", lambda: machine)
    assert said in sentence(environment.main, [])


def test_no_network(environment):
    # A real run of the script, with a package index that is not there.
    mine = Path(environment.VENV, "mine")
    mine.mkdir(parents=True)
    closed = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_CONFIG_FILE": os.devnull}
    closed |= {"PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "", "PIP_USER": "1"}
    command = [sys.executable, environment.__file__]
    done = subprocess.run(command, env=os.environ | closed, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("The packages could not be downloaded: check")
    assert [*Path(environment.ROOT).glob(".venv*/*")] == [mine]


def test_pip_is_told_where_to_install(environment, monkeypatch):
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    ask = "import os; print(os.environ['PIP_USER'], 'PIP_TARGET' in os.environ)"
    assert environment.run([sys.executable, "-c", ask], "Python").split() == ["0", "False"]


def test_the_servers_of_pip_are_those_of_uv(environment, monkeypatch):
    told = "global.index-url='https://old/'\n:env:.index-url='https://mirror/simple'\nx.cert='/c'\n"
    told += "global.extra-index-url='https://a/ https://b/'\n"
    monkeypatch.setattr(environment, "run", lambda *_: told)
    monkeypatch.setenv("SSL_CERT_FILE", "/mine")
    assert environment.servers("python") == {
        "UV_DEFAULT_INDEX": "https://mirror/simple",
        "UV_INDEX": "https://a/ https://b/",
    }


def test_a_real_environment_may_be_moved_and_needs_nothing_of_the_one_it_replaces(environment):
    """As where an editor has activated .venv before `make` is called. The set is one package."""
    root, venv = Path(environment.ROOT), Path(environment.VENV)
    (root / environment.BOOK).write_text("-c constraints.txt\ntqdm\n")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    make = "import environment as e; e.PROOF = 'import tqdm'; e.check_space = id; e.main([])"
    command = [venv / environment.PYTHON, "-c", make]
    done = subprocess.run(command, cwd=root / "tools", capture_output=True, text=True)
    if "could not be downloaded" in done.stderr and not os.environ.get("CI"):
        pytest.skip("a set-up needs the network")
    assert done.returncode == 0, done.stderr
    moved = root.rename(root.parent / "our book") / ".venv"
    tool = moved / Path(environment.PYTHON).with_stem("tqdm")
    said = subprocess.run([tool, "--version"], capture_output=True, text=True)
    assert said.returncode == 0 and said.stdout.strip(), said.stderr
