"""Put the definition of a term into each link to it, for ``static/terms.js`` to show.

The definition is the first paragraph of the glossary's entry without what stands in brackets, so
there is one source. A link to an entry that is not there is Sphinx' to complain of.
"""

import re

from bs4 import BeautifulSoup

ENTRY = re.compile(r"^## (.+)$\n+(.+)$", re.MULTILINE)
OTHER_NAMES = re.compile(r"^\([^)]*\)\s*")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
GLOSSARY = "glossary.html#"


def definitions(text):
    """Each entry's anchor and its first paragraph, as plain text."""
    for title, words in ENTRY.findall(text):
        anchor = re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        words = LINK.sub(r"\1", OTHER_NAMES.sub("", words))
        yield anchor, re.sub(r"[`*$\\]", "", words)


def explain(app, pagename, templatename, context, doctree):
    """Mark the links of one page."""
    if GLOSSARY not in context.get("body", "") or pagename.endswith("glossary"):
        return
    known = dict(definitions((app.srcdir / "chapters/glossary.md").read_text("utf-8")))
    soup = BeautifulSoup(context["body"], "html.parser")
    for link in soup.select(f'a[href*="{GLOSSARY}"]'):
        link["data-term"] = known[link["href"].partition("#")[2]]
    context["body"] = str(soup)


def setup(app):
    """Mark the links of every page when it is written."""
    app.connect("html-page-context", explain)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
