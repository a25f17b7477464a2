"""Make every notebook that is offered for download complete in itself, pictures inside.

A chapter names its drawings by relative path, which is readable but leads nowhere once the notebook
has left the book. In the offered copy each picture stands in the cell itself, as a PNG: Colab shows
no embedded SVG and JupyterLab none that is attached, but all of them show this. Figures and
equations get the numbers they have in the book; links to other pages become links to the site when
its address is known, and plain words when it is not. Code and outputs are untouched.
"""

import base64
import json
import mimetypes
import posixpath
import re
from html import escape
from pathlib import Path

import matplotlib
import resvg_py
from sphinx.util import logging

SHARP = 2  # pixels per CSS pixel, for dense screens

IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>[^)\s]+)\)(?:\{[^}\n]*\})?")
LINK = re.compile(r"(?<!!)\[(?P<words>[^\]]+)\]\((?P<target>[^)\s]+)\)")
FIGURE = re.compile(
    r"^(?P<fence>:{3,})\{figure-md\}[ ]*(?P<label>\S*)[ ]*\n(?P<body>.*?)^(?P=fence)[ ]*$",
    re.MULTILINE | re.DOTALL,
)
EQUATION = re.compile(r"\$\$(?P<maths>[^$]+?)\s*\$\$[ ]?\((?P<label>[\w:-]+)\)")
REFERENCE = re.compile(r"\{(?:numref|eq)\}`(?:[^`<]*<)?(?P<label>[\w:-]+)>?`")
CITATION = re.compile(r"\{cite[:\w]*\}`(?P<keys>[^`]+)`")
ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:|//|#)", re.IGNORECASE)

logger = logging.getLogger(__name__)


def picture(file):
    """A picture file as a data URI and its width on the page; drawings become PNG."""
    data, kind, width = file.read_bytes(), mimetypes.guess_type(file.name)[0], None
    if file.suffix == ".svg":
        svg = data.decode()
        width = round(float(re.search(r'<svg[^>]*\bwidth="([\d.]+)"', svg)[1]))
        # Only matplotlib's own fonts, so that every machine draws the same.
        fonts = Path(matplotlib.get_data_path(), "fonts", "ttf")
        data = resvg_py.svg_to_bytes(
            svg_string=svg, zoom=SHARP, skip_system_fonts=True, font_dirs=[str(fonts)]
        )
        kind = "image/png"
    return f"data:{kind};base64,{base64.b64encode(data).decode()}", width


class Copy:
    """Rewrites the text of one notebook: where it stands, and what is known around it."""

    def __init__(self, folder, numbers=None, page=None):
        """`numbers` gives a figure's or equation's number by its label, `page` a link's address."""
        self.folder = folder
        self.numbers = numbers or {}
        self.page = page or (lambda target: None)

    def markdown(self, text):
        """A markdown cell with its pictures inside and nothing that points out of the file."""
        text = FIGURE.sub(self.figure, text)
        text = IMAGE.sub(self.image, text)
        text = LINK.sub(self.link, text)
        text = EQUATION.sub(self.equation, text)
        text = REFERENCE.sub(lambda found: self.numbers.get(found["label"], "this"), text)
        return CITATION.sub(self.citation, text)

    def figure(self, found):
        """A figure directive becomes its picture and its numbered caption."""
        image, _, caption = found["body"].strip().partition("\n\n")
        number = self.numbers.get(found["label"], "")
        number = number and f"*{number}.* "
        return f"{image}\n\n{number}{caption.strip()}".strip()

    def image(self, found):
        """A markdown image becomes an HTML one, which can say how wide it is."""
        file = Path(self.folder, found["path"])
        if ELSEWHERE.match(found["path"]):
            return found[0]
        if not file.is_file():
            logger.warning("no picture %s to put into a notebook of %s", found["path"], self.folder)
            return found[0]
        uri, width = picture(file)
        alt = escape(" ".join(found["alt"].split()))
        size = f' width="{width}"' if width else ""
        return f'<img alt="{alt}"{size} src="{uri}">'

    def link(self, found):
        """A link to another page leads to the site, or becomes its own words."""
        if ELSEWHERE.match(found["target"]):
            return found[0]
        address = self.page(found["target"])
        return f"[{found['words']}]({address})" if address else found["words"]

    def equation(self, found):
        """A labelled equation shows its number, which Jupyter would not count."""
        number = self.numbers.get(found["label"], "").strip("()")
        tag = f" \\tag{{{number}}}" if number else ""
        return f"$${found['maths']}{tag}\n$$"

    def citation(self, found):
        """`elman1990` becomes (Elman 1990)."""
        return f"({re.sub(r'([a-z]+)([0-9]+) *,? *', self.author, found['keys']).rstrip(', ')})"

    @staticmethod
    def author(found):
        """A key of the bibliography as an author and a year."""
        return f"{found[1].title()} {found[2]}, "

    def notebook(self, content):
        """A whole notebook, as read from its JSON."""
        cells = []
        for cell in content["cells"]:
            if cell["cell_type"] == "markdown":
                text = self.markdown("".join(cell["source"]))
                cell = {**cell, "source": text.splitlines(keepends=True)}
            cells.append(cell)
        return {**content, "cells": cells}


def page_address(app, docname, target):
    """The address on the site of a relative link to another page; None if it has none."""
    path, _, anchor = target.partition("#")
    name = posixpath.normpath(posixpath.join(posixpath.dirname(docname), path))
    name = re.sub(r"\.(?:ipynb|md|html)$", "", name)
    if not app.config.html_baseurl or name not in app.env.found_docs:
        return None
    address = app.config.html_baseurl.rstrip("/") + "/" + app.builder.get_target_uri(name)
    return f"{address}#{anchor}" if anchor else address


def printed_numbers(app):
    """Label to number, as they stand on the pages: 'Fig. 1.1' and '(1.1)'."""
    forms = {"figure": app.config.numfig_format.get("figure", "Fig. %s"), "displaymath": "(%s)"}
    return {
        label.removeprefix("equation-"): form % ".".join(map(str, number))
        for numbers in app.env.toc_fignumbers.values()
        for kind, form in forms.items()
        for label, number in numbers.get(kind, {}).items()
    }


def write_copies(app, error):
    """Replace the copies that Sphinx made of the notebooks by complete ones."""
    if error or app.builder.format != "html":
        return
    numbers = printed_numbers(app)
    for docname in sorted(app.env.found_docs):
        source = Path(app.srcdir, app.env.doc2path(docname))
        offered = Path(app.outdir, "_sources", f"{docname}.ipynb")
        if source.suffix != ".ipynb" or not offered.exists():
            continue
        copy = Copy(source.parent, numbers, lambda link, at=docname: page_address(app, at, link))
        content = copy.notebook(json.loads(source.read_text("utf-8")))
        text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        offered.write_text(text, "utf-8", newline="\n")


def setup(app):
    """Write the copies before they are packed into the zip."""
    app.connect("build-finished", write_copies, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
