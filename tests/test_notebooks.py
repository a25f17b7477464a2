"""What the code and the outputs of a stored chapter must be. The outputs are nbval's to compare."""

import ast
import builtins
import itertools
import json
import os
import re
import sys
from collections import Counter
from types import SimpleNamespace

import pytest
from notebooks import (
    APPROXIMATE,
    CHAPTERS,
    code,
    folded,
    load,
    parse,
    printed,
    said,
    shows_picture,
    source,
    tags,
)
from refresh import LANGUAGE, digest, shown_code

LONGEST_CELL = 24  # lines of code shown at once, without comments and docstrings: one screen
LONGEST_CODE = 220  # lines of code shown in a chapter
WIDTH, WIDE_CELLS = 45, 0.1  # letters a phone shows in a line; how many cells may be wider
WIDEST_OUTPUT = 60
VERDICTS = 0.05  # of what a chapter prints may be a bare True or False
MOST_EXEMPT_CELLS = 5  # in the whole book, each with its reason
NOT_COMPARED = re.compile(r"nbval-|raises-exception")
VERDICT = re.compile(r"(?:.*\W)?(?:True|False)\W*")
# Cells with the same text in every chapter that has them, and a line that shows which they are.
STANDARD = {
    "Keras": re.compile("^import keras$", re.MULTILINE),
    "plots": re.compile(r"^import matplotlib\.pyplot as plt$", re.MULTILINE),
    "replies": re.compile(r"^def reply\(", re.MULTILINE),
}


# What is stored


def test_counts_show_one_run_from_top_to_bottom(notebook):
    # A cell without a count is one that nbval runs and does not compare.
    counts = [cell["execution_count"] for cell in code(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_outputs_hold_no_stderr_error_or_warning(notebook):
    for cell in code(notebook):
        for output in cell["outputs"]:
            assert output.get("name") != "stderr", source(cell)
            assert output["output_type"] != "error", source(cell)
            assert not re.search(r"Warning:|Traceback \(most", said(output)), source(cell)


def exempt(cell):
    """Whether nbval is told to compare less of this cell, by a tag or by a comment."""
    comment = r"^\s*#\s*(NBVAL|PYTEST_VALIDATE)"
    return any(map(NOT_COMPARED.search, tags(cell))) or bool(re.search(comment, source(cell), re.M))


def test_exempt_cells_say_why(notebook):
    for cell in filter(exempt, code(notebook)):
        assert cell["metadata"].get("reason"), source(cell)


def test_few_cells_are_exempt():
    cells = [cell for path in CHAPTERS for cell in code(load(path))]
    assert cells and sum(map(exempt, cells)) <= MOST_EXEMPT_CELLS


def test_code_is_what_was_run(path, notebook):
    # Pictures are not compared, so an edit that changes one alone would go unseen.
    ran = notebook["metadata"]["verified"].get("code")
    assert ran == digest(notebook), f"{path.name} was edited: make refresh CHAPTER={path.stem}"


def test_nothing_volatile_is_stored(path, notebook):
    assert set(notebook["metadata"]) == {"kernelspec", "language_info", "verified"}
    assert notebook["metadata"]["language_info"] == LANGUAGE
    for cell in notebook["cells"]:
        assert set(cell["metadata"]) <= {"jupyter", "mystnb", "reason", "tags"}, source(cell)
        assert set(cell["metadata"].get("jupyter", {})) <= {"source_hidden", "outputs_hidden"}
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(ids) == len(set(ids))
    as_refresh_writes = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert path.read_text(encoding="utf-8") == as_refresh_writes


# Numbers that differ a little between processors


def test_one_number_follows_the_sign_of_approximation(notebook):
    for line in itertools.chain(*map(printed, code(notebook))):
        assert line.count("≈") == len(APPROXIMATE.findall(line)), line


def names(tree):
    """The names in a piece of code, without what is always there."""
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return found - set(dir(builtins))


def made_from(steps, found):
    """These names, and those that they were made from: what a loop runs over, what was assigned."""
    for _ in steps:
        for target, value in steps:
            if names(target) & found:
                found = found | names(value)
    return found


def approximate_values(tree):
    """The values that a cell prints after the sign."""
    for node in ast.walk(tree):
        parts = []
        if isinstance(node, ast.JoinedStr):
            parts = node.values
        elif isinstance(node, ast.Call):
            parts = node.args
        for text, value in itertools.pairwise(parts):
            if isinstance(text, ast.Constant) and re.search("≈ ?$", str(text.value)):
                yield getattr(value, "value", value)


def unbounded(cell, modules):
    """What a cell prints after the sign without an assert that bounds it."""
    tree = parse(cell)
    walk = list(ast.walk(tree))
    loops = [(n.target, n.iter) for n in walk if isinstance(n, ast.For | ast.comprehension)]
    made = [(t, n.value) for n in walk if isinstance(n, ast.Assign) for t in n.targets]
    asserts = [names(node.test) - modules for node in walk if isinstance(node, ast.Assert)]
    if any("≈" in line for line in printed(cell)) and not asserts:
        yield source(cell)
    bounded = set().union(*asserts)
    for value in approximate_values(tree):
        shown = names(value) - modules
        # The assert is about what is printed, or about what that was made from, or the other way.
        by_origin = made_from(loops + made, shown) & bounded
        by_result = made_from(loops, shown) & made_from(loops + made, bounded)
        if shown and not by_origin and not by_result:
            yield ast.unparse(value)


def test_every_approximate_number_has_its_assert(notebook):
    nodes = itertools.chain(*(ast.walk(parse(cell)) for cell in code(notebook)))
    imports = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {alias.asname or alias.name for node in imports for alias in node.names}
    for cell in code(notebook):
        assert not list(unbounded(cell, modules)), source(cell)


# What a reader sees


def test_results_are_numbers_and_no_verdicts(notebook):
    lines = [line.strip() for cell in code(notebook) for line in printed(cell)]
    verdicts = [line for line in lines if VERDICT.fullmatch(line)]
    assert len(verdicts) <= VERDICTS * len(lines), verdicts


def test_outputs_are_narrow(notebook):
    for cell in code(notebook):
        if "check_" not in source(cell):  # a reply may wrap
            assert all(len(line) <= WIDEST_OUTPUT for line in printed(cell)), source(cell)


def lines(cell):
    """How many lines of code a reader sees: no blank line, comment, or docstring."""
    hidden = set()
    for node in ast.walk(parse(cell)):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
            hidden |= set(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    return sum(
        number not in hidden and bool(line.split("#")[0].strip())
        for number, line in enumerate(source(cell).splitlines(), start=1)
    )


def test_cells_are_short_and_narrow(notebook):
    for cell in code(notebook):
        assert folded(cell) or lines(cell) <= LONGEST_CELL, source(cell)
    cells = shown_code(notebook)
    assert sum(map(len, cells)) <= LONGEST_CODE
    wide = [line for cell in cells for line in cell if len(line) > WIDTH]
    wide_cells = sum(any(len(line) > WIDTH for line in cell) for cell in cells)
    assert wide_cells <= WIDE_CELLS * len(cells), wide


def test_every_plot_has_alt_text(notebook):
    for cell in code(notebook):
        if shown := sum(map(shows_picture, cell["outputs"])):
            alt = cell["metadata"].get("mystnb", {}).get("image", {}).get("alt", "")
            assert shown == 1 and len(alt) > 30, source(cell)


# The code


@pytest.mark.parametrize("name", STANDARD)
def test_standard_cells_are_the_same_in_every_chapter(notebook, name):
    def these(chapter):
        cells = [cell for cell in code(chapter) if STANDARD[name].search(source(cell))]
        return [json.dumps([cell["metadata"], source(cell)]) for cell in cells]

    everywhere = Counter(itertools.chain(*(these(load(path)) for path in CHAPTERS)))
    assert set(these(notebook)) <= {cell for cell, _ in everywhere.most_common(1)}


def test_no_warning_is_silenced(notebook):
    for cell in code(notebook):
        assert not re.search(r"filterwarnings|simplefilter|showwarning", source(cell)), source(cell)


def test_tex_in_strings_is_raw(notebook):
    # In "\tau" and "\beta" Python reads a tab and a backspace; ruff catches the rest (W605).
    for cell in code(notebook):
        for node in ast.walk(parse(cell)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not set(node.value) & set("\a\b\f\r\t\v"), source(cell)


OLD_KERAS = SimpleNamespace(__version__="2.15.0")
JAX = SimpleNamespace(__version__="3.9.0", backend=SimpleNamespace(backend=lambda: "jax"))


@pytest.mark.parametrize(
    ("keras", "said"),
    [
        (OLD_KERAS, r"Keras 3 is needed, this is 2\.15\.0: pip"),
        (JAX, "another backend: restart the kernel"),
    ],
)
def test_a_keras_that_will_not_do_is_told_so(notebook, monkeypatch, keras, said):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setitem(sys.modules, "keras", keras)
    monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace())
    for cell in code(notebook):
        if STANDARD["Keras"].search(source(cell)):
            with pytest.raises(ImportError, match=said):
                exec(source(cell), {})
