"""Render every formula to MathML while the book is built, so that no page needs a maths script.

Temml, which turns TeX into MathML, is one JavaScript file; the ``quickjs`` wheel runs it, so
building needs no node. MathML is read by screen readers as maths, and each formula carries its
TeX as an annotation. Latin Modern Math is cut down to the characters the book uses.
"""

import html
import json
import re
import shutil
import unicodedata
from functools import cache
from pathlib import Path

import quickjs
from assets import cut_font
from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

HERE = Path(__file__).parent
log = logging.getLogger(__name__)


@cache
def temml():
    """A JavaScript context with Temml loaded, made once per build."""
    context = quickjs.Context()
    context.eval((HERE / "vendor/temml.min.js").read_text("utf-8"))
    return context


@cache
def to_mathml(tex, display):
    """MathML for one formula; raises ``quickjs.JSException`` when the TeX is wrong."""
    options = json.dumps({"displayMode": display, "throwOnError": True, "annotate": True})
    # As JSON, because the wheel cannot hand over a string that JavaScript has only joined lazily.
    call = f"JSON.stringify(temml.renderToString({json.dumps(tex)}, {options}))"
    mathml = json.loads(temml().eval(call))
    # TeX puts a thin space before a function's name, which Temml leaves out after these.
    return re.sub(
        r"((?<!0\.1667em\"></mspace>)</mrow>|</m(?:sub|sup|subsup|frac|style)>)"
        r"(?=<mrow><mi>[a-z]{2,}</mi><mo>\u2061</mo>)",
        r'\1<mspace width="0.1667em"></mspace>',
        mathml,
    )


def display_tex(tex):
    """TeX of a display formula, aligned if it has lines."""
    if r"\\" in tex and r"\begin{" not in tex:
        return rf"\begin{{aligned}}{tex}\end{{aligned}}"
    return tex


def render(node, tex, display):
    """MathML for a doctree node; a formula that does not parse is a warning with its place."""
    try:
        return to_mathml(tex, display)
    except quickjs.JSException as error:
        log.warning("maths not understood: %s: %s", tex, error, location=node)
        return ""


def visit_math(self, node):
    """Write an inline formula."""
    self.body.append(render(node, node.astext(), display=False))
    raise nodes.SkipNode


def visit_math_block(self, node):
    """Write a display formula in a box of its own, which scrolls when the screen is narrow."""
    number = get_node_equation_number(self, node) if node.get("number") else None
    label = f"Equation {number}" if number else "Equation"
    box = {"CLASS": "math", "role": "group", "aria-label": label}
    self.body.append(self.starttag(node, "div", "", **box))
    self.body.append(render(node, display_tex(node.astext()), display=True))
    if number:
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


# A letter alone in a formula is drawn slanted, which Unicode has as a character of its own.
SLANTED = {
    chr(int(plain.split()[1], 16)): point
    for point in (*range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C))
    if (plain := unicodedata.decomposition(chr(point)))
}
SLANTED["h"] = 0x210E  # Planck's constant was there first


def write_font(app, error):
    """Cut Latin Modern Math down to the characters of the built pages' formulas."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    points = set(map(ord, "√¯ˆ˜⃗̂̃̄⏞⏟"))  # drawn for radicals, accents and braces
    for page in out.rglob("*.html"):
        for formula in re.findall(r"<math.*?</math>", page.read_text("utf-8"), re.DOTALL):
            text = re.sub(r"<annotation.*?</annotation>|<[^>]+>", "", formula, flags=re.DOTALL)
            text = html.unescape(text)
            points.update(map(ord, text))
            points.update(SLANTED[character] for character in text if character in SLANTED)
    cut_font(
        HERE / "vendor/latinmodern-math.woff2",
        points,
        out / "_static/latinmodernmath.woff2",
        layout_features=["ssty"],
    )
    for licence in HERE.glob("vendor/*-LICENSE.txt"):  # goes with the font and with Temml's sheet
        shutil.copy(licence, out / "_static")


def setup(app):
    """Register the renderer; ``html_math_renderer: mathml`` chooses it."""
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    app.connect("build-finished", write_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
