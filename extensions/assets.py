"""Make the theme's style sheets and scripts light and silent.

The theme's sheets come to half a megabyte, and a page waits for all of them before it shows
anything. Here they become one, ``_static/book.css``, with only the rules whose classes and ids
stand on a page or in a script; the icon font keeps only the icons that are used and travels inside
the sheet. The scripts of every page's head become one as well, ``book.js``, and no longer report to
the console, which should stay empty so that what stands in it matters.
"""

import base64
import logging
import posixpath
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import tinycss2
from fontTools import subset

from explorables import minified

ICONS = "vendor/fontawesome"
PRIVATE_USE = range(0xE000, 0xF900)  # where an icon font keeps its icons
# What the figures and the search page have of their own stays where it is.
SHEETS = "link[rel=stylesheet]:not([href*='/explorables/'])"
SCRIPTS = "head > script[src]:not([src*='/explorables/'], [src*=search], [src*=language_data])"
# Maps of the scripts' sources, the theme's templates that lie among its files, old icons.
UNWANTED = ("*/*.map", "*.html", "scripts/fontawesome.js*", "styles/theme.css")
# The theme measures every box that could scroll, at the start and after every change of the page,
# and a browser has to lay out the whole chapter for it. site.js does that when a box is seen.
MEASURED = (
    '["pre",".nboutput > .output_area",".cell_output > .output",".jp-RenderedHTMLCommon",'
    '".pst-scrollable-table-container"].join(", ")'
)
CHANGED = [  # in the scripts: a pattern, and what takes its place
    (re.escape(MEASURED), '"no-box"'),
    (r"console\.(?:log|info|debug)\(", "void ("),
    (r"(?m)^//# sourceMappingURL=.*$", ""),
]


def gather(app, soup, pagename):
    """Note the sheets and scripts of a page, and link the one sheet and script in their place."""
    here = posixpath.dirname(pagename)
    static = posixpath.relpath("_static", here)
    sheet = soup.new_tag("link", rel="stylesheet", href=f"{static}/book.css")
    script = soup.new_tag("script", defer="", src=f"{static}/book.js")
    for selector, one, noted in (
        (SHEETS, sheet, app.book_sheets),
        (SCRIPTS, script, app.book_scripts),
    ):
        elements = soup.select(selector)
        elements[0].insert_before(one)
        for element in elements:
            path = urlsplit(element.get("href") or element["src"]).path
            name = posixpath.relpath(posixpath.join(here, path), "_static")
            noted.update({name: None})
            element.decompose()
    for element in soup.select("[class], [id]"):
        app.book_names.update(element.get("class", []), [element.get("id")])


def kept(rules, names):
    """Style rules as text, without those that ask for a class or an id that nothing has."""
    text = []
    for rule in rules:
        if rule.type == "qualified-rule":
            prelude = tinycss2.serialize(rule.prelude)
            while "(" in prelude or "[" in prelude:  # a class in :not(…) may be missing
                prelude = re.sub(r"\([^()]*\)|\[[^][]*\]", "", prelude)
            if any(names.issuperset(re.findall(r"[.#]([\w-]+)", s)) for s in prelude.split(",")):
                text.append(rule.serialize())
        elif rule.type == "at-rule" and rule.at_keyword in ("media", "supports"):
            inner = tinycss2.parse_blocks_contents(rule.content, True, True)
            text.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{")
            text.append(kept(inner, names) + "}")
        elif rule.type == "at-rule" and rule.at_keyword != "charset":
            text.append(rule.serialize())
    return "\n".join(text)


def inline_icons(css, static):
    """The sheet with each icon font cut down to the icons that it names, and put inside."""
    icons = {ord(character) for character in css if ord(character) in PRIVATE_USE}
    for file in static.glob(f"{ICONS}/**/*.woff2"):
        cut_font(file, icons, file)
        data = base64.b64encode(file.read_bytes()).decode()
        name = file.relative_to(static).as_posix()
        css = css.replace(name, f"data:font/woff2;base64,{data}")
    return css


def cut_font(source, characters, target, **options):
    """Write a font that has only some characters."""
    options = subset.Options(flavor="woff2", hinting=False, **options)
    font = subset.load_font(source, options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    subset.save_font(font, target, options)


def write_script(scripts, static):
    """Write ``book.js`` from ``scripts``, and change what all of them do."""
    files = [static / name for name in scripts]
    book = static / "book.js"
    book.write_text("\n;\n".join(file.read_text("utf-8") for file in files), "utf-8")
    for file in files:
        file.unlink()
    found = set()
    for file in (book, *static.glob("scripts/*.js")):
        text = file.read_text("utf-8")
        for pattern, replacement in CHANGED:
            text, count = re.subn(pattern, replacement, text)
            found |= {pattern} if count else set()
        file.write_text(text, "utf-8")
    if missing := {pattern for pattern, _ in CHANGED} - found:
        raise ValueError(f"assets.py finds no {missing} in the scripts: has the theme changed?")


def write_sheet(sheets, names, static):
    """Write ``book.css`` from ``sheets``, and remove what it replaces."""
    for script in static.rglob("*.js"):
        names.update(re.findall(r"[\w-]+", script.read_text("utf-8")))
    css, notices = "", []
    for sheet in sheets:
        if sheet == "styles/theme.css":
            sheet = "basic.css"  # all that it imports
        text = (static / sheet).read_text("utf-8")
        notices += re.findall(r"/\*!.*?\*/", text, re.DOTALL)  # their licences ask for them
        rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
        css += kept(rules, names).replace("url(../", "url(")  # from _static/styles to _static
        (static / sheet).unlink()
    css = inline_icons(css, static)
    (static / "book.css").write_text("\n".join([*notices, minified(css, "style")]), "utf-8")
    shutil.rmtree(static / ICONS)


def finish(app, error):
    """After the pages and the theme's files are written, make the files light."""
    if error or app.builder.format != "html" or not app.book_sheets:
        return  # nothing was written, or nothing has changed
    static = Path(app.outdir, "_static")
    for pattern in UNWANTED:
        for file in static.glob(pattern):
            file.unlink()
    write_script(app.book_scripts, static)
    write_sheet(app.book_sheets, app.book_names, static)


def setup(app):
    """Collect sheets and scripts page by page, and make them one last of all."""
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # a line for every table
    app.book_sheets, app.book_scripts, app.book_names = {}, {}, set()
    app.connect("page-mended", gather)
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
