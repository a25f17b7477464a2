"""What every stored chapter must be. Its outputs themselves are nbval's to compare."""

import ast
import itertools
import json
import re
import sys
from types import SimpleNamespace

import pytest
from conftest import ROOT

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
LONGEST_CELL = 24  # lines of code shown at once, without comments and docstrings: one screen
MOST_EXEMPT_CELLS = 5  # in the whole book, each with its reason
FOLDED = {"hide-cell", "hide-input", "remove-cell", "remove-input"}
NOT_COMPARED = re.compile(r"nbval-|raises-exception")
GLOSSARY = (ROOT / "chapters/glossary.md").read_text(encoding="utf-8")
# How a term appears in a sentence, where that is more than its name and an s.
FORMS = {
    "Back-propagation through time": r"(?<!truncated )(back-propagation through time|BPTT)",
    "Batch": "batch(es)?",
    "Bidirectional layer": "bidirectional",
    "Cell": "(is a|recurrent|LSTM|GRU) cell",  # notebooks have cells too
    "Clipping": "clip(s|ped|ping)?",
    "Encoder–decoder": "encoder",
    "Exploding gradient": "exploding gradients?|gradients? (that )?(explodes?|grows?)",
    "Gate": "gates?|gated",
    "Gradient": "(?<!exploding )(?<!vanishing )gradients?",
    "Kernel": "(?<!recurrent )kernels?",
    "Leak": "leak(s|ed|ing)?",
    "Loss": "loss(es)?",
    "Mask": "mask(s|ed|ing)?",
    "Orthogonal matrix": "orthogonal",
    "Padding": "pad(s|ded|ding)?",
    "R2": r"R²|\$R\^2\$",
    "Stateful layer": "stateful",
    "Truncated BPTT": "truncated (BPTT|back-propagation)",
    "Unrolling": "unroll(s|ed|ing)?",
    "Vanishing gradient": "vanishing gradients?|gradients? vanish(es)?",
}
NO_PROSE = [
    r"^(?:[#|]|After this chapter|\*You need)[^\n]*$",  # titles, tables, the list at the top
    r"^```.*?^```$",
    r"^:::+\{figure-md\}.*?^:::+$",
    r"\$\$.*?\$\$",
    r"\$[^$]*\$",
    r"`[^`]*`",
    r"\{[\w:-]+\}",  # the names of roles
    r"<summary>.*?</summary>",
    r"!?\[[^\]]*\]\((?!glossary)[^)]*\)",  # links to other places
    r"\(glossary\.md[^)]*\)",
]
IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<target>[^)\s]+)[^)]*\)", re.DOTALL)


def source(cell):
    """A cell's text."""
    return "".join(cell["source"])


def code(notebook):
    """The code cells."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def text(output):
    """All that an output says in words."""
    said = list(output.get("text", ""))
    for kind, data in output.get("data", {}).items():
        said += list(data) if kind.startswith("text/") else []
    return "".join(said)


def exempt(cell):
    """Whether nbval is told to compare less of this cell, by a tag or by a comment."""
    return any(map(NOT_COMPARED.search, cell["metadata"].get("tags", []))) or re.search(
        r"^\s*#\s*(NBVAL|PYTEST_VALIDATE)", source(cell), re.MULTILINE
    )


def parse(cell):
    """A code cell's syntax tree, without Jupyter's own commands."""
    return ast.parse(re.sub(r"^(\s*)[%!].*$", r"\1pass", source(cell), flags=re.MULTILINE))


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


@pytest.fixture(params=CHAPTERS, ids=lambda path: path.stem)
def path(request):
    """One chapter's file."""
    return request.param


@pytest.fixture
def notebook(path):
    """One chapter as stored."""
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_book_has_chapters():
    assert CHAPTERS


def test_counts_show_one_run_from_top_to_bottom(notebook):
    # A cell without a count is one that nbval runs and does not compare.
    counts = [cell["execution_count"] for cell in code(notebook)]
    assert counts == list(range(1, len(counts) + 1))


def test_outputs_hold_no_stderr_error_or_warning(notebook):
    for cell in code(notebook):
        for output in cell["outputs"]:
            assert output.get("name") != "stderr", source(cell)
            assert output["output_type"] != "error", source(cell)
            assert not re.search(r"Warning:|Traceback \(most", text(output)), source(cell)


def test_every_figure_has_alt_text_and_a_caption(notebook):
    for cell in code(notebook):
        if any(k.startswith("image/") for o in cell["outputs"] for k in o.get("data", {})):
            shown = cell["metadata"].get("mystnb", {})
            assert len(shown.get("image", {}).get("alt", "")) > 30, source(cell)
            assert len(shown.get("figure", {}).get("caption", "")) > 20, source(cell)
            assert shown["figure"].get("name", "").startswith("fig-"), source(cell)


def test_every_drawing_has_alt_text_and_is_there(path, notebook):
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            for image in IMAGE.finditer(source(cell)):
                assert len(image["alt"]) > 30, image[0]
                assert (path.parent / image["target"]).is_file(), image["target"]


def test_exempt_cells_say_why(notebook):
    for cell in filter(exempt, code(notebook)):
        assert cell["metadata"].get("reason"), source(cell)


def test_few_cells_are_exempt():
    cells = [c for p in CHAPTERS for c in code(json.loads(p.read_text(encoding="utf-8")))]
    assert sum(map(bool, map(exempt, cells))) <= MOST_EXEMPT_CELLS


def test_no_warning_is_silenced(notebook):
    for cell in code(notebook):
        assert not re.search(r"filterwarnings|simplefilter|showwarning", source(cell)), source(cell)


def test_tex_in_strings_is_raw(notebook):
    # In "\tau" and "\beta" Python reads a tab and a backspace; ruff catches the rest (W605).
    for cell in code(notebook):
        for node in ast.walk(parse(cell)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not set(node.value) & set("\a\b\f\r\t\v"), source(cell)


def test_cells_are_short(notebook):
    for cell in code(notebook):
        if not FOLDED & set(cell["metadata"].get("tags", [])):
            assert lines(cell) <= LONGEST_CELL, source(cell)


def test_ids_are_unique(notebook):
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(ids) == len(set(ids))


def test_nothing_volatile_is_stored(notebook):
    assert set(notebook["metadata"]) == {"kernelspec", "language_info", "verified"}
    assert notebook["metadata"]["language_info"] == {"name": "python"}
    for cell in notebook["cells"]:
        allowed = {"tags", "mystnb", "reason"}
        assert set(cell["metadata"]) <= allowed, source(cell)


def test_file_is_as_refresh_writes_it(path, notebook):
    stored = path.read_text(encoding="utf-8")
    assert stored == json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def test_chapter_says_what_it_takes(notebook):
    # What a reader needs, and the minutes, stand before the first heading of the second rank.
    opening = "".join(source(cell) for cell in notebook["cells"]).split("\n## ")[0]
    assert opening.startswith("# ")
    assert "*You need:*" in opening
    assert re.search(r"\*Time:\* \d+ minutes", opening)


def test_an_old_keras_is_told_so(notebook, monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", SimpleNamespace(__version__="2.15.0"))
    monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace())
    for cell in code(notebook):
        if "import keras" in source(cell):
            with pytest.raises(ImportError, match=r"Keras 3 is needed, this is 2\.15\.0: pip"):
                exec(source(cell), {})


def prose(cell):
    """A text cell with blanks for what is no running text, so that places stay what they are."""
    either = re.compile("|".join(NO_PROSE), re.MULTILINE | re.DOTALL)
    kept = "$R^2$"  # a term that is a formula
    return either.sub(lambda m: kept if m[0] == kept else " " * len(m[0]), source(cell))


def unlinked(notebook):
    """Each term of the glossary that this chapter does not link where it first uses it."""
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    for term in re.findall("^## (.*)$", GLOSSARY, re.MULTILINE):
        form = re.compile(rf"(?<![\w-])({FORMS.get(term, term + 's?')})(?![\w-])", re.IGNORECASE)
        slug = re.sub(r"[^\w -]", "", term.lower()).replace(" ", "-")
        link = re.compile(rf"\[[^\]]*\]\(glossary\.md#{slug}\)")
        uses = ((cell, use.start()) for cell in cells if (use := form.search(prose(cell))))
        for cell, place in itertools.islice(uses, 1):
            if not any(m.start() < place < m.end() for m in link.finditer(source(cell))):
                yield f"{term}: …{source(cell)[max(0, place - 40) : place + 40]}…"


def test_terms_are_linked_where_they_are_first_used(notebook):
    assert not list(unlinked(notebook))


def test_an_unlinked_term_is_noticed(notebook):
    links = 0
    for cell in notebook["cells"]:
        for link in re.findall(r"\[[^\]]*\]\(glossary\.md#[^)]*\)", source(cell)):
            whole = cell["source"]
            cell["source"] = [source(cell).replace(link, link[1:].split("]")[0], 1)]
            assert list(unlinked(notebook)), link
            cell["source"] = whole
            links += 1
    assert links
