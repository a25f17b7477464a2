"""Make cards of the list of chapters on the first page, and say how each one is run.

The page is plain Markdown that also reads well where the source is shown. Here the picture of a
chapter becomes the picture of its card, the card gets the minutes that the chapter itself names,
and the paragraph "Run it yourself." gets the links that only the site knows: the zip of the
notebooks, and Colab and Binder if the repository's address is known.
"""

import re

from docutils import nodes
from downloads import NAME
from sphinx.addnodes import pending_xref
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

TIME = re.compile(r"\*Time:\* (\d+ minutes)")
RUN = "Run it yourself."

log = logging.getLogger(__name__)


class Cards(SphinxTransform):
    """Transform the first page, before a picture without a caption is complained of."""

    default_priority = 390

    def apply(self):
        """Transform the page that is read, if it is the first one."""
        if self.env.docname != self.config.root_doc:
            return
        for item in self.document.findall(nodes.list_item):
            image, link = item.next_node(nodes.image), item.next_node(pending_xref)
            if image and link:
                image.parent.remove(image)
                item.insert(0, nodes.figure("", image))
                item["classes"].append("card-of-chapter")
                if minutes := self.minutes(link["reftarget"]):
                    item += nodes.paragraph("", minutes, classes=["minutes"])
        for words in self.document.findall(nodes.strong):
            if words.astext() == RUN:
                words.parent += self.ways_to_run()

    def minutes(self, target):
        """What a chapter says of its time to read."""
        chapter = (self.env.srcdir / target).with_suffix(".ipynb")
        found = chapter.exists() and TIME.search(chapter.read_text("utf-8"))
        if not found:
            log.warning("no time to read in %s", chapter.name, location=self.env.docname)
            return ""
        self.env.note_dependency(chapter)
        return found[1]

    def ways_to_run(self):
        """The links, each as a part of a sentence."""
        ways = [(f"{NAME}.zip", "download all notebooks (zip)")]
        options = self.config.html_theme_options
        if "launch_buttons" in options:
            name = options["repository_url"].removeprefix("https://github.com/")
            path, branch = options.get("path_to_docs", ""), options["repository_branch"]
            chapters = f"{path}/chapters".lstrip("/")
            copies = branch if path else "notebooks"  # see repository.py
            ways += [
                (f"https://colab.research.google.com/github/{name}/tree/{copies}/{chapters}",
                 "open them in Colab"),
                (f"https://mybinder.org/v2/gh/{name}/{branch}?urlpath=lab/tree/{chapters}",
                 "start Binder"),
            ]  # fmt: skip
        parts = [nodes.Text(" Or: ")]
        for address, words in ways:
            parts += [nodes.reference("", words, refuri=address), nodes.Text(" · ")]
        return [*parts[:-1], nodes.Text(".")]


def setup(app):
    """Register with Sphinx."""
    app.add_transform(Cards)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
