"""Find out where the book's repository and its site live, and link to them.

The launch buttons, the edit links and the sitemap need these addresses. They come from GitHub's
own environment when the site is built there, else from the git remote. ``book_repository`` and
``book_address`` in ``_config.yml`` override both. When no address is known the links are absent.
A book that lies in a folder of another repository, such as that of a course, links to the files
there; the site of that repository is another one, and so are the branches that it keeps.
"""

import os
import re
import subprocess
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape

# As GitHub itself writes the address of a folder: https://github.com/owner/name/tree/main/a/folder
FOLDER = re.compile(r"(?P<url>.*?)(?:/tree/(?P<branch>[^/]+)(?:/(?P<path>.*?))?)?/*")


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
                "binderhub_url": "https://mybinder.org",  # builds requirements.txt, so the lock
                "colab_url": "https://colab.research.google.com",
            },
        }
    base = config.book_address or (address(url) if url and not path else "")
    config.html_baseurl = base and base.rstrip("/") + "/"


def open_portable_notebooks(app, pagename, templatename, context, doctree):
    """Let Colab open the copies with their pictures inside, which pages.yml keeps on a branch.

    Colab shows no picture that lies beside a notebook, so those on main would lose theirs.
    """
    if app.config.html_theme_options.get("path_to_docs"):
        return
    for group in context.get("header_buttons", []):
        for button in group.get("buttons", []):
            if "colab.research.google.com" in button.get("url", ""):
                button["url"] = button["url"].replace("/blob/main/", "/blob/notebooks/")


def write_sitemap(app, error):
    """List every page with its full address, for search engines."""
    base = app.config.html_baseurl
    if error or not base or app.builder.format != "html":
        return
    pages = [base + app.builder.get_target_uri(name) for name in sorted(app.env.found_docs)]
    lines = [f"  <url><loc>{escape(page)}</loc></url>" for page in pages]
    (app.outdir / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "\n".join(lines)
        + "\n</urlset>\n",
        "utf-8",
    )
    if urlsplit(base).path == "/":  # a crawler asks for it nowhere else
        (app.outdir / "robots.txt").write_text(f"Sitemap: {base}sitemap.xml\n", "utf-8")


def setup(app):
    """Settle the addresses as soon as the configuration is read."""
    app.add_config_value("book_repository", "", "html")
    app.add_config_value("book_address", "", "html")
    app.connect("config-inited", configure)
    app.connect("html-page-context", open_portable_notebooks, priority=600)
    app.connect("build-finished", write_sitemap)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
