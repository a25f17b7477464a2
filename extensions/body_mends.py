"""Mend the HTML of a page's text where notebook outputs and the theme are not valid or accessible.

Notebook outputs reach the page as their libraries wrote them, so they can only be mended there.
"""

import re
import struct
from pathlib import Path

from bs4 import BeautifulSoup, NavigableString

CSS_PIXELS_PER_INCH = 96
METRES_PER_INCH = 0.0254
LONG = 26  # characters of a formula or a piece of code that fit a phone


def png_size(data):
    """Width and height of a PNG in CSS pixels: its printed size, so more dots are sharper."""
    width, height = struct.unpack(">II", data[16:24])
    found = re.search(rb"pHYs(.{8})\x01", data[:4096], re.DOTALL)
    if not found:
        return width, height
    dots_per_metre = struct.unpack(">II", found[1])[0]
    scale = CSS_PIXELS_PER_INCH / (dots_per_metre * METRES_PER_INCH)
    return round(width * scale), round(height * scale)


def svg_size(data):
    """Width and height that an SVG gives itself, in CSS pixels."""
    found = re.search(rb'<svg[^>]*? width="([\d.]+)"[^>]*? height="([\d.]+)"', data)
    return round(float(found[1])), round(float(found[2]))


SIZE = {".png": png_size, ".svg": svg_size}


def mend_images(soup, files):
    """Give images their size, so that text does not jump, and load them when they are near.

    ``files`` is where the image of each name comes from.
    """
    for position, image in enumerate(soup.find_all("img")):
        image["decoding"] = "async"
        image.attrs.pop("style", None)  # a fixed height would squeeze it on a narrow screen
        if position:
            image["loading"] = "lazy"
        file = files.get(image["src"].rpartition("/")[2])
        if file and file.suffix in SIZE and not image.get("width"):
            width, height = SIZE[file.suffix](file.read_bytes())
            image["width"], image["height"] = str(width), str(height)


def mend_tables(soup):
    """Say of what a header of a table is one; an empty one is none."""
    for cell in soup.select("thead th"):
        if not cell.get_text(strip=True):
            cell.name = "td"  # a header without a name
        else:
            cell["scope"] = "col"
    for cell in soup.select("tbody th"):
        cell["scope"] = "row"


def mend_folds(soup):
    """Folded cells: a summary may not hold paragraphs, and its label hid the text that is seen."""
    for summary in soup.select("details.hide > summary"):
        del summary["aria-label"]
        for paragraph in summary.find_all("p"):
            paragraph.name = "span"


def mend_inline_formulas(soup):
    """Keep a formula on one line with the comma after it, and let a long one scroll on a phone.

    A browser takes a formula for a picture: it never breaks inside, and always may beside it.
    """
    for formula in soup.select("p math, li math, figcaption math, td math"):
        long = len(formula.get_text()) - len(formula.annotation.get_text()) > LONG
        before, after = formula.previous_sibling, formula.next_sibling
        joins_before = isinstance(before, NavigableString) and re.search(r"\S\Z", before)
        joins_after = isinstance(after, NavigableString) and re.match(r"\S", after)
        if not (long or joins_before or joins_after):
            continue
        name = "long-formula" if long else "glued"
        span = formula.wrap(soup.new_tag("span", attrs={"class": name}))
        if joins_before:
            before.replace_with(before[:-1])
            span.insert(0, before[-1])
        if joins_after:
            after.replace_with(after[1:])
            span.append(after[0])


def mend_inline_code(soup):
    """Keep a short piece of code in one box."""
    for code in soup.select(":not(pre) > code"):
        if len(code.get_text()) < LONG:
            code["class"] = [*code.get("class", []), "glued"]


def name_links(soup):
    """A link that is a formula alone has no name for a screen reader: give it the TeX."""
    for formula in soup.select("a math"):
        link = formula.find_parent("a")
        if link.get_text(strip=True) == formula.get_text(strip=True):
            link["title"] = formula.annotation.get_text()


def mend(app, pagename, templatename, context, doctree):
    """Mend the text of one page before the theme's page is put around it."""
    if "body" not in context or app.builder.format != "html":
        return
    files = {name: Path(app.srcdir, file) for file, name in app.builder.images.items()}
    soup = BeautifulSoup(context["body"], "html.parser")
    mend_images(soup, files)
    mend_tables(soup)
    mend_folds(soup)
    mend_inline_formulas(soup)
    mend_inline_code(soup)
    name_links(soup)
    context["body"] = str(soup)


def setup(app):
    """Mend every page when it is written."""
    app.connect("html-page-context", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
