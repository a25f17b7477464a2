"""Put an answer field where an exercise that is done by hand has its line of code to fill in.

In a notebook a reader writes the answer into a cell, and ``check_…`` looks it up in a table of
replies. A page runs no Python, so it gets the same table, read from the cell that defines it (which
the site leaves out), and ``static/answers.js`` asks and replies as the notebook does. Without
scripts, and on paper, the cell stands there as it does in the notebook.
"""

import ast
import json
import re
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

log = logging.getLogger(__name__)
EXAMPLE = re.compile(r"# for example (.+)")
ASKED = re.compile(r"print\((check_\w+)\(my_\w+\)\)\s*\Z")


def tables(code):
    """The checks of a cell that look an answer up in a table: name to (replies, otherwise)."""
    written, found = {}, {}
    for statement in ast.parse(code).body:
        match statement:
            case ast.Assign([ast.Name(name)], ast.Dict() as table):
                written[name] = table
            case ast.FunctionDef(
                name,
                body=[*_, ast.Return(ast.Call(ast.Name("reply"), [_, ast.Name(table), other]))],
            ) if table in written:
                replies = ast.literal_eval(written[table]).items()
                replies = [
                    [key if isinstance(key, tuple | str) else [key], text] for key, text in replies
                ]
                found[name] = replies, ast.literal_eval(other)
    return found


def field(replies, otherwise, stub):
    """The field as HTML: what to ask, and what to reply, for the script to read."""
    first = replies[0][0]
    # The student's version has "4-9f86d081" for four numbers (tools/student.py).
    several = int(first.split("-")[0]) if isinstance(first, str) else len(first)
    wanted = "numbers, separated by commas" if several > 1 else "a number"
    if example := EXAMPLE.search(stub):
        wanted += f"; for example {example[1].strip('[]()')}"
    table = {"label": f"Your answer ({wanted})", "replies": replies, "otherwise": otherwise}
    text = json.dumps(table, ensure_ascii=False).replace("<", "\\u003c")
    return f'<div class="answer"><script type="application/json">{text}</script></div>'


def add_fields(app, doctree):
    """Add a field after each cell that asks for an answer of a table."""
    file = Path(app.env.doc2path(app.env.docname))
    if file.suffix != ".ipynb":
        return
    checks, asked = {}, {}
    for index, cell in enumerate(json.loads(file.read_text("utf-8"))["cells"]):
        source = "".join(cell["source"])
        if "check" in cell["metadata"].get("tags", []):
            try:
                checks |= tables(source)
            except (SyntaxError, ValueError) as error:
                log.warning(
                    "cell %d: the table of replies: %s", index + 1, error, location=app.env.docname
                )
        elif (found := ASKED.search(source)) and found[1] in checks:
            # The first one is to be filled in; the solution asks again.
            asked[index] = field(*checks.pop(found[1]), source)
    for cell in list(doctree.findall(nodes.container)):
        if cell.get("nb_element") == "cell_code" and cell["cell_index"] in asked:
            cell["classes"].append("answer-stub")
            html = nodes.raw("", asked[cell["cell_index"]], format="html")
            cell.parent.insert(cell.parent.index(cell) + 1, html)


def setup(app):
    """Add the fields when a notebook is read."""
    app.connect("doctree-read", add_fields)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
