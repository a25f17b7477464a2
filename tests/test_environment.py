"""The set-up: one sentence for whatever stops it, and what worked goes on working."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from conftest import ROOT

SETS = ["requirements.txt", "tests/requirements.txt"]
CASES = yaml.safe_load((ROOT / "tests/cases/environment.yml").read_text("utf-8"))


@pytest.fixture
def environment(tmp_path):
    """The set-up script, for an empty copy of the book in a folder with a blank in its name."""
    book = tmp_path / "my book"
    for name in ("tools/environment.py", "constraints.txt", *SETS):
        (book / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, book / name)
    spec = importlib.util.spec_from_file_location("environment", book / "tools/environment.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sentence(call, *arguments):
    """The one sentence a call stops with."""
    with pytest.raises(SystemExit) as stopped:
        call(*arguments)
    said = str(stopped.value).strip()
    assert "\n" not in said and said.endswith(".")
    return said


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_a_failure_is_one_sentence(environment, case):
    said = environment.reason(case["said"], "it stopped")
    assert case["sentence"] in said and "\n" not in said


def test_full_disk_before(environment, monkeypatch):
    nearly_full = shutil.disk_usage(ROOT)._replace(free=10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: nearly_full)
    assert "disk is too full" in sentence(environment.check_space, environment.BOOK)


@pytest.mark.parametrize(
    ("system", "machine", "size", "said"),
    [("darwin", "x86_64", 2**63, "Intel"), ("win32", "x86", 2**31, "64-bit Python")],
)
def test_a_machine_without_tensorflow(environment, monkeypatch, system, machine, size, said):
    monkeypatch.setattr(environment.sys, "platform", system)
    monkeypatch.setattr(environment.sys, "maxsize", size)
    monkeypatch.setattr(environment.platform, "machine", lambda: machine)
    assert said in sentence(environment.check_machine)


# What happens when it fails or is stopped half way, with a uv that downloads nothing


@pytest.fixture
def uv(environment, monkeypatch):
    """A stand-in for pip and uv: an environment is a folder; what it is told to do, it does."""
    told = SimpleNamespace(fail=None, installed=[], done=lambda: None)

    def run(command, what, **variables):
        told.relocatable = "--relocatable" in command or getattr(told, "relocatable", False)
        if "--relocatable" in command:
            Path(command[-1]).mkdir()
        if "-r" in command:
            sets = command[command.index("--compile-bytecode") + 1 :][1::2]
            told.installed.append(sets)
            if told.fail in sets:
                told.done()
                environment.stop(f"{what}: a reason.")
        if environment.PROOF in command and told.fail == "proof":
            environment.stop(f"{what}: no module.")
        return ""

    monkeypatch.setattr(environment, "run", run)
    monkeypatch.setattr(environment, "check_space", lambda name: None)
    monkeypatch.setattr(environment, "works", lambda: Path(environment.VENV).is_dir())
    return told


def alone(environment):
    """Whether nothing half done lies about."""
    return [path.name for path in Path(environment.ROOT).glob(".venv*")] == [".venv"]


def change(environment, name="constraints.txt"):
    """Change what the environment must hold."""
    with open(Path(environment.ROOT, name), "a") as stream:
        stream.write("another==1.0\n")


def test_it_is_made_once_and_the_tests_packages_are_added(environment, uv):
    book, tests = [environment.BOOK], [environment.TESTS]
    for arguments in ([], [], ["--tests"], []):
        environment.main(arguments)
    assert uv.installed == [book, tests] and alone(environment)
    assert uv.relocatable, "its scripts find their Python when the folder is moved"
    for name in ("constraints.txt", environment.BOOK, environment.TESTS):
        uv.installed.clear()
        change(environment, name)
        environment.main([])
        assert uv.installed == [book + tests], "what was there for the tests is there again"


def interrupted():
    raise KeyboardInterrupt


def disk_full():
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("fail", ["requirements.txt", "proof"])
@pytest.mark.parametrize("how", [lambda: None, interrupted, disk_full])
def test_what_worked_still_works_after_a_failure(environment, uv, fail, how):
    environment.main(["--tests"])
    mine = Path(environment.VENV, "mine")
    mine.touch()
    change(environment)
    uv.fail, uv.done = fail, how
    with pytest.raises((SystemExit, KeyboardInterrupt, OSError)):
        environment.main([])
    assert mine.exists() and alone(environment)
    uv.fail = None
    environment.main([])
    assert not mine.exists() and alone(environment)


@pytest.mark.parametrize("aside", [True, False])
def test_a_kill_at_any_moment_is_mended(environment, uv, aside):
    environment.main([])
    Path(environment.NEW).mkdir()
    if aside:  # between the two steps of the exchange
        Path(environment.VENV).rename(environment.OLD)
    environment.main([])
    assert len(uv.installed) == 1 and alone(environment)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_to_an_environment_is_replaced_and_what_it_names_stays(environment, uv, tmp_path):
    environment.main([])
    shared = Path(environment.VENV).rename(tmp_path / "shared")
    Path(environment.VENV).symlink_to(shared)
    change(environment)
    environment.main([])
    assert shared.is_dir() and not Path(environment.VENV).is_symlink()


def test_no_network(environment):
    # A real run of the script, with a package index that is not there.
    Path(environment.VENV).mkdir()
    Path(environment.VENV, "mine").touch()
    closed = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_CONFIG_FILE": os.devnull}
    closed |= {"PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "", "PIP_USER": "1"}
    command = [sys.executable, environment.__file__]
    done = subprocess.run(command, env=os.environ | closed, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.strip().startswith("The packages could not be downloaded: check")
    assert os.listdir(environment.VENV) == ["mine"] and alone(environment)


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
