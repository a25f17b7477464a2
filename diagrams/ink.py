"""The ink of every drawing: its shapes, arrows, lettering and colours, and nothing else.

A figure is a list of SVG elements built by `Figure`. Roles say what a thing *is* and decide how it
looks, always the same way:

=========  =================  =======================================================
role       node               arrow
=========  =================  =======================================================
input      rounded rectangle  the kernel: carries x (or the layer below) to the state
state      circle             the recurrent kernel: from one step's state to the next
output     pill               the readout: from a state to the output
plain      white box          data that flows, inside a cell
gradient   (none)             what back-propagation sends back; dashed
=========  =================  =======================================================

All figures share one scale: the same lettering, node sizes and strokes, whatever their width.
Coordinates are rounded to a tenth, so that the files are the same bytes on every machine.
"""

import math
import re
from dataclasses import dataclass
from html import escape

WIDTH = 420  # of a full figure: at 360 px on a phone its 14 px notes are still 12 px high
DISPLAY = 1.15  # CSS pixels per unit of the drawing: a 14 px note is as large as the text

# Node sizes, in units of the drawing: (width, height) of boxes, radius of circles.
BOX = (44, 34)
RADIUS = 21
SMALL = 15  # radius of an initial state
GAP = 3  # between an arrow's tip and the node it points to
HEAD = 8  # length of an arrowhead

# name: (light, dark). The strokes are seaborn's "colorblind" colours, darkened or lightened where
# contrast needs it; every text colour has at least 4.5:1 on the ground and on the fill it is on.
INKS = {
    "ground": ("#ffffff", "#121212"),
    "ink": ("#1f2328", "#e6eaef"),
    "faint": ("#59636e", "#a9b4c0"),
    "rule": ("#7f8892", "#717b87"),
    "panel": ("#f3f4f6", "#20252b"),
    "input": ("#0173b2", "#56b4e9"),
    "input-fill": ("#d8ebf7", "#0c3552"),
    "input-text": ("#01466e", "#d3ebfb"),
    "state": ("#b86e00", "#f0a830"),
    "state-fill": ("#fde8c4", "#4a3003"),
    "state-text": ("#633a00", "#ffe6b8"),
    "output": ("#02845f", "#3cc79b"),
    "output-fill": ("#d0efe4", "#063c2d"),
    "output-text": ("#014a37", "#c9f5e6"),
    "gradient": ("#a3478e", "#e39bd3"),
}

SANS = "system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',Arial,sans-serif"
SERIF = "'STIX Two Text',STIXGeneral,'Cambria Math',Cambria,'Times New Roman',serif"
MONO = "ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace"

FONT_SIZES = {"math": 18, "note": 14, "code": 13, "head": 15}
SUB = 0.72  # size of a subscript, relative to its letter

# A reader's font may be wider than ours, so a text says how long it is and the browser fits its
# letters to that. The lengths are those of Helvetica and of Times Italic, which most fonts are
# near: thousandths of the font's size, with the letters that are so wide.
SANS_WIDTHS = {
    222: "'`ijl", 278: " !,./:;I[\\]ft·", 333: "()-r{}", 355: '"', 389: "*", 500: "Jcksvxyz",
    584: "+<=>~×−", 611: "FTZ", 667: "&ABEKPSVXY", 722: "CDHNRUw", 778: "GOQ⊙", 833: "Mm",
    889: "%", 944: "W",
}  # fmt: skip
SERIF_WIDTHS = {
    0: "\u0302", 250: " ,.·", 278: "/\\fijlt", 333: "!'()-:;I|", 389: "[]rsz{}", 444: "Jcekvxyŷ",
    556: "LTYZ", 611: "ABEFPRVX", 667: "CKNw", 675: "+<=>×−", 722: "DGHOQUm", 778: "&⊙",
    833: "%MW",
}  # fmt: skip
SANS_LETTER, SERIF_LETTER, CODE_LETTER = 556, 500, 602  # any other
SANS_OF = {letter: width for width, letters in SANS_WIDTHS.items() for letter in letters}
SERIF_OF = {letter: width for width, letters in SERIF_WIDTHS.items() for letter in letters}
BOLD = 1.06
SHORT = 26  # units of the drawing: what is shorter has room to be wider

# class -> {property: ink}. One rule each for light and dark; what does not change is in STYLE.
PAINT = {
    ".ground": {"fill": "ground"},
    ".panel": {"fill": "panel"},
    ".on-ground": {"stroke": "ground"},
    ".on-panel": {"stroke": "panel"},
    "text": {"fill": "ink"},
    ".note": {"fill": "faint"},
    ".rule": {"stroke": "rule"},
    ".tip-rule": {"fill": "rule"},
    ".plain>:first-child,.plain.edge,.plain.line": {"stroke": "ink"},
    ".plain>rect,.plain>circle": {"fill": "ground"},
    ".dot.plain,.tip-plain": {"fill": "ink"},
    **{
        selector: paint
        for role in ("input", "state", "output")
        for selector, paint in (
            (f".{role}>rect,.{role}>circle", {"fill": f"{role}-fill", "stroke": role}),
            (f".{role}.edge,.{role}.line", {"stroke": role}),
            (f".{role}>text,text.{role}", {"fill": f"{role}-text"}),
            (f".dot.{role},.tip-{role}", {"fill": role}),
        )
    },
    ".pad>rect": {"fill": "ground"},
    ".gradient.edge": {"stroke": "gradient"},
    "text.gradient,.tip-gradient": {"fill": "gradient"},
}

STYLE = (
    f"text{{font:{FONT_SIZES['note']}px {SANS};text-anchor:middle}}"
    f".math{{font:{FONT_SIZES['math']}px {SERIF}}}"
    f".code{{font:{FONT_SIZES['code']}px {MONO}}}"
    f".head{{font-size:{FONT_SIZES['head']}px;font-weight:600}}"
    ".start{text-anchor:start}.end{text-anchor:end}.i{font-style:italic}"
    ".node>:first-child{stroke-width:2}.edge,.line{fill:none;stroke-width:2}"
    ".halo{fill:none;stroke-width:8}.rule{fill:none;stroke-width:1.25}"
    ".dashed,.gradient.edge,.initial>:first-child,.pad>:first-child{stroke-dasharray:4 3}"
)


def length(words: str, kind: str = "") -> float:
    """How long words are, in units of the drawing; `kind` is one of FONT_SIZES, else a note's."""
    kind = next((name for name in kind.split() if name in FONT_SIZES), "note")
    if kind == "code":
        thousandths = CODE_LETTER * len(words)
    elif kind == "math":
        thousandths = sum(SERIF_OF.get(letter, SERIF_LETTER) for letter in words)
    else:
        thousandths = sum(SANS_OF.get(letter, SANS_LETTER) for letter in words)
    return thousandths * FONT_SIZES[kind] / 1000 * (BOLD if kind == "head" else 1)


def number(value: float) -> str:
    """A coordinate with at most one decimal, never `-0`, ties rounded alike everywhere."""
    text = f"{value + 1e-6:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def style() -> str:
    """The style sheet of every drawing: light, dark on a dark page, light again on paper."""

    def paint(which: int) -> str:
        return "".join(
            f"{selector}{{{';'.join(f'{key}:{INKS[ink][which]}' for key, ink in inks.items())}}}"
            for selector, inks in PAINT.items()
        )

    # `screen` keeps the dark inks off paper.
    return f"{paint(0)}{STYLE}@media screen and (prefers-color-scheme:dark){{{paint(1)}}}"


def math_spans(formula: str) -> tuple[str, float]:
    """Letters in italics, words and digits upright, `_{...}` and `^{...}` as sub- and superscripts.

    After a script the next piece is shifted back, for SVG has no baseline to return to. Gives the
    text, and how long it is.
    """
    size, level, before, spans, long = FONT_SIZES["math"], 0, "", [], 0.0
    for script, group, single, plain in re.findall(r"([_^])(?:\{([^}]*)\}|(.))|([^_^]+)", formula):
        piece = group or single or plain
        shift = {"": 0, "_": 0.28 * size, "^": -0.42 * size}[script]
        # A superscript after a subscript stands above it: go back by the subscript's width.
        back = sum(-0.3 if c in "ijlt" else -0.5 for c in before) if script == "^" else 0
        long += length(piece, "math") * (SUB if script else 1) + back * SUB * size
        for word in re.findall(r"[^\W\d_]+|[\W\d_]+", piece):
            attributes = ""
            if len(word) == 1 and word.isalpha():
                attributes += ' class="i"'
            if back:
                attributes += f' dx="{number(back * SUB * size)}"'
                back = 0
            if shift != level:
                attributes += f' dy="{number(shift - level)}"'
            if script:
                attributes += f' font-size="{number(SUB * size)}"'
            text = escape(word, quote=False)
            spans.append(f"<tspan{attributes}>{text}</tspan>" if attributes else text)
            level = shift
        before = piece if script == "_" else ""
    return "".join(spans), long


def fitted(kind: str, x: float, y: float, text: str, long: float) -> str:
    """A text that is as long as is said, whatever font it is set in; a short one has room."""
    fit = f' textLength="{number(long)}" lengthAdjust="spacingAndGlyphs"' if long > SHORT else ""
    return f'<text class="{kind}" x="{number(x)}" y="{number(y)}"{fit}>{text}</text>'


@dataclass(frozen=True)
class Node:
    """Something with a place and an outline, that arrows can start from and point to."""

    x: float
    y: float
    width: float
    height: float
    round: bool

    def rim(self, toward: tuple[float, float]) -> tuple[float, float]:
        """Where a straight line from the centre to `toward` crosses the outline."""
        dx, dy = toward[0] - self.x, toward[1] - self.y
        if self.round:
            scale = self.width / 2 / math.hypot(dx, dy)
        else:
            scale = min(
                self.width / 2 / abs(dx) if dx else math.inf,
                self.height / 2 / abs(dy) if dy else math.inf,
            )
        return self.x + dx * scale, self.y + dy * scale

    def at(self, dx: float, dy: float) -> tuple[float, float]:
        """A point of the node, seen from its centre."""
        return self.x + dx, self.y + dy


def toward(start, end, length):
    """The point `length` from `start` on the way to `end`."""
    distance = math.hypot(end[0] - start[0], end[1] - start[1])
    t = length / distance
    return start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t


class Figure:
    """One drawing."""

    def __init__(self, height: float, width: float = WIDTH):
        """Begin an empty drawing."""
        self.width, self.height = width, height
        self.parts: list[str] = []
        self.tips: list[str] = []

    # ---- nodes

    def input(self, x, y, label, width=BOX[0], extra=""):
        """A rounded rectangle: what comes in at one time step."""
        return self._box("input" + extra, x, y, label, width, BOX[1], 7)

    def output(self, x, y, label, width=BOX[0] + 4, extra=""):
        """A pill: what goes out at one time step."""
        return self._box("output" + extra, x, y, label, width, BOX[1], BOX[1] / 2)

    def small(self, role, x, y, label):
        """An input or output in a table of many."""
        return self._box(role, x, y, label, 38, 26, 7 if role == "input" else 13)

    def state(self, x, y, label, radius=RADIUS, extra=""):
        """A circle: the hidden state after one time step."""
        return self._circle("state" + extra, x, y, label, radius)

    def initial(self, x, y, label="0"):
        """The state before the first step: zeros, unless told otherwise."""
        return self._circle("state initial", x, y, label, SMALL)

    def box(self, x, y, label, width=BOX[0], height=28):
        """A plain box: a gate, or a layer without memory."""
        return self._box("plain", x, y, label, width, height, 3)

    def operation(self, x, y, sign):
        """A small plain circle: an elementwise operation."""
        return self._circle("plain", x, y, sign, 11)

    def _box(self, role, x, y, label, width, height, corner):
        shape = (
            f'<rect x="{number(x - width / 2)}" y="{number(y - height / 2)}" '
            f'width="{number(width)}" height="{number(height)}" rx="{number(corner)}"/>'
        )
        return self._node(role, shape, Node(x, y, width, height, False), label)

    def _circle(self, role, x, y, label, radius):
        shape = f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"/>'
        return self._node(role, shape, Node(x, y, 2 * radius, 2 * radius, True), label)

    def _node(self, role, shape, node, label):
        text = ""
        if label:
            text = fitted("math", node.x, node.y + 5, *math_spans(label))
        self.parts.append(f'<g class="node {role}">{shape}{text}</g>')
        return node

    # ---- arrows

    def edge(self, role, start: Node, end: Node, bend=0.0, kind=""):
        """An arrow between two nodes; `bend` pushes its middle to the left of its direction."""
        mx, my = (start.x + end.x) / 2, (start.y + end.y) / 2
        dx, dy = end.x - start.x, end.y - start.y
        length = math.hypot(dx, dy)
        control = (mx + bend * dy / length * 2, my - bend * dx / length * 2)
        ahead, back = (control, control) if bend else ((end.x, end.y), (start.x, start.y))
        a = toward(start.rim(ahead), ahead, GAP - 1)
        b = toward(end.rim(back), back, GAP)
        shaft = toward(b, back, HEAD - 0.5)
        curve = f"Q{number(control[0])} {number(control[1])} " if bend else "L"
        d = f"M{number(a[0])} {number(a[1])}{curve}{number(shaft[0])} {number(shaft[1])}"
        self.path(d, role, f"edge {kind}".strip())

    def wire(self, role, points, tip=True, bridge="", kind="edge", radius=9):
        """A line through `points` with rounded corners; `bridge` passes it over what it crosses.

        `bridge` is `on-ground` or `on-panel`, to say what colour surrounds the crossing.
        """
        points = list(points)
        if tip:
            points[-1] = toward(points[-1], points[-2], HEAD - 0.5)
        d = f"M{number(points[0][0])} {number(points[0][1])}"
        for before, corner, after in zip(points, points[1:-1], points[2:], strict=False):
            a, b = toward(corner, before, radius), toward(corner, after, radius)
            d += f"L{number(a[0])} {number(a[1])}Q{number(corner[0])} {number(corner[1])} "
            d += f"{number(b[0])} {number(b[1])}"
        d += f"L{number(points[-1][0])} {number(points[-1][1])}"
        if bridge:
            self.parts.append(f'<path class="{bridge} halo" d="{d}"/>')
        self.path(d, role, kind, tip)

    def path(self, d, role, kind="edge", tip=True):
        """A line drawn in a role's colour, with an arrowhead unless told otherwise."""
        marker = ""
        if tip:
            if role not in self.tips:
                self.tips.append(role)
            marker = f' marker-end="url(#tip-{role})"'
        self.parts.append(f'<path class="{kind} {role}" d="{d}"{marker}/>')

    # ---- the rest

    def math(self, x, y, formula, kind=""):
        """A formula, its letters in italics."""
        self.parts.append(fitted(f"math {kind}".strip(), x, y, *math_spans(formula)))

    def note(self, x, y, words, kind="note"):
        """A few words; `kind` is `note`, `code`, `head`, and `start` or `end` to align them."""
        words = words.replace("  ", "\u00a0\u00a0")  # else the indentation of code is lost
        long = length(words, kind)
        self.parts.append(fitted(kind, x, y, escape(words, quote=False), long))

    def dot(self, x, y, role):
        """A point of a plot, or a joint of two lines."""
        self.parts.append(f'<circle class="dot {role}" cx="{number(x)}" cy="{number(y)}" r="3.5"/>')

    def rule(self, *points, dashed=False, tip=False):
        """A thin grey line: an axis, a border."""
        self.wire("rule", points, tip=tip, kind="dashed" if dashed else "axis")

    def legend(self, x, y, role, words):
        """A short line in a role's colour, and what it stands for; gradients run backwards."""
        ends = [(x, y), (x + 30, y)]
        self.wire(role, ends[::-1] if role == "gradient" else ends)
        self.note(x + 37, y + 4.5, words, "note start")

    def panel(self, x, y, width, height):
        """A faint ground that holds together what belongs together."""
        self.parts.append(
            f'<rect class="panel" x="{number(x)}" y="{number(y)}" width="{number(width)}" '
            f'height="{number(height)}" rx="10"/>'
        )

    def time(self, x0, x1, y):
        """The time axis below a chain of steps."""
        self.rule((x0, y), (x1 - 44, y), tip=True)
        self.note(x1, y + 4.5, "time", "note end")

    def svg(self, title: str, desc: str) -> str:
        """The drawing as a file's text, with what a screen reader says of it."""
        # One arrowhead; a marker cannot take the colour of its line everywhere, so one per role.
        tips = "".join(
            f'<marker id="tip-{role}" markerUnits="userSpaceOnUse" markerWidth="{HEAD}" '
            f'markerHeight="{HEAD}" refX="0" refY="{HEAD / 2:g}" orient="auto">'
            f'<path class="tip-{role}" d="M0 0L{HEAD} {HEAD / 2:g}L0 {HEAD}Z"/></marker>'
            for role in self.tips
        )
        width, height = number(self.width), number(self.height)
        lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" '
            f'width="{number(self.width * DISPLAY)}" height="{number(self.height * DISPLAY)}">',
            f"<title>{escape(title, quote=False)}</title>",
            f"<desc>{escape(desc, quote=False)}</desc>",
            f"<style>{style()}</style>",
            f"<defs>{tips}</defs>" if tips else "",
            # The colour of the page, so that it is seen only where the page has another one: a dark
            # notebook that shows the light drawing, or the reverse.
            f'<rect class="ground" width="{width}" height="{height}" rx="8"/>',
            *self.parts,
            "</svg>",
        ]
        return "\n".join(line for line in lines if line) + "\n"
