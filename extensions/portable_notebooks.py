"""Make every notebook that is offered for download complete in itself, pictures inside.

A chapter names its drawings by relative path, which is readable but leads nowhere once the notebook
has left the book. In the offered copy each drawing stands in the cell itself, as a PNG: Colab shows
no embedded SVG and JupyterLab none that is attached, but all of them show this. Links to other
pages of the book become links to the site when its address is known, and plain words when it is
not. A file that a chapter reads, such as "data/alice.txt", comes along in one folded cell that
writes it beside the notebook if it is not there. Everything else, code and outputs above all, is
the chapter's own.
"""

import base64
import mimetypes
import re
import zlib
from functools import partial
from html import escape
from itertools import accumulate
from pathlib import Path
from urllib.parse import urldefrag

import matplotlib
import nbformat
import resvg_py
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath import dollarmath_plugin
from sphinx.util import docname_join, logging

SHARP = 2  # pixels per CSS pixel, for dense screens
# Only matplotlib's own fonts, so that every machine draws the same.
FONTS = str(Path(matplotlib.get_data_path(), "fonts", "ttf"))
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#", re.IGNORECASE)
READS = re.compile(r"""["'](data/[\w.-]+)["']""")
DATA = "data-"  # how the name of an added cell begins
DATA_CELL = """\
# @title Only in this copy: {name}, written beside the notebook if it is not there
import base64
import zlib
from pathlib import Path

file = Path("{name}")
if not file.exists():
    file.parent.mkdir(exist_ok=True)
    packed = "{packed}"
    file.write_bytes(zlib.decompress(base64.b64decode(packed)))
    del packed
del file, base64, zlib, Path"""
MARKDOWN = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)

logger = logging.getLogger(__name__)


def links_and_images(text):
    """Where every link and image of a Markdown text begins and ends, and what it is.

    Markdown's own parser finds them, so what looks like one inside code or a formula is none.
    """
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    end = 0
    for block in MARKDOWN.parse(text):
        if block.type != "inline":
            continue
        places = []  # of each character of the block in the text, which has indents and markers
        for number, line in enumerate(block.content.split("\n"), start=block.map[0]):
            begin = text.index(line, max(end, starts[number]))
            end = begin + len(line)
            places += range(begin, end + 1)
        state = StateInline(block.content, MARKDOWN, {}, [])
        while (begin := state.pos) < state.posMax:
            MARKDOWN.inline.skipToken(state)
            found = MARKDOWN.parseInline(block.content[begin : state.pos])[0].children
            if block.content[begin] in "![" and found[0].type in ("image", "link_open"):
                yield places[begin], places[state.pos - 1] + 1, found[0]


def complete(text, folder, page):
    """Markdown text with its pictures inside and nothing that points out of the file.

    ``folder`` is where its relative paths begin; ``page`` gives the address of another page.
    """
    parts, done = [], 0
    for begin, end, found in links_and_images(text):
        source = text[begin:end]
        target = found.attrs["src" if found.type == "image" else "href"]
        if ELSEWHERE.match(target):
            continue
        if found.type == "image":
            new = inside(Path(folder, target), found.content) or source
        else:
            words, address = source[1 : source.rindex("](")], page(target)
            new = f"[{words}]({address})" if address else words
        parts += text[done:begin], new
        done = end
    return "".join(parts) + text[done:]


def inside(file, alt):
    """A picture as an HTML image, which can say how wide it is; None without the file."""
    if not file.is_file():
        logger.warning("there is no picture %s to put into the notebook", file)
        return None
    data, kind, size = file.read_bytes(), mimetypes.guess_type(file.name)[0], ""
    if file.suffix == ".svg":
        svg, kind = data.decode(), "image/png"
        width = float(re.search(r'<svg[^>]*\bwidth="([\d.]+)"', svg)[1])
        size = f' width="{width:.0f}"'
        data = resvg_py.svg_to_bytes(
            svg_string=svg, zoom=SHARP, skip_system_fonts=True, font_dirs=[FONTS]
        )
    uri = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    return f'<img alt="{escape(" ".join(alt.split()))}"{size} src="{uri}">'


def data_files(cells):
    """The files that a chapter's code names, such as "data/alice.txt"."""
    code = "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")
    return list(dict.fromkeys(READS.findall(code)))


def data_cells(names, folder):
    """A folded cell for each file, which writes it where the chapter looks for it."""
    for name in names:
        file = Path(folder, name)
        if not file.is_file():
            logger.warning("there is no file %s to put into the notebook", file)
            continue
        packed = base64.b64encode(zlib.compress(file.read_bytes(), 9)).decode()
        yield nbformat.v4.new_code_cell(
            DATA_CELL.format(name=name, packed=packed),
            id=DATA + re.sub(r"\W", "-", file.name),
            metadata={"cellView": "form", "jupyter": {"source_hidden": True}},
        )


def page_address(app, docname, target):
    """The address on the site of a relative link to another page; None if it has none."""
    path, anchor = urldefrag(target)
    name = re.sub(r"\.(?:ipynb|md|html)$", "", docname_join(docname, path))
    if not app.config.html_baseurl or name not in app.env.found_docs:
        return None
    address = app.config.html_baseurl.rstrip("/") + "/" + app.builder.get_target_uri(name)
    return f"{address}#{anchor}" if anchor else address


def portable(notebook, folder, page):
    """Put all into a notebook that it needs: its data before the first code cell."""
    cells = notebook.cells
    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = complete(cell.source, folder, page)
    first = next((n for n, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))
    cells[first:first] = data_cells(data_files(cells), folder)
    return notebook


def write_copies(app, error):
    """Replace the copies that Sphinx made of the notebooks by complete ones."""
    if error or app.builder.format != "html":
        return
    for docname in app.env.found_docs:
        source = Path(app.srcdir, app.env.doc2path(docname))
        offered = Path(app.outdir, "_sources", f"{docname}.ipynb")
        if source.suffix == ".ipynb" and offered.exists():
            notebook = nbformat.read(source, as_version=4)
            portable(notebook, source.parent, partial(page_address, app, docname))
            with offered.open("w", encoding="utf-8", newline="\n") as stream:
                nbformat.write(notebook, stream)


def setup(app):
    """Write the copies before they are packed into the zip."""
    app.connect("build-finished", write_copies, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
