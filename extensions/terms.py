"""Put the definition of a term into each link to it, for ``static/terms.js`` to show.

The definition is the first paragraph of the glossary's entry without what stands in brackets, so
there is one source. A link to an entry that is not there is Sphinx' to complain of.
"""

import re

from myst_parser.mdit_to_docutils.base import default_slugify

ENTRY = re.compile(r"^## (.+)$\n+(.+)$", re.MULTILINE)
OTHER_NAMES = re.compile(r"^\([^)]*\)\s*")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
GLOSSARY = "glossary.html#"


def definitions(text):
    """Each entry's anchor and its first paragraph, as plain text."""
    for title, words in ENTRY.findall(text):
        words = LINK.sub(r"\1", OTHER_NAMES.sub("", words))
        yield default_slugify(title), re.sub(r"[`*$\\]", "", words)


def explain(app, soup, pagename):
    """Mark the links of one page."""
    links = soup.select(f'main a[href*="{GLOSSARY}"]')
    if not links:
        return
    known = dict(definitions((app.srcdir / "chapters/glossary.md").read_text("utf-8")))
    for link in links:
        if words := known.get(link["href"].partition("#")[2]):
            link["data-term"] = words


def setup(app):
    """Mark the links of every page when it is mended."""
    app.connect("page-mended", explain)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
