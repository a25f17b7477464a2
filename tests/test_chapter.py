"""A chapter that `make chapter` begins passes the tests of a chapter before anything is changed."""

import shutil
import subprocess
import sys

from conftest import ROOT

FOLDERS = ("chapters", "diagrams", "explorables", "extensions", "tests", "tools")


def test_new_chapter_passes_and_is_listed(tmp_path):
    for name in FOLDERS:
        left = shutil.ignore_patterns("node_modules", "__pycache__")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=left)
    for name in ("_config.yml", "_toc.yml", "index.md", "requirements.txt"):
        shutil.copy(ROOT / name, tmp_path)

    def run(*arguments):
        command = [sys.executable, "-B", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8")

    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for name, said in {"": "Give a name", "My chapter": "Give a name", "gates": "already"}.items():
        done = run("tools/chapter.py", name)
        assert done.returncode and said in done.stderr and "Traceback" not in done.stderr
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = run("tools/chapter.py", "mine")
    assert done.returncode == 0, done.stderr
    assert "- file: chapters/mine\n" in (tmp_path / "_toc.yml").read_text()
    assert "](chapters/mine.ipynb)" in (tmp_path / "index.md").read_text()
    files = [f"tests/test_{name}.py" for name in ("text", "notebooks", "answers")]
    options = ["--config-file", "tests/pytest.ini", "--rootdir", ".", "-n", "0", "-k", "mine"]
    tested = run("-m", "pytest", *options, *files)
    assert tested.returncode == 0 and " passed" in tested.stdout, tested.stdout
