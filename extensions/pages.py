"""Finish the pages: say what each one is, and mend what the theme and the outputs leave wrong.

The description is the page's first paragraph and the picture its first plot, so neither can drift
from the page. The date and the versions are those that ``make refresh`` left in the notebook.

The mends work on the elements of the whole page, and beside each stands what it mends. One that
finds nothing on the first page is a warning, so that the build stops: the theme has changed.
"""

import datetime
import json
import posixpath
import re
from html import escape
from pathlib import Path

from bs4 import BeautifulSoup, NavigableString
from docutils import nodes
from markupsafe import Markup
from PIL import Image
from sphinx.util import logging

log = logging.getLogger(__name__)
DESCRIPTION = 160  # characters that a search engine shows
NAMES = {"python": "Python", "tensorflow": "TensorFlow", "keras": "Keras", "numpy": "NumPy"}
LONG = 26  # characters of a formula or a piece of code that fit a phone
# The font of the formulas comes with the style sheet: coming later it would move the text. From a
# folder on disk it comes at once, and may not be preloaded.
PRELOAD = """<script>
  if (location.protocol !== 'file:')
    document.head.append(Object.assign(document.createElement('link'),
      {rel: 'preload', as: 'font', type: 'font/woff2', crossOrigin: '', href: '%s'}));
</script>"""

ATTRIBUTES = [  # elements, an attribute, its value (None takes it away)
    # An icon repeats its button's name to a screen reader.
    ('i[class*="fa-"], span.fa-solid', "aria-hidden", "true"),
    # The sidebar is outside every landmark.
    ("#pst-primary-sidebar", "role", "region"),
    ("#pst-primary-sidebar", "aria-label", "Book"),
    # A label differs from the text that is seen; a title on an icon is read as content.
    (".search-button-field", "aria-label", None),
    (".theme-switch, .search-button-field", "title", None),
    (".search-button-field", "data-bs-toggle", None),
    (".search-button-field kbd + kbd", "class", None),  # a Mac would show ⌘ twice
    # A download should not open as a page of its own.
    (".btn-download", "target", None),
    (".btn-download", "download", ""),
    # Scripts wait until the page is read. An inline one relies on them: as a module it waits too.
    ("script[src]", "defer", ""),
    ("script:-soup-contains('DOCUMENTATION_OPTIONS.')", "type", "module"),
]
REMOVED = [
    "#jb-print-docs-body",  # a list of contents for paper, with a second level-one heading
    "script[src*=fontawesome]",  # 1.5 MB that draw again what the icon font draws
    "link[rel=preload][as=script]",
    # The search index, on every page: only search.html searches.
    "meta[name='docsearch:version'] ~ script:is([src*=search], [src*=language_data])",
]


def description(doctree):
    """The first paragraph of a page (or its title) as plain text, cut at a word."""
    first = doctree.next_node(nodes.paragraph) or doctree.next_node(nodes.title) or doctree
    text = " ".join(first.astext().split())
    if len(text) > DESCRIPTION:
        text = text[: DESCRIPTION - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"
    return text


def picture(app, doctree):
    """Where on the site the first plot of a page stands; the book's own picture without one."""
    for image in doctree.findall(nodes.image):
        name = posixpath.basename(image["uri"])
        if name.endswith(".png") and name in app.builder.images.values():
            return f"_images/{name}"
    return "_static/preview.png"


def verified(file):
    """When a notebook was last run from top to bottom, and with what; None if it was not."""
    facts = json.loads(file.read_text("utf-8"))["metadata"].get("verified")
    if not facts:
        return None
    date = datetime.date.fromisoformat(facts["date"])
    return {
        "date": facts["date"],
        "words": f"{date.day} {date:%B %Y}",
        "versions": ", ".join(f"{NAMES[key]} {facts[key]}" for key in NAMES if key in facts),
    }


def say(app, pagename, templatename, context, doctree):
    """Put into the head what a page says when it is found or shared."""
    said = f"{pagename.capitalize()} · {app.config.html_title}"
    if doctree is not None:
        said = description(doctree)
        file = Path(app.env.doc2path(pagename))
        context["verified"] = verified(file) if file.suffix == ".ipynb" else None
    tags = {
        "og:type": "article",
        "og:site_name": app.config.html_title,
        "og:title": Markup(context.get("title", pagename.capitalize())).striptags(),
        "og:description": said,
    }
    if doctree is not None and app.config.html_baseurl:
        tags["og:url"] = context["pageurl"]
        tags["og:image"] = app.config.html_baseurl + picture(app, doctree)
        tags["twitter:card"] = "summary_large_image"
    lines = [f'<meta property="{name}" content="{escape(tags[name])}" />' for name in tags]
    if 'name="description"' not in context.get("metatags", ""):
        lines.append(f'<meta name="description" content="{escape(said)}" />')
    if "<math" in context.get("body", ""):
        lines.append(PRELOAD % context["pathto"]("_static/latinmodernmath.woff2", 1))
    context["metatags"] = "\n".join([context.get("metatags", ""), *lines])


def size(file):
    """Width and height of a picture in CSS pixels; a plot has more dots, so that it is sharper."""
    if file.suffix == ".svg":
        found = re.search(
            rb'<svg[^>]*? width="([\d.]+)"[^>]*? height="([\d.]+)"', file.read_bytes()
        )
        return round(float(found[1])), round(float(found[2]))
    with Image.open(file) as image:
        dots = image.info.get("dpi", (96, 96))[0]
        return tuple(round(side * 96 / dots) for side in image.size)


def mend_images(soup, files):
    """Give images their size, so that text does not jump, and load them when they are near.

    ``files`` is where the image of each name comes from.
    """
    for position, image in enumerate(soup.select(".bd-article img")):
        image.attrs.pop("style", None)  # a fixed height would squeeze it on a narrow screen
        if position:
            image["loading"] = "lazy"
        file = files.get(image["src"].rpartition("/")[2])
        if file and not image.get("width"):
            image["width"], image["height"] = map(str, size(file))


def mend_lines(soup):
    """Keep short code in one box, and a formula on one line with the comma after it.

    A long formula scrolls on a phone. A browser takes a formula for a picture: it never breaks
    inside, and always may beside it. A link that is a formula alone has no name for a screen
    reader: it gets the TeX.
    """
    for code in soup.select(":not(pre) > code"):
        if len(code.get_text()) < LONG:
            code["class"] = [*code.get("class", []), "glued"]
    for formula in soup.select("p math, li math, figcaption math, td math"):
        text = formula.get_text(strip=True)
        link = formula.find_parent("a")
        if link and link.get_text(strip=True) == text:
            link["title"] = formula.annotation.get_text()
        long = len(text) - len(formula.annotation.get_text()) > LONG
        before, after = formula.previous_sibling, formula.next_sibling
        joins_before = isinstance(before, NavigableString) and re.search(r"\S\Z", before)
        joins_after = isinstance(after, NavigableString) and re.match(r"\S", after)
        if long or joins_before or joins_after:
            kind = "long-formula" if long else "glued"
            span = formula.wrap(soup.new_tag("span", attrs={"class": kind}))
            if joins_before:
                before.replace_with(before[:-1])
                span.insert(0, before[-1])
            if joins_after:
                after.replace_with(after[1:])
                span.append(after[0])


def mend_theme(soup, missing):
    """Mend what the theme wrote; ``missing`` is told what was not found."""
    for selector, attribute, value in ATTRIBUTES:
        for element in soup.select(selector) or missing(selector):
            if value is None:
                del element[attribute]
            else:
                element[attribute] = value
    for selector in REMOVED:
        for element in soup.select(selector) or missing(selector):
            element.decompose()


def mend_text(soup):
    """Mend what a book need not have."""
    for cell in soup.select("thead th"):
        if not cell.get_text(strip=True):
            cell.name = "td"  # a header without a name is none
    for toggle in soup.select("summary:has(> .toctree-toggle)"):
        toggle["aria-label"] = "Its pages"  # it folds a part of the contents, and has only an icon
    for summary in soup.select("details.hide > summary"):
        del summary["aria-label"]  # it hides the text that is seen
        for label in summary.select("p"):
            label.name = "span"  # a summary may not hold paragraphs


def finish_pages(app):
    """Let every page pass through the mends after the theme has written it."""
    if app.builder.format != "html":
        return
    write = app.builder.templates.render

    def missing(selector):
        log.warning("pages.py finds no %s: has the theme changed?", selector)
        return []

    def finished(template, context):
        soup = BeautifulSoup(write(template, context), "html.parser")
        if soup.html:
            first = context["pagename"] == app.config.root_doc
            mend_theme(soup, missing if first else lambda selector: [])
            mend_text(soup)
            mend_images(soup, {n: Path(app.srcdir, file) for file, n in app.builder.images.items()})
            mend_lines(soup)
            app.emit("page-mended", soup, context["pagename"])
        return str(soup)

    app.builder.templates.render = finished


def setup(app):
    """Register with Sphinx; what other extensions change in a mended page they do in its event."""
    app.add_event("page-mended")
    app.connect("html-page-context", say)
    app.connect("builder-inited", finish_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
