"""Serve the interactive figures, and load each one only on the pages that use it.

A page uses a figure by its element, ``<rnn-fit>`` and so on. The modules are named ``.mjs`` because
Jupyter Book adds every ``.js`` file of ``_static`` to every page.
"""

import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "explorables"
FOLDER = "explorables"  # below _static
ELEMENT = re.compile(r"<(rnn-[a-z]+)[ >]")


def lighten(text, css=False):
    """Without lines that are only comment and without indentation: a quarter less to load."""
    text = re.sub(r"^ *(?:/\*.*?\*/|//.*?)\n", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"\n\s*", "\n", text)
    return re.sub(r"(?<=[{:;,>]) | (?=[{>])", "", text) if css else text


def copy(app):
    """Copy what the pages load into the site, before the pages are written."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for pattern in ("*.mjs", "*.css", "*.json"):
        for path in SOURCE.glob(pattern):
            text = lighten(path.read_text("utf-8"), path.suffix == ".css")
            (target / path.name).write_text(text, "utf-8", newline="\n")


def load(app, page, template, context, doctree):
    """Add the style sheet and the modules of the elements on this page to its head."""
    elements = sorted(set(ELEMENT.findall(context.get("body", ""))))
    for element in elements:
        if not (SOURCE / f"{element}.mjs").exists():
            raise ValueError(f"{page} uses <{element}>, which is not in {SOURCE.name}/")
        app.add_js_file(f"{FOLDER}/{element}.mjs", type="module")
    if elements:
        app.add_css_file(f"{FOLDER}/explorables.css")


def setup(app):
    """Register with Sphinx."""
    app.connect("builder-inited", copy)
    app.connect("html-page-context", load)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
