"""Set-up, lock, workflows and README: what surrounds the chapters."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

BIN = Path(sys.executable).parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SETS = ["requirements.txt", "tests/requirements.txt"]
# Where the book runs: system, processor and Python, as pip's markers name them.
MACHINES = [
    {
        "sys_platform": system,
        "platform_system": name,
        "platform_machine": processor,
        "os_name": "nt" if system == "win32" else "posix",
        "python_version": python,
        "python_full_version": f"{python}.9",
    }
    for system, name, processor in (
        ("linux", "Linux", "x86_64"),
        ("linux", "Linux", "aarch64"),
        ("darwin", "Darwin", "arm64"),
        ("win32", "Windows", "AMD64"),
    )
    for python in ("3.10", "3.11", "3.12", "3.13")
]


@pytest.fixture
def environment(tmp_path):
    """The set-up script, for an empty copy of the book."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "tests").mkdir()
    for name in ("tools/environment.py", "constraints.txt", *SETS):
        shutil.copy(ROOT / name, tmp_path / name)
    spec = importlib.util.spec_from_file_location("environment", tmp_path / "tools/environment.py")
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


def test_python_out_of_range(environment, monkeypatch):
    monkeypatch.setattr(environment, "VERSIONS", ["3.99"])
    assert "needs Python 3.10 to 3.13" in sentence(environment.find_python)


def test_the_environment_is_not_made_with_the_one_it_replaces(environment):
    # As where an editor has activated .venv before `make` is called.
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment.VENV], check=True)
    ask = "import environment; print(environment.find_python())"
    folder = Path(environment.__file__).parent
    command = [environment.PYTHON, "-c", ask]
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


def test_full_disk_on_the_way(environment):
    said = environment.reason("ERROR: Could not install packages due to an OSError: [Errno 28] …")
    assert said.startswith("The disk filled up")


def test_no_network(environment):
    # A real run of the script, with a package index that is not there.
    closed = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_CONFIG_FILE": os.devnull}
    closed |= {"PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "", "PYTHONPATH": ""}
    done = subprocess.run(
        [sys.executable, environment.__file__],
        env=os.environ | closed,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == environment.NO_NETWORK
    assert not environment.installed(environment.BOOK)


def test_an_interrupted_set_up_starts_again(environment, monkeypatch):
    made = []
    monkeypatch.setattr(environment, "installed", lambda name: True)
    monkeypatch.setattr(environment, "make_venv", lambda: made.append("venv"))
    monkeypatch.setattr(environment, "install", made.append)
    environment.main()
    assert made == []
    os.mkdir(environment.VENV)
    open(environment.UNFINISHED, "w").close()
    environment.main()
    assert made == ["venv", environment.BOOK]


def test_changed_requirements_are_noticed(environment):
    os.mkdir(environment.VENV)
    environment.PYTHON = sys.executable
    with open(environment.stamp(environment.BOOK), "w") as stream:
        stream.write(environment.digest(environment.BOOK))
    assert environment.installed(environment.BOOK)
    with open(Path(environment.ROOT) / "constraints.txt", "a") as stream:
        stream.write("another==1.0\n")
    assert not environment.installed(environment.BOOK)


def requirements(name):
    """The packages that a requirements file or the lock names."""
    lines = (ROOT / name).read_text().splitlines()
    return [Requirement(line) for line in lines if line and line[0] not in "#-"]


@pytest.mark.parametrize("name", SETS)
def test_lock_pins_every_requirement_everywhere(name):
    locked = requirements("constraints.txt")
    for wanted in requirements(name):
        for machine in MACHINES:
            if wanted.marker and not wanted.marker.evaluate(machine):
                continue
            pins = [
                pin.specifier
                for pin in locked
                if canonicalize_name(pin.name) == canonicalize_name(wanted.name)
                and (not pin.marker or pin.marker.evaluate(machine))
            ]
            assert len(pins) == 1, (wanted, machine, pins)
            version = re.fullmatch(r"==([\w.]+)", str(pins[0]))[1]
            assert wanted.specifier.contains(version), (wanted, version)


def test_exactly_one_tensorflow_everywhere():
    named = [r for r in requirements("requirements.txt") if r.name.startswith("tensorflow")]
    for machine in MACHINES:
        assert sum(r.marker.evaluate(machine) for r in named) == 1, machine


def test_lock_names_no_server_and_no_path():
    assert not re.search(r"https?:|file:|--|/", (ROOT / "constraints.txt").read_text())


def test_workflows_follow_the_schema():
    done = subprocess.run(
        [BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS],
        capture_output=True,
        text=True,
    )
    assert WORKFLOWS and done.returncode == 0, done.stdout


def test_workflows_are_clean_under_zizmor():
    done = subprocess.run(
        [BIN / "zizmor", "--offline", "--no-progress", ROOT / ".github"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit(workflow):
    for action in re.findall(r"uses: (.*)", workflow.read_text()):
        pinned = re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v[\d.]+", action)
        assert pinned or action.startswith("./.github/workflows/"), action


def test_readme_names_commands_that_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = re.findall(r"`make ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert {"book", "test"} <= set(named) <= targets


def test_readme_names_every_folder():
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"git cannot list the book's files: {done.stderr.strip()}")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in {line.split("/")[0] for line in done.stdout.splitlines() if "/" in line}:
        assert f"`{folder}/" in readme, folder
