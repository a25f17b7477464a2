"""Print the built site as one PDF with contents and page numbers: ``make pdf``.

The pages of the site, in the order of its contents, become one document in which every link
between them is a link inside the PDF. A browser prints it twice: once to learn on which page each
chapter begins, and again with those numbers in the list of contents. Interactive figures are
printed as the still figures that they stand for, because the document loads no script.
"""

import os
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from bs4 import BeautifulSoup
from offers import NAME
from pypdf import PdfReader

SITE = Path(__file__).parent.parent / "_build/html"
BROWSERS = [
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "msedge"),
    # where a Mac and Windows keep them
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    *(
        os.path.join(os.environ.get(folder, ""), program)
        for folder in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")
        for program in ("Google/Chrome/Application/chrome.exe",
                        "Microsoft/Edge/Application/msedge.exe")
    ),
]  # fmt: skip
STYLE = """
@page { size: A4; margin: 20mm 20mm 22mm; @bottom-center { content: counter(page); } }
@page :first { @bottom-center { content: none; } }
html { font-size: 10.5pt; }
body { padding: 0; }
.chapter, .toc { break-before: page; }
.cover { padding-top: 60mm; }
.toc ol { list-style: none; padding: 0; }
.toc li { display: flex; gap: 0.5em; margin: 0.35em 0; }
.toc li.inner { margin-left: 1.5em; }
.toc li::before { content: ""; order: 1; flex: 1; border-bottom: 1px dotted;
  align-self: end; margin-bottom: 0.35em; opacity: 0.5; }
.toc li span { order: 2; }
.toc a, .chapter a { color: inherit; }
.toc a { text-decoration: none; }
h1, h2, h3, .unfolded > .title { break-after: avoid; }
.unfolded { margin: 0.8em 0; }
.unfolded:has(> .title) { padding: 0.3em 1em; border: 1px solid #bbb; }
.unfolded > .title { font-weight: 600; margin: 0.3em 0; }
.cell_input, .cell_input pre { break-inside: auto !important; }
pre { orphans: 5; widows: 5; }
"""


def find_browser():
    """The path of a Chromium-like browser; ends with a sentence when there is none."""
    for name in (os.environ.get("CHROME_PATH", ""), *BROWSERS):
        if path := shutil.which(name):
            return path
    sys.exit("No Chromium, Chrome or Edge was found to print with. Install one, or name it in "
             "CHROME_PATH.")  # fmt: skip


def parse(name):
    """One page of the site."""
    return BeautifulSoup((SITE / name).read_text("utf-8"), "html.parser")


def page_names():
    """The pages in the order of the site's contents, from the links in its sidebar."""
    links = parse("index.html").select("nav.bd-docs-nav a[href]")
    return [link["href"] if link["href"] != "#" else "index.html" for link in links]


def place(page, anchor=""):
    """The one name in the document for a place on a page."""
    return re.sub(r"\W", "-", page.removesuffix(".html")) + (f"--{anchor}" if anchor else "")


def unfold(details):
    """Paper cannot be unfolded: what is folded becomes a box with its title, if that says more."""
    details.name, details.summary.name = "div", "p"
    details["class"], title = "unfolded", details.p
    for label in title.select(".collapsed"):
        label.decompose()
    title["class"] = "title"
    if title.get_text(strip=True) == "Code":
        title.decompose()


def chapter(name, names):
    """The text of one page as an element, its links and ids made to fit the one document."""
    body = parse(name).select_one(".bd-article")
    for useless in body.select("a.headerlink, script, button, .toctree-wrapper"):
        useless.decompose()
    for details in body.find_all("details"):
        unfold(details)
    for element in body.find_all(id=True):
        element["id"] = place(name, element["id"])
    here = posixpath.dirname(name)
    for image in body.find_all("img"):
        image["src"] = posixpath.normpath(posixpath.join(here, image["src"]))
        del image["loading"]
    for link in body.find_all("a", href=True):
        path, anchor = urldefrag(link["href"])
        target = posixpath.normpath(posixpath.join(here, path)) if path else name
        if target in names:
            link["href"] = "#" + place(target, anchor)
        elif not urlsplit(link["href"]).scheme:
            link.unwrap()  # a file of the site, which paper cannot reach
    body.attrs = {"class": "chapter", "id": place(name)}
    return body


def contents(chapters, numbers):
    """The list of contents: chapters and their sections, with page numbers where known."""
    rows = []
    for body in chapters:
        for heading in body.select("h1, h2:has(.section-number)"):
            inner = heading.name == "h2"
            target = heading.parent["id"] if inner else body["id"]
            rows.append(
                f'<li class="{"inner" if inner else "outer"}"><a href="#{target}">'
                f"{heading.get_text()}</a><span>{numbers.get(target, 0)}</span></li>"
            )
    return f'<nav class="toc"><h1>Contents</h1><ol>{"".join(rows)}</ol></nav>'


def document(chapters, numbers):
    """The whole book as one page of HTML."""
    title = chapters[0].h1.get_text()
    text = "".join(map(str, chapters))
    return (
        '<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f'<title>{title}</title><link rel="stylesheet" href="_static/book.css">'
        f'<style>{STYLE}</style></head><body><div class="cover"><h1>{title}</h1></div>'
        f"{contents(chapters, numbers)}"
        f'<main class="bd-content"><div class="bd-article">{text}</div></main></body></html>'
    )


def drive(browser, *arguments):
    """Run a browser without a window, a profile or a network."""
    # Its sandbox works neither for root, as in a container, nor on GitHub's Ubuntu.
    bare = sys.platform == "linux" and (os.getuid() == 0 or "CI" in os.environ)
    quiet = ["--headless", "--disable-gpu", "--no-first-run", *["--no-sandbox"] * bare]
    quiet += [f"--disable-{what}" for what in ("background-networking", "component-update", "sync")]
    with tempfile.TemporaryDirectory() as profile:
        quiet += ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={profile}"]
        command = [browser, *quiet, *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=300)


def print_pdf(browser, html, target):
    """Print HTML, which refers to the site's files, to ``target``."""
    source = SITE / "print.html"
    source.write_text(html, "utf-8")
    try:
        drive(browser, "--no-pdf-header-footer", "--generate-pdf-document-outline",
              f"--print-to-pdf={target}", source.as_uri())  # fmt: skip
    finally:
        source.unlink()


def main():
    """Print the book."""
    browser, names, target = find_browser(), page_names(), SITE / f"{NAME}.pdf"
    chapters = [chapter(name, names) for name in names]
    numbers = {}
    for _ in range(2):
        print_pdf(browser, document(chapters, numbers), target)
        pdf = PdfReader(target)
        for name, place in pdf.named_destinations.items():
            numbers[name.removeprefix("/")] = pdf.get_destination_page_number(place) + 1
    print(f"The book is {target}: {len(pdf.pages)} pages.")


if __name__ == "__main__":
    if sys.argv[1:]:
        SITE = Path(sys.argv[1]).resolve()  # the student's site: make student BOOK_PDF=1
    main()
