"""Make slides of every chapter, with notes for the presenter and as PDF: ``make slides``.

They are made of the built site (see deck.py), stand in one folder with all that they load, and need
no network.
"""

import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import book
from deck import Deck, inner, read
from pypdf import PdfReader

sys.path.insert(0, str(book.ROOT / "extensions"))

from print_book import drive, find_browser

PLACES = [book.BUILD / name for name in ("new-slides", "slides", "old-slides")]
OWN = Path(__file__).parent / "slides"  # style sheet, script
# Looked up, not imported: the package is an extension of Sphinx, and only its files are used.
REVEAL = Path(*find_spec("sphinx_revealjs").submodule_search_locations, "_static/revealjs")
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="_static/favicon.svg">
<link rel="stylesheet" href="_static/book.css">
<link rel="stylesheet" href="_static/reveal.css">
{sheet}<link rel="stylesheet" href="_static/slides.css">
</head>
<body>
{body}
</body>
</html>
"""
DECK = """<div class="reveal"><main class="slides">
{slides}
</main></div>
<script src="_static/reveal.js"></script>
<script src="_static/notes.js"></script>
<script src="_static/slides.js"></script>
{scripts}"""
LIST = """<main class="list">
<h1>Slides</h1>
<p>In the slides: <kbd>→</kbd> next step, <kbd>S</kbd> notes for the presenter,
<kbd>D</kbd> dark or light, <kbd>F</kbd> full screen, <kbd>O</kbd> all slides,
<kbd>?</kbd> every key. <kbd>Esc</kbd> leaves a figure that moves.</p>
<ol>
{}
</ol>
</main>
<script src="_static/slides.js"></script>"""


def page(deck):
    """The slides of a chapter as a page."""
    sheets, scripts = (
        "".join(map(str, deck.head.select(f"{tag}*='/explorables/']"))).replace("../", "")
        for tag in ("link[href", "script[src")
    )
    body = DECK.format(slides="\n".join(slide.html() for slide in deck.slides), scripts=scripts)
    return PAGE.format(title=deck.title, sheet=sheets, body=body)


def cards():
    """What the first page of the site says of each chapter, under the chapter's name."""
    found = read("index.html").select(".card-of-chapter")
    return {Path(card.a["href"]).stem: card for card in found}


def write(folder):
    """Write the slides of every chapter, and all that they load; gives how many each has."""
    shutil.copytree(book.SITE / "_images", folder / "_images")
    unused = shutil.ignore_patterns("locales", "scripts", "images", "book.js")
    shutil.copytree(book.SITE / "_static", folder / "_static", ignore=unused)
    files = ("dist/reveal.js", "dist/reveal.css", "plugin/notes/notes.js")
    for file in [*(REVEAL / name for name in files), *OWN.iterdir()]:
        shutil.copy(file, folder / "_static")
    shutil.copy(REVEAL / "LICENSE", folder / "_static/reveal-LICENSE.txt")
    decks = {name: Deck(name, str(card.img)) for name, card in cards().items()}
    for name, deck in decks.items():
        (folder / f"{name}.html").write_text(page(deck), "utf-8")
    return {name: len(deck.slides) for name, deck in decks.items()}


def print_pdf(browser, file, count):
    """Print the slides of one chapter, light, with all steps done, beside their page."""
    pdf = file.with_suffix(".pdf")
    drive(browser, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", file.as_uri() + "?print-pdf")
    if (pages := len(PdfReader(pdf).pages)) != count:
        raise OSError(f"{pdf.name} has {pages} pages for {count} slides")


def contents(printed):
    """The list of all slides, as a page."""
    rows = []
    for name, card in cards().items():
        pdf = f' · <a href="{name}.pdf">PDF</a>' if printed else ""
        question = inner(card.p).rpartition("</strong>")[2]
        rows.append(f'<li><a href="{name}.html">{card.a.get_text()}</a>{pdf}<br>{question}</li>')
    return PAGE.format(title="Slides", sheet="", body=LIST.format("\n".join(rows)))


def make():
    """New slides in the place of the old ones."""
    new, place, _ = PLACES
    counts = write(new)
    try:
        browser = find_browser()
    except SystemExit as none:
        print(f"There are no PDFs of the slides. {none}")
        browser = None
    for name in counts if browser else ():
        print_pdf(browser, new / f"{name}.html", counts[name])
    (new / "index.html").write_text(contents(browser), "utf-8")
    book.exchange(*PLACES)
    print(f"The slides are {place / 'index.html'}: {sum(counts.values())} in {len(counts)} sets.")


def main():
    """Make the slides, or say in one sentence why it cannot be done."""
    signal.signal(signal.SIGTERM, book.interrupt)
    book.clean(*PLACES)
    try:
        make()
    except KeyboardInterrupt:
        sys.exit("\nStopped; the slides are as they were.")
    except (OSError, subprocess.SubprocessError) as error:
        sys.exit(f"The slides were not made: {error}.")
    finally:
        book.clean(*PLACES)


if __name__ == "__main__":
    main()
