"""Make the theme's style sheets and scripts light and silent.

The theme's sheets come to half a megabyte, and a page waits for all of them before it shows
anything. Here they become one, ``_static/book.css`` (``templates/static/webpack-macros.html``
links it), with only the rules that the pages use; the icon font keeps only the icons that are
used and travels inside the sheet. The scripts of every page become one as well, ``book.js``, and
no longer report to the console, which should stay empty so that what stands in it matters.
"""

import base64
import logging
import posixpath
import re
import shutil
from pathlib import Path

import tinycss2
from fontTools import subset

# The theme's own sheets come from a template, not from Sphinx' list. The older theme that Python
# 3.10 gets has Bootstrap and the icons in sheets of their own.
THEME_SHEETS = [
    "basic.css",
    "styles/bootstrap.css",
    "styles/pydata-sphinx-theme.css",
    "vendor/fontawesome/*/css/all.min.css",
]
ICONS = "vendor/fontawesome"
PRIVATE_USE = range(0xE000, 0xF900)  # where an icon font keeps its icons


def take_shared(app, pagename, templatename, context, doctree):
    """Note the sheets and scripts that every page asks for, and take them off the page.

    This runs before other extensions add a sheet or a script to one page; those stay there. The
    script for tabs stays only where there are tabs.
    """
    sheets, scripts = context["css_files"], context["script_files"]
    shared = [script for script in scripts if script.filename and not script.attributes]
    for kind, files in ((app.book_sheets, sheets), (app.book_scripts, shared)):
        names = [posixpath.relpath(str(file.filename), "_static") for file in files]
        kind.extend(name for name in names if name not in kind)
    sheets[:] = []
    tabs = "sd-tab-set" in context.get("body", "")
    unwanted = [s for s in scripts if s.filename == "_static/design-tabs.js" and not tabs]
    scripts[:] = [script for script in scripts if script not in shared + unwanted]


def used(selector, words):
    """Whether every class and id that a selector asks for is a word of the book."""
    previous = None
    for token in selector:
        named = (token.type == "ident" and previous == ".") or token.type == "hash"
        if named and token.value not in words:
            return False
        previous = token.value if token.type == "literal" else None
    return True


def split(prelude):
    """The selectors of a rule, each a list of tokens."""
    selectors = [[]]
    for token in prelude:
        if token == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return selectors


def kept(rules, words):
    """Style rules as text, without the selectors that match nothing in the book."""
    text = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [s for s in split(rule.prelude) if used(s, words)]
            if selectors:
                prelude = ",".join(tinycss2.serialize(s).strip() for s in selectors)
                text.append(f"{prelude}{{{tinycss2.serialize(rule.content)}}}")
        elif rule.type == "at-rule" and rule.at_keyword in ("media", "supports"):
            inner = tinycss2.parse_blocks_contents(rule.content, True, True)
            if body := kept(inner, words):
                text.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{body}}}")
        elif rule.type == "at-rule" and rule.at_keyword != "charset":
            text.append(rule.serialize())
    return "\n".join(text)


def rebased(css, folder):
    """A sheet's text with its relative addresses counted from ``_static`` itself."""

    def address(found):
        path = found[1]
        if path.startswith(("data:", "#")):
            return found[0]
        return f'url("{posixpath.normpath(posixpath.join(folder, path))}")'

    return re.sub(r"""url\(["']?([^"')]+)["']?\)""", address, css)


def inline_icons(css, static):
    """The sheet with each icon font cut down to the icons that it names, and put inside."""
    icons = {ord(character) for character in css if ord(character) in PRIVATE_USE}
    options = subset.Options(flavor="woff2", hinting=False)
    for file in static.glob(f"{ICONS}/**/*.woff2"):
        font = subset.load_font(file, options)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=icons)
        subsetter.subset(font)
        subset.save_font(font, file, options)
        data = base64.b64encode(file.read_bytes()).decode()
        name = file.relative_to(static).as_posix()
        css = css.replace(name, f"data:font/woff2;base64,{data}")
    return css


def write_sheet(sheets, out, static):
    """Write ``book.css`` from the theme's sheets and ``sheets``, and remove what it replaces."""
    words = set()
    for file in [*out.rglob("*.html"), *static.rglob("*.js")]:
        if "fontawesome" not in file.relative_to(out).as_posix():  # its scripts name every icon
            words.update(re.findall(r"[\w-]+", file.read_text("utf-8")))
    theme = [file for pattern in THEME_SHEETS for file in static.glob(pattern)]
    sheets = [file.relative_to(static).as_posix() for file in theme] + sheets
    css, notices = "", []
    for sheet in sheets:
        text = (static / sheet).read_text("utf-8")
        notices += re.findall(r"/\*!.*?\*/", text, re.DOTALL)
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
        css += rebased(kept(rules, words), posixpath.dirname(sheet))
    css = "\n".join([*notices, inline_icons(css, static)])  # their licences ask for the notices
    (static / "book.css").write_text(css, "utf-8")
    for sheet in [*sheets, "styles/theme.css"]:
        (static / sheet).unlink(missing_ok=True)
    # Maps of the scripts' sources, the theme's templates that lie among its files, old icons.
    for pattern in ("*/*.map", "*.html", "scripts/fontawesome.js*"):
        for file in static.glob(pattern):
            file.unlink()
    shutil.rmtree(static / ICONS)


# The theme measures every box that could scroll, at the start and after every change of the page,
# and a browser has to lay out the whole chapter for it. site.js does that when a box is seen.
MEASURED = (
    '["pre",".nboutput > .output_area",".cell_output > .output",".jp-RenderedHTMLCommon",'
    '".pst-scrollable-table-container"].join(", ")'
)


def unhurried(script):
    """The theme's script without its measuring of boxes. Raises ValueError if it has none."""
    if MEASURED not in script:
        raise ValueError("the theme's script no longer measures boxes as assets.py expects")
    return script.replace(MEASURED, '"no-box"')


def silent(script):
    """A script without its reports to the console."""
    report = r"console\.(log|info|debug)\((`[^`]*`|\"[^\"]*\")\)"
    return re.sub(report, "void 0", script)


def write_script(scripts, static):
    """Write ``book.js`` from ``scripts``, and silence the theme's own."""
    files = [static / name for name in scripts]
    text = "\n;\n".join(file.read_text("utf-8") for file in files)
    text = re.sub(r"^//# sourceMappingURL=.*$", "", text, flags=re.MULTILINE)
    (static / "book.js").write_text(silent(text), "utf-8")
    for file in files:
        file.unlink()
    for file in static.glob("scripts/*.js"):
        file.write_text(silent(file.read_text("utf-8")), "utf-8")
    theme = static / "scripts/pydata-sphinx-theme.js"
    theme.write_text(unhurried(theme.read_text("utf-8")), "utf-8")


def finish(app, error):
    """After the pages and the theme's files are written, make the files light."""
    if error or app.builder.format != "html" or not app.book_sheets:
        return  # nothing was written, or nothing has changed
    static = Path(app.outdir, "_static")
    write_sheet(app.book_sheets, Path(app.outdir), static)
    write_script(app.book_scripts, static)


def setup(app):
    """Collect sheets and scripts first of all, and make them one last of all."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # a line for every table
    app.book_sheets, app.book_scripts = [], []
    app.connect("html-page-context", take_shared, priority=100)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
