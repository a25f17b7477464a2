"""What a page says of itself: a description, a picture when it is shared, and when it was proved.

The description is the page's first paragraph and the picture its first plot, so neither can
drift from the page. The date and the versions are those that ``make refresh`` left in the
notebook when it ran every cell.
"""

import datetime
import json
import posixpath

from docutils import nodes

DESCRIPTION = 160  # characters that a search engine shows
NAMES = {"python": "Python", "tensorflow": "TensorFlow", "keras": "Keras", "numpy": "NumPy"}


def description(doctree):
    """The first paragraph of a page as plain text, cut at a word."""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        if len(text) > DESCRIPTION:
            text = text[: DESCRIPTION - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"
        return text
    return ""


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


def add_facts(app, pagename, templatename, context, doctree):
    """Hand the facts to the templates."""
    if doctree is None:
        context["description"] = f"{pagename.capitalize()} · {app.config.html_title}"
        return
    context["description"] = description(doctree)
    context["preview"] = app.config.html_baseurl + picture(app, doctree)
    file = app.env.doc2path(pagename)
    if str(file).endswith(".ipynb"):
        context["verified"] = verified(app.srcdir / file)


def setup(app):
    """Add the facts to every page."""
    app.connect("html-page-context", add_facts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
