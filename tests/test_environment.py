"""The set-up: one sentence for whatever stops it, and what worked goes on working."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import ROOT

SETS = ["requirements.txt", "tests/requirements.txt"]
SERVER = "HTTPSConnectionPool(host='pypi.org', port=443)"
RETRY = f"""WARNING: Retrying (Retry(total=%d, connect=None)) after connection broken by \
'NewConnectionError("{SERVER}: Failed to establish a new connection")': /simple/numpy/"""
NONE = """ERROR: Could not find a version that satisfies the requirement numpy (from versions: none)
ERROR: No matching distribution found for numpy"""


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


# What stops it before anything is done


def test_python_out_of_range(environment, monkeypatch):
    monkeypatch.setattr(environment, "VERSIONS", ["3.99"])
    assert "needs Python 3.11 to 3.13" in sentence(environment.find_python)


def test_the_environment_is_not_made_with_the_one_it_replaces(environment):
    # As where an editor has activated .venv before `make` is called.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment.VENV], check=True)
    ask = "import environment; print(environment.find_python())"
    folder = Path(environment.__file__).parent
    command = [environment.python_of(environment.VENV), "-c", ask]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    assert not done.stdout.startswith(environment.VENV)
    assert Path(done.stdout.strip()).exists()


def test_python_without_venv(environment, monkeypatch, tmp_path):
    (tmp_path / "ensurepip.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert "-venv`" in sentence(environment.check_machine, sys.executable)


def test_full_disk_before(environment, monkeypatch):
    nearly_full = shutil.disk_usage(ROOT)._replace(free=10**6)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: nearly_full)
    assert "disk is too full" in sentence(environment.check_space, environment.BOOK)


# What pip says


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (f"{RETRY % 1}\n{RETRY % 0}\n{NONE}", "The packages could not be downloaded"),
        (f"ERROR: Could not install: {SERVER}: Max retries", "The packages could not be downl"),
        ("error: connection-failed\n\n× No answer", "The packages could not be downloaded"),
        ("pip._vendor.urllib3.exceptions.ReadTimeoutError: …", "The packages could not be downl"),
        ("ERROR: Could not install … [Errno 28] No space left", "The disk filled up"),
        (NONE, "No matching distribution found for numpy"),
        (NONE.replace("numpy", "jupyter-server-proxy"), "for jupyter-server-proxy"),
        (f"{RETRY % 1}\nERROR: No file of pyopenssl fits its hash", "pyopenssl fits its hash"),
        (f"{RETRY % 0}\nERROR: No file of numpy fits its hash", "numpy fits its hash"),
        (f"{RETRY % 0}\nERROR: ResolutionImpossible: …", "The packages could not be downloaded"),
        ("", "it gives no reason"),
    ],
)
def test_reason(environment, said, sentence):
    assert sentence in environment.reason(said)


# What happens when it fails or is stopped half way, with a pip that downloads nothing


@pytest.fixture
def pip(environment, monkeypatch):
    """A stand-in for venv and pip: what it installs is a script; what it is told to do, it does."""
    told = SimpleNamespace(fail=None, calls=[], variables=None, done=lambda: None)

    def run(command, **options):
        folder = Path(command[0]).parent.parent
        done = SimpleNamespace(returncode=0, stdout="", stderr="")
        if "venv" in command:
            scripts = Path(command[-1], environment.SCRIPTS)
            scripts.mkdir(parents=True)
            (scripts / environment.NAME).touch()
            (scripts / "tool").write_text(f"#!{scripts / environment.NAME}\n")
        elif "pip" in command:
            told.variables = options["env"]
            told.calls.append(command[-1])
            if told.fail in (command[-1], "any"):
                told.done()
                done.returncode, done.stderr = 1, "ERROR: a reason."
        elif environment.PROOF in command:
            done.returncode = int(told.fail == "proof")
            done.stderr = "no module."
        elif not Path(command[0]).exists():
            raise FileNotFoundError(command[0])
        elif folder.name.startswith(".venv"):
            done.stdout = "3.12\n"
        else:
            done.stdout = environment.VERSIONS[0]
        return done

    fake = SimpleNamespace(run=run, PIPE=None, DEVNULL=None)
    monkeypatch.setattr(environment, "subprocess", fake)
    monkeypatch.setattr(environment, "check_space", lambda name: None)
    monkeypatch.setattr(environment, "find_python", lambda: sys.executable)
    return told


def tool(environment):
    """The interpreter that an installed script names, and whether nothing lies about."""
    folders = sorted(path.name for path in Path(environment.ROOT).glob(".venv*"))
    assert folders == [".venv"]
    return Path(environment.VENV, environment.SCRIPTS, "tool").read_text().strip()[2:]


def change(environment, name="constraints.txt"):
    """Change what the environment must hold."""
    with open(Path(environment.ROOT, name), "a") as stream:
        stream.write("another==1.0\n")


def test_it_is_made_once_and_names_its_own_place(environment, pip):
    environment.main([])
    environment.main([])
    assert pip.calls == [environment.BOOK]
    assert tool(environment) == environment.python_of(environment.VENV)


def test_the_tests_packages_are_added(environment, pip):
    environment.main([])
    environment.main(["--tests"])
    environment.main([])
    assert pip.calls == [environment.BOOK, environment.TESTS]


def test_changed_requirements_are_noticed(environment, pip):
    environment.main(["--tests"])
    for name in ("constraints.txt", environment.BOOK, environment.TESTS):
        pip.calls.clear()
        change(environment, name)
        environment.main([])
        # What was there for the tests is there again.
        assert pip.calls == [environment.BOOK, environment.TESTS]


def interrupted():
    raise KeyboardInterrupt


def disk_full():
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("fail", ["requirements.txt", os.path.join("tests", "requirements.txt")])
@pytest.mark.parametrize("how", [lambda: None, interrupted, disk_full])
def test_what_worked_still_works_after_a_failure(environment, pip, fail, how):
    environment.main(["--tests"])
    Path(environment.VENV, "mine").touch()
    before = tool(environment)
    change(environment)
    pip.fail, pip.done = fail, how
    with pytest.raises((SystemExit, KeyboardInterrupt, OSError)):
        environment.main([])
    assert Path(environment.VENV, "mine").exists() and tool(environment) == before
    pip.fail = None
    environment.main([])
    assert not Path(environment.VENV, "mine").exists() and tool(environment) == before


def test_packages_that_do_not_work_do_not_take_the_place(environment, pip):
    environment.main([])
    Path(environment.VENV, "mine").touch()
    change(environment)
    pip.fail = "proof"
    assert "do not work: no module" in sentence(environment.main, [])
    assert Path(environment.VENV, "mine").exists()
    tool(environment)


@pytest.mark.parametrize("aside", [True, False])
def test_a_kill_at_any_moment_is_mended(environment, pip, aside):
    environment.main([])
    Path(environment.NEW).mkdir()
    if aside:  # between the two steps of the exchange
        Path(environment.VENV).rename(environment.OLD)
    environment.main([])
    assert pip.calls == [environment.BOOK]
    tool(environment)


def test_a_renamed_folder_is_noticed(environment, pip, monkeypatch, tmp_path):
    environment.main([])
    moved = (tmp_path / "my book").rename(tmp_path / "our book")
    for name in ("ROOT", "VENV", "NEW", "OLD"):
        place = getattr(environment, name).replace("my book", "our book")
        monkeypatch.setattr(environment, name, place)
    environment.main([])
    assert pip.calls == [environment.BOOK]  # nothing is downloaded again
    assert tool(environment) == str(moved / ".venv" / environment.SCRIPTS / environment.NAME)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_to_an_environment_is_replaced_and_what_it_names_stays(environment, pip, tmp_path):
    environment.main([])
    shared = Path(environment.VENV).rename(tmp_path / "shared")
    Path(environment.VENV).symlink_to(shared)
    change(environment)
    environment.main([])
    assert shared.is_dir() and not Path(environment.VENV).is_symlink()


def test_pip_is_told_where_to_install_and_keeps_its_servers(environment, pip, monkeypatch):
    own = {"PIP_USER": "1", "PIP_TARGET": "/elsewhere", "PIP_INDEX_URL": "https://mirror/simple"}
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    environment.main([])
    assert pip.variables["PIP_USER"] == "0" and "PIP_TARGET" not in pip.variables
    assert pip.variables["PIP_INDEX_URL"] == own["PIP_INDEX_URL"]


def test_no_network_and_a_pip_that_installs_for_the_user(environment):
    # A real run of the script, with a package index that is not there.
    Path(environment.VENV).mkdir()
    Path(environment.VENV, "mine").touch()
    closed = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_CONFIG_FILE": os.devnull}
    closed |= {"PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "", "PIP_USER": "1"}
    done = subprocess.run(
        [sys.executable, environment.__file__],
        env=os.environ | closed,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == environment.NO_NETWORK
    assert os.listdir(environment.VENV) == ["mine"]
    assert not os.path.exists(environment.NEW)
