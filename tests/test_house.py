"""Lock, workflows and README: what surrounds the chapters."""

import re
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
    for python in ("3.11", "3.12", "3.13")
]


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


def test_lock_names_no_server_no_path_and_no_release_of_a_python():
    """Or a stick that was made on 3.11.7 could not be installed on 3.11.2."""
    assert not re.search(
        r"https?:|file:|--|/|'\d+\.\d+\.\d+'", (ROOT / "constraints.txt").read_text()
    )


def test_exactly_one_tensorflow_everywhere():
    named = [r for r in requirements("requirements.txt") if r.name.startswith("tensorflow")]
    for machine in MACHINES:
        assert sum(r.marker.evaluate(machine) for r in named) == 1, machine


@pytest.mark.parametrize(
    "command",
    [
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *WORKFLOWS],
        ["zizmor", "--offline", "--no-progress", ROOT / ".github"],
    ],
    ids=lambda command: command[0],
)
def test_workflows_are_sound(command):
    done = subprocess.run([BIN / command[0], *command[1:]], capture_output=True, text=True)
    assert WORKFLOWS and done.returncode == 0, done.stdout


def test_actions_are_pinned_by_commit():
    used = [line for path in WORKFLOWS for line in re.findall("uses: (.*)", path.read_text())]
    pinned = r"[\w.-]+/[\w.-]+@[0-9a-f]{40} # v[\d.]+|\./\.github/workflows/.*"
    assert [action for action in used if not re.fullmatch(pinned, action)] == []


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
