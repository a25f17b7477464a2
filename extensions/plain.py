"""Make figures, links and citations of the plain text that chapters are written in.

A chapter must read well in programs that know no directive, so it only says "**Figure 3.** What to
see." below a picture, "Figure 3 of [Unrolling](unrolling.ipynb)", "equation (1)" of a formula that
has a ``\\tag{1}``, and "[Elman, 1990](references.md#elman1990)". On the site a picture and its
caption become a figure, and what speaks of it a link. What leads nowhere is a warning, so that the
build stops: a picture without caption, a number out of order or twice, a number that is not there,
a reference that is not listed.
"""

import re

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

COUNT = "caption-number"
CAPTION = re.compile(r"Figure (\d+)\.")
TAG = re.compile(r"\s*\\tag\{([^}]*)\}")
NUMBER = re.compile(r"\(\d+\)|\d+")
REFERENCE = re.compile(  # "Figure 3", "equations (1) and (2)"
    r"\b(?P<kind>Figure|[Ee]quation)(?P<s>s)? "
    r"(?P<numbers>(?:N)(?(s)(?:(?:,|,? and) (?:N))*))".replace("N", NUMBER.pattern)
)
ONLY_HERE = "On the web page"  # so begins what other readers are told of a figure that moves
VERBATIM = (nodes.literal, nodes.FixedTextElement, nodes.math, nodes.raw, nodes.comment,
            nodes.title, nodes.reference, pending_xref)  # fmt: skip

log = logging.getLogger(__name__)


def picture_of(node):
    """The part of a paragraph or a cell that becomes a figure; None if it shows no picture."""
    if isinstance(node, nodes.paragraph) and [type(part) for part in node] == [nodes.image]:
        return node
    bundles = [b for b in node.findall(nodes.container) if b.get("nb_element") == "mime_bundle"]
    return next((b for b in reversed(bundles) if b.next_node(nodes.image)), None)


class Plain(SphinxTransform):
    """Make the figures of a page, number its equations, then link the text that names them."""

    default_priority = 400

    def apply(self):
        """Transform a page."""
        for text in list(self.document.findall(nodes.Text)):
            if not text.astext():  # MyST leaves one before what is bold
                text.parent.remove(text)
        captions = [
            (paragraph, int(found[1]))
            for paragraph in self.document.findall(nodes.paragraph)
            if isinstance(paragraph.next_node(), nodes.strong)
            and (found := CAPTION.fullmatch(paragraph[0].astext()))
        ]
        for count, (paragraph, number) in enumerate(captions, start=1):
            if number != count:
                log.warning("Figure %d where %d is next", number, count, location=paragraph)
            self.make_figure(paragraph, number)
        equations = [node for node in self.document.findall(nodes.math_block)
                     if TAG.search(node.astext())]  # fmt: skip
        for count, formula in enumerate(equations, start=1):
            self.number_equation(formula, str(count))
        for text in list(self.document.findall(nodes.Text)):
            if not self.inside(text, VERBATIM) and COUNT not in text.parent.get("classes", []):
                self.link(text)
        self.complain()

    @staticmethod
    def inside(node, kinds):
        """Whether a node stands in an element of certain kinds."""
        while node := node.parent:
            if isinstance(node, kinds):
                return True
        return False

    def note(self, node, kind, number):
        """Give a figure or an equation its id, under which every page can find it."""
        name = f"{kind}-{number}"
        node["ids"] = [name]
        labels = self.env.get_domain("std").anonlabels  # kept, and cleared, page by page
        labels[f"{self.env.docname}:{name}"] = self.env.docname, name

    def make_figure(self, paragraph, number):
        """Join a caption and the picture right above it."""
        siblings, place = paragraph.parent, paragraph.parent.index(paragraph)
        picture = picture_of(siblings[place - 1]) if place else None
        if picture is None:
            log.warning("Figure %d has no picture right above it", number, location=paragraph)
            return
        said = paragraph.children[1:]
        moves = place > 1 and siblings[place - 2].astext().startswith("<rnn-")
        if moves and said and said[-1].astext().startswith(ONLY_HERE):
            said.pop()
        count = nodes.inline("", f"Figure {number}.", classes=[COUNT])
        figure = nodes.figure()
        self.note(figure, "figure", number)
        paragraph.parent.remove(paragraph)
        picture.replace_self(figure)
        figure += picture[0] if isinstance(picture, nodes.paragraph) else picture
        figure += nodes.caption("", "", count, *said)
        figure[-1].source, figure[-1].line = paragraph.source, paragraph.line

    def number_equation(self, formula, due):
        """Show a formula's tag as its number."""
        tag, *more = TAG.findall(formula.astext())
        if tag != due:
            log.warning("equation (%s) where (%s) is next", tag, due, location=formula)
        if more:
            log.warning("a formula with two numbers, %s", formula.astext(), location=formula)
        formula[:] = [nodes.Text(TAG.sub("", formula.astext()))]
        formula["number"] = tag
        self.note(formula, "equation", tag)

    def link(self, text):
        """Make links of "Figure 3" and "equation (1)" in a piece of text."""
        words, done, pieces = text.astext(), 0, []
        for found in REFERENCE.finditer(words):
            page = text.next_node(descend=False, siblings=True)
            elsewhere = words[found.end() :] == " of " and isinstance(page, pending_xref)
            docname = page["reftarget"] if elsewhere else self.env.docname
            for number in NUMBER.finditer(words, *found.span("numbers")):
                begin = number.start() if found["s"] else found.start()
                name = f"{docname}:{found['kind'].lower()}-{number[0].strip('()')}"
                pieces.append(nodes.Text(words[done:begin]))
                pieces.append(self.reference(words[begin : number.end()], name, text.parent))
                done = number.end()
        text.parent.replace(text, [*pieces, nodes.Text(words[done:])])

    def reference(self, words, name, place):
        """A link to what ``note`` noted, resolved and checked when all pages are read."""
        options = {"refdomain": "std", "reftype": "ref", "refexplicit": True, "refwarn": True}
        options |= {"reftarget": name, "refdoc": self.env.docname}
        made = pending_xref("", nodes.inline("", words), **options)
        made.source, made.line = place.source, place.line
        return made

    def complain(self):
        """Warn of what is no figure, or says of a still figure that it moves."""
        for image in self.document.findall(nodes.image):
            if not self.inside(image, nodes.figure):
                log.warning("a picture without a caption: %s", image["uri"], location=image)
        for words in self.document.findall(nodes.emphasis):
            if words.astext().startswith(ONLY_HERE):
                log.warning("“%s …” below what does not move", ONLY_HERE, location=words)


def list_references(app, env):
    """Let MyST find the entries of the bibliography, which have no heading."""
    for citation in env.get_domain("cite").citations:
        slugs = env.metadata[citation.bibliography_key.docname].setdefault("myst_slugs", {})
        slugs[citation.key] = None, citation.citation_id, citation.key


def setup(app):
    """Transform every page after it is read; references are known when all pages are."""
    app.add_transform(Plain)
    app.connect("env-updated", list_references, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
