"""Find out where the book lives, and offer what a reader can take away, open or run.

The addresses come from GitHub's own environment when the site is built there, else from the git
remote; ``book_repository`` and ``book_address`` in ``_config.yml`` override both. Without an
address its links are absent. A book in a folder of another repository, such as that of a course,
links to the files there; that repository has a site and branches of its own.

The zip has the notebooks as the site offers them, with their pictures inside, and what they need
to run without a network. The PDF is made from the finished site (``make pdf``, which sets
``BOOK_PDF``). On the first page the list of chapters becomes cards.
"""

import os
import re
import subprocess
import zipfile
from urllib.parse import quote

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

log = logging.getLogger(__name__)
NAME = "recurrent-neural-networks"
# As GitHub itself writes the address of a folder: https://github.com/owner/name/tree/main/a/folder
FOLDER = re.compile(r"(?P<url>.*?)(?:/tree/(?P<branch>[^/]+)(?:/(?P<path>.*?))?)?/*")
COLAB, BINDER = "https://colab.research.google.com", "https://mybinder.org"
ALONG = ["requirements.txt", "constraints.txt", "LICENSE", "chapters/data/*.*"]
TIME = re.compile(r"\*Time:\* (\d+ minutes)")
RUN = "Run it yourself."
NO_REPOSITORY = "none"  # as book_repository: the student's site does not lead to the solutions
README = """{title}

One notebook a chapter, with its pictures inside. To run them you need Python 3.11 to 3.13:

    python -m venv .venv
    .venv/bin/pip install -r requirements.txt        (Windows: .venv\\Scripts\\pip ...)
    .venv/bin/jupyter lab chapters

Only the second line needs the network. Start with {first}.
"""


def git(srcdir, *arguments):
    """What git says of the book's folder; '' if it says nothing, or is not there."""
    command = ["git", "-C", str(srcdir), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def repository(srcdir):
    """The repository's address, ``https://github.com/owner/name``, or ''."""
    if name := os.environ.get("GITHUB_REPOSITORY"):
        return f"https://github.com/{name}"
    remote = git(srcdir, "remote", "get-url", "origin")
    found = re.search(r"github\.com[:/]([\w.-]+/[\w.-]+?)(\.git)?/?$", remote)
    return f"https://github.com/{found[1]}" if found else ""


def address(repository_url):
    """The address at which GitHub Pages shows the repository's site."""
    owner, name = repository_url.rsplit("/", 2)[-2:]
    host = f"{owner.lower()}.github.io"
    return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"


def configure(app, config):
    """Tell the theme the addresses that are known."""
    said = FOLDER.fullmatch(config.book_repository or repository(app.srcdir))
    url, branch, path = said["url"], said["branch"] or "main", said["path"]
    if url == NO_REPOSITORY:
        url = ""
    if path is None:
        path = git(app.srcdir, "rev-parse", "--show-prefix")
    if url:
        config.html_theme_options |= {
            "repository_url": url,
            "repository_branch": branch,
            "path_to_docs": quote(path.strip("/")),
            "use_repository_button": True,
            "use_edit_page_button": True,
            "use_issues_button": True,
            "launch_buttons": {
                "notebook_interface": "jupyterlab",
                "binderhub_url": BINDER,  # builds requirements.txt, so the lock
                "colab_url": COLAB,
            },
        }
        # Colab shows no picture beside a notebook: pages.yml keeps copies with theirs inside.
        config.book_copies = branch if path else "notebooks"
    base = config.book_address or (address(url) if url and not path else "")
    config.html_baseurl = base and base.rstrip("/") + "/"


def fill_menus(app, pagename, templatename, context, doctree):
    """Fill the theme's menus: what to download, and where to open it."""
    rows = [(f"{NAME}.zip", "All notebooks (.zip)", "fas fa-file-zipper")]
    if context.get("sourcename", "").endswith(".ipynb"):
        source = f"_sources/{context['sourcename']}"
        rows.insert(0, (source, "This notebook (.ipynb)", "fas fa-file-code"))
    if os.environ.get("BOOK_PDF"):
        rows.append((f"{NAME}.pdf", "The book (.pdf)", "fas fa-file-pdf"))
    downloads = [
        {
            "type": "link",
            "label": "download",
            "url": context["pathto"](file, 1),
            "text": text,
            "icon": icon,
        }
        for file, text, icon in rows
    ]
    for group in context["header_buttons"]:
        if group.get("label") == "download-buttons":
            group.update(buttons=downloads, tooltip="Download")
        for button in group.get("buttons", []):
            if button.get("url", "").startswith(COLAB):
                branch = app.config.html_theme_options["repository_branch"]
                copies = f"/blob/{app.config.book_copies}/"
                button["url"] = button["url"].replace(f"/blob/{branch}/", copies)


def write_zip(app, error):
    """Write the zip; its bytes depend on its contents alone."""
    if error or app.builder.format != "html":
        return
    sources = app.outdir / "_sources"
    pages = [f"{name}.ipynb" for name in app.env.toctree_includes[app.config.root_doc]]
    files = {name: sources / name for name in pages if (sources / name).exists()}
    readme = README.format(title=app.config.html_title, first=next(iter(files)))
    for pattern in ALONG:
        files |= {f.relative_to(app.srcdir).as_posix(): f for f in app.srcdir.glob(pattern)}
    texts = {name: file.read_bytes() for name, file in sorted(files.items())}
    with zipfile.ZipFile(app.outdir / f"{NAME}.zip", "w") as archive:
        for name, data in {**texts, "README.txt": readme}.items():
            archive.writestr(zipfile.ZipInfo(f"{NAME}/{name}"), data, zipfile.ZIP_DEFLATED)


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
                item += nodes.paragraph("", self.minutes(link["reftarget"]), classes=["minutes"])
        for words in self.document.findall(nodes.strong):
            if words.astext() == RUN:
                words.parent += self.ways_to_run()

    def minutes(self, target):
        """What a chapter says of its time to read."""
        chapter = (self.env.srcdir / target).with_suffix(".ipynb")
        if chapter.exists() and (found := TIME.search(chapter.read_text("utf-8"))):
            return found[1]
        log.warning("no time to read in %s", chapter.name, location=self.env.docname)
        return ""

    def ways_to_run(self):
        """The links that only the site knows, as the end of a paragraph."""
        ways = [(f"{NAME}.zip", "download all notebooks (zip)")]
        options = self.config.html_theme_options
        if "launch_buttons" in options:
            name = options["repository_url"].removeprefix("https://github.com/")
            chapters = f"{options['path_to_docs']}/chapters".lstrip("/")
            colab = f"{COLAB}/github/{name}/tree/{self.config.book_copies}/{chapters}"
            branch = options["repository_branch"]
            binder = f"{BINDER}/v2/gh/{name}/{branch}?urlpath=lab/tree/{chapters}"
            ways += [(colab, "open them in Colab"), (binder, "start Binder")]
        links = [f'<a href="{url}">{words}</a>' for url, words in ways]
        return nodes.raw("", f" Or: {' · '.join(links)}.", format="html")


def setup(app):
    """Settle the addresses first, fill the menus after the theme, pack what is written last."""
    app.add_config_value("book_repository", "", "html")
    app.add_config_value("book_address", "", "html")
    app.add_config_value("book_copies", "", "html")
    app.add_transform(Cards)
    app.connect("config-inited", configure)
    app.connect("html-page-context", fill_menus, priority=600)
    app.connect("build-finished", write_zip, priority=700)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
