"""What a chapter's text must be: complete in every viewer, numbered, linked, not too long."""

import itertools
import re

from cases.text import FORMS, NO_PROSE, RAW
from conftest import ROOT
from notebooks import load, prose, shows_picture, source
from refresh import TIME, minutes, words

MOST_WORDS = 2600
LONGEST_RUN = 60  # seconds
GLOSSARY = (ROOT / "chapters/glossary.md").read_text(encoding="utf-8")
CODE = re.compile(r"^(```|~~~)(?!\{).*?^\1$|(?<!\})(`+)[^`].*?\2", re.MULTILINE | re.DOTALL)
MATHS = re.compile(r"\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)
IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<target>[^)\s]+)[^)]*\)", re.DOTALL)
CAPTION = re.compile(r"\*\*Figure (\d+)\.\*\* \S.{20}", re.DOTALL)
TAG = re.compile(r"\\tag\{([^}]*)\}")


def raw(text):
    """The markup in a text that another viewer would show as it stands."""
    without_code = CODE.sub(" ", text)
    without_maths = MATHS.sub(" $x$ ", without_code)
    where = {"a fenced directive": text, "a labelled equation": without_code}
    for name, form in RAW.items():
        for found in re.finditer(form, where.get(name, without_maths), re.MULTILINE):
            yield f"{name}: {found[0]}"


def test_text_needs_no_extension_to_be_read(notebook):
    for cell in prose(notebook):
        assert not list(raw(source(cell))), source(cell)


def test_the_glossary_needs_no_extension_to_be_read():
    assert not list(raw(GLOSSARY))


def figures(notebook):
    """Each picture with the paragraph after it, and each caption without a picture."""
    waiting = None  # the picture whose caption must come next
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            if waiting:
                yield waiting, ""
            waiting = "a plot" if any(map(shows_picture, cell["outputs"])) else None
            continue
        for paragraph in re.split(r"\n\s*\n", source(cell).strip()):
            if waiting or paragraph.startswith("**Figure "):
                yield waiting, paragraph
            waiting = paragraph if IMAGE.search(paragraph) else None
        if waiting:
            yield waiting, ""
            waiting = None
    if waiting:
        yield waiting, ""


def test_every_picture_has_its_numbered_caption(notebook):
    for number, (picture, caption) in enumerate(figures(notebook), start=1):
        assert picture, f"no picture stands before: {caption}"
        found = CAPTION.match(caption)
        assert found and int(found[1]) == number, f"after {picture}: {caption}"


def test_every_drawing_stands_alone_has_alt_text_and_is_there(path, notebook):
    for cell in prose(notebook):
        for image in IMAGE.finditer(source(cell)):
            assert len(image["alt"]) > 30, image[0]
            assert (path.parent / image["target"]).is_file(), image["target"]
            assert image[0] in re.split(r"\n\s*\n", source(cell).strip()), image[0]


def equations(notebook):
    """The numbers of a chapter's equations."""
    return [tag for cell in prose(notebook) for tag in TAG.findall(source(cell))]


def test_equations_are_numbered_in_order(notebook):
    tags = equations(notebook)
    assert tags == [str(number) for number in range(1, len(tags) + 1)]


def mentions(text):
    """Each figure or equation that a text names: kind, number, chapter (None for its own)."""
    kinds = {"Figure": r"\bFigures? ", "equation": r"\b[Ee]quations? "}
    numbers = {"Figure": r"\d+", "equation": r"\(\d+\)"}
    for kind, word in kinds.items():
        number = numbers[kind]
        several = rf"{word}({number}(?:(?:, | and |, and | to | or ){number})*)"
        for found in re.finditer(several + r"(?: (?:of|in) \[[^\]]*\]\((\w+)\.ipynb)?", text):
            for one in re.findall(r"\d+", found[1]):
                yield kind, int(one), found[2]


def test_every_figure_and_equation_that_is_named_exists(path, notebook):
    for cell in prose(notebook):
        for kind, number, chapter in mentions(source(cell)):
            named = load(path.with_stem(chapter)) if chapter else notebook
            there = list(figures(named)) if kind == "Figure" else equations(named)
            assert 1 <= number <= len(there), f"{kind} {number} of {chapter or path.stem}"


def test_chapter_says_what_it_gives_and_takes(notebook):
    # In the first cell; the two numbers are computed by `make refresh`.
    opening = source(notebook["cells"][0])
    assert opening.startswith("# ")
    assert "After this chapter you can" in opening
    assert "*You need:*" in opening
    read, run = map(int, TIME.search(opening).groups())
    assert read == minutes(notebook)
    assert run % 5 == 0 and run <= LONGEST_RUN


def test_chapter_is_not_too_long(notebook):
    assert words(notebook) <= MOST_WORDS


def running_text(cell):
    """A text cell with blanks for what is no running text, so that places stay what they are."""
    either = re.compile("|".join(NO_PROSE), re.MULTILINE | re.DOTALL)
    kept = "$R^2$"  # a term that is a formula
    return either.sub(lambda m: kept if m[0] == kept else " " * len(m[0]), source(cell))


def unlinked(notebook):
    """Each term of the glossary that this chapter does not link where it first uses it."""
    cells = prose(notebook)
    for term in re.findall("^## (.*)$", GLOSSARY, re.MULTILINE):
        form = re.compile(rf"(?<![\w-])({FORMS.get(term, term + 's?')})(?![\w-])", re.IGNORECASE)
        slug = re.sub(r"[^\w -]", "", term.lower()).replace(" ", "-")
        link = re.compile(rf"\[[^\]]*\]\(glossary\.md#{slug}\)")
        uses = ((cell, use.start()) for cell in cells if (use := form.search(running_text(cell))))
        for cell, place in itertools.islice(uses, 1):
            if not any(m.start() < place < m.end() for m in link.finditer(source(cell))):
                yield f"{term}: …{source(cell)[max(0, place - 40) : place + 40]}…"


def test_terms_are_linked_where_they_are_first_used(notebook):
    assert not list(unlinked(notebook))
