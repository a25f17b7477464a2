"""Offer what a reader can take away: this chapter, the whole module as a zip, the book as a PDF.

The zip is made from the notebooks as the site offers them (with their pictures inside), the data
that they read and the book's own requirements, so it runs where there is no network once those are
installed. The PDF is made from the finished site (``make pdf``, which sets ``BOOK_PDF``), so only
that build links it.
"""

import os
import zipfile

NAME = "recurrent-neural-networks"
ALONG = ["requirements.txt", "constraints.txt", "LICENSE"]
README = """{title}

One notebook a chapter, with its pictures inside. To run them you need Python 3.11 to 3.13:

    python -m venv .venv
    .venv/bin/pip install -r requirements.txt        (Windows: .venv\\Scripts\\pip ...)
    .venv/bin/jupyter lab chapters

Only the second line needs the network. Start with {first}.
"""


def offer(app, pagename, templatename, context, doctree):
    """Fill the theme's download menu."""
    pathto = context["pathto"]
    rows = [(f"{NAME}.zip", "All notebooks (.zip)", "fas fa-file-zipper")]
    if context.get("sourcename", "").endswith(".ipynb"):
        source = f"_sources/{context['sourcename']}"
        rows.insert(0, (source, "This notebook (.ipynb)", "fas fa-file-code"))
    if os.environ.get("BOOK_PDF"):
        rows.append((f"{NAME}.pdf", "The book (.pdf)", "fas fa-file-pdf"))
    buttons = [
        {"type": "link", "label": "download", "url": pathto(file, 1), "text": text, "icon": icon}
        for file, text, icon in rows
    ]
    for group in context["header_buttons"]:
        if group.get("label") == "download-buttons":
            group["buttons"] = buttons
            group["tooltip"] = "Download"


def write_zip(app, error):
    """Write the zip; its bytes depend on its contents alone."""
    if error or app.builder.format != "html":
        return
    sources = app.outdir / "_sources"
    pages = [f"{name}.ipynb" for name in app.env.toctree_includes[app.config.root_doc]]
    notebooks = [name for name in pages if (sources / name).exists()]
    files = {name: (sources / name).read_bytes() for name in notebooks}
    files |= {n: (app.srcdir / n).read_bytes() for n in ALONG if (app.srcdir / n).exists()}
    data = (app.srcdir / "chapters/data").glob("*.*")
    files |= {f"chapters/data/{file.name}": file.read_bytes() for file in data}
    readme = README.format(title=app.config.html_title, first=notebooks[0])
    files["README.txt"] = readme.encode()
    with zipfile.ZipFile(app.outdir / f"{NAME}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(f"{NAME}/{name}"), data, zipfile.ZIP_DEFLATED)


def setup(app):
    """Offer the downloads after the theme made its menu; pack them once they are all written."""
    app.connect("html-page-context", offer, priority=600)
    app.connect("build-finished", write_zip, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
