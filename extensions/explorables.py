"""Serve the interactive figures, and load each one only on the pages that use it.

A page uses a figure by its element, ``<rnn-fit>`` and so on. The sources are modules. A browser
refuses modules from a folder on disk, so a page gets them as plain scripts, in the order in which
they import one another; what a module exports becomes a property of one object, ``rnn``.
An element exports nothing to the page: what it exports is there for the tests.
"""

import re
from pathlib import Path

import minify_html
from sphinx.util import logging

SOURCE = Path(__file__).resolve().parent.parent / "explorables"
FOLDER = "explorables"  # below _static
log = logging.getLogger(__name__)
ELEMENT = re.compile(r"<(rnn-[a-z]+)[ >]")
IMPORT = re.compile(r"^import (\{[^}]*\}) from '\./([\w-]+)\.mjs';$", re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:class|const|function) (\w+))", re.MULTILINE)


def script(name, module):
    """The text of a module as that of a plain script. Raises ValueError if it cannot be one."""
    body = EXPORT.sub("", IMPORT.sub(r"const \1 = rnn;", module))
    if left := re.search(r"^(?:import|export)\b.*|import\.meta|\bawait\b", body, re.MULTILINE):
        raise ValueError(f"{name}.mjs: not possible in a plain script: {left[0]}")
    if not name.startswith("rnn-"):
        body += f"Object.assign(globalThis.rnn ??= {{}}, {{{', '.join(EXPORT.findall(module))}}});"
    return f"(() => {{\n'use strict';\n{body}\n}})();\n"


def minified(text, tag):
    """A script or a style sheet, shortened; the minifier wants it in its element."""
    whole = minify_html.minify(f"<{tag}>{text}</{tag}>", minify_js=True, minify_css=True)
    return whole.removeprefix(f"<{tag}>").removesuffix(f"</{tag}>")


def as_served(path):
    """Name and text of a source as the site serves it."""
    text = path.read_text("utf-8")
    if path.suffix == ".css":
        return path.name, minified(text, "style")
    return f"{path.stem}.js", minified(script(path.stem, text), "script")


def with_imports(stem):
    """The names of a module and of all that it imports, each after what it needs itself."""
    text = (SOURCE / f"{stem}.mjs").read_text("utf-8")
    needed = [name for _, imported in IMPORT.findall(text) for name in with_imports(imported)]
    return list(dict.fromkeys([*needed, stem]))


def copy(app):
    """Copy what the pages load into the site, before the pages are written."""
    if app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    for path in SOURCE.glob("*.[mc]*s"):  # modules and the style sheet
        name, text = as_served(path)
        (target / name).write_text(text, "utf-8", newline="\n")


def load(app, page, template, context, doctree):
    """Add the style sheet and the scripts of the elements on this page to its head."""
    elements = sorted(set(ELEMENT.findall(context.get("body", ""))))
    for element in [e for e in elements if not (SOURCE / f"{e}.mjs").exists()]:
        log.warning("%s uses <%s>, and there is no %s/%s.mjs", page, element, SOURCE.name, element)
        elements.remove(element)
    for stem in dict.fromkeys(stem for element in elements for stem in with_imports(element)):
        app.add_js_file(f"{FOLDER}/{stem}.js", loading_method="defer")
    if elements:
        app.add_css_file(f"{FOLDER}/explorables.css")


def setup(app):
    """Register with Sphinx."""
    app.connect("builder-inited", copy)
    app.connect("html-page-context", load)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
