"""The drawings are current, legible, and true: what they show is what Keras computes.

Nothing here believes a drawing's own words. The graph is read off the SVG's geometry (which outline
an arrow starts at and which one its tip touches) and compared with models that are run.
"""

import itertools
import math
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

import keras
import numpy as np
import pytest
from keras.layers import Dense, Input, RepeatVector, SimpleRNN
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

DIAGRAMS = Path(__file__).parent.parent / "diagrams"
sys.path.insert(0, str(DIAGRAMS))

import draw  # noqa: E402
import ink  # noqa: E402

DRAWINGS = draw.drawings()
NAMES = sorted(DRAWINGS)
SVG = "{http://www.w3.org/2000/svg}"


# ---------------------------------------------------------------------------------------------
# Reading a drawing


@dataclass(eq=False)
class Shape:
    """A node as it is drawn: its roles, its place and size, what is written on it."""

    roles: set
    x: float
    y: float
    half_width: float
    half_height: float
    round: bool
    label: str

    def distance(self, point):
        """How far a point is from the outline."""
        dx, dy = abs(point[0] - self.x), abs(point[1] - self.y)
        if self.round:
            return abs(math.hypot(dx, dy) - self.half_width)
        outside = math.hypot(max(dx - self.half_width, 0), max(dy - self.half_height, 0))
        return outside or min(self.half_width - dx, self.half_height - dy)

    def is_a(self, role):
        return role in self.roles


@dataclass(eq=False)
class Line:
    """A path as it is drawn: its roles, points along it, where its tip is."""

    roles: set
    points: list
    tip: tuple | None
    start: Shape | None = None
    end: Shape | None = None


@dataclass
class Text:
    """A piece of lettering: its words, its box on the drawing, the node it is written on."""

    words: str
    box: tuple
    sizes: list
    shape: Shape | None


@dataclass
class Drawing:
    width: float
    height: float
    root: ET.Element
    shapes: list = field(default_factory=list)
    lines: list = field(default_factory=list)
    texts: list = field(default_factory=list)
    dots: list = field(default_factory=list)

    def edges(self, role=None):
        return [e for e in self.lines if "edge" in e.roles and (role is None or role in e.roles)]

    def nodes(self, *roles):
        return sorted(
            (s for s in self.shapes if all(s.is_a(role) for role in roles)), key=lambda s: s.x
        )

    def touching(self, point):
        """The node whose outline a line's end touches, if any."""
        nearest = min(self.shapes, key=lambda shape: shape.distance(point))
        return nearest if nearest.distance(point) <= 4.5 else None


def read(name):
    """Parse a drawing into shapes, lines and texts."""
    root = ET.fromstring(DRAWINGS[name])
    _, _, width, height = map(float, root.get("viewBox").split())
    drawing = Drawing(width, height, root)
    for group in root.iter(SVG + "g"):
        drawing.shapes.append(read_shape(group))
        for text in group.iter(SVG + "text"):
            drawing.texts.append(read_text(text, drawing.shapes[-1]))
    for element in root:
        if element.tag == SVG + "path":
            drawing.lines.append(read_line(element))
        if element.tag == SVG + "text":
            drawing.texts.append(read_text(element, None))
        if element.tag == SVG + "circle":
            drawing.dots.append(
                (
                    set(element.get("class").split()),
                    float(element.get("cx")),
                    float(element.get("cy")),
                )
            )
    for line in drawing.lines:
        line.start = drawing.touching(line.points[0])
        line.end = drawing.touching(line.tip) if line.tip else None
    return drawing


def read_shape(group):
    roles, label = set(group.get("class").split()), "".join(group.itertext())
    shape = group[0]
    if shape.tag == SVG + "circle":
        x, y, r = (float(shape.get(key)) for key in ("cx", "cy", "r"))
        return Shape(roles, x, y, r, r, True, label)
    x, y, w, h = (float(shape.get(key)) for key in ("x", "y", "width", "height"))
    return Shape(roles, x + w / 2, y + h / 2, w / 2, h / 2, False, label)


def read_line(element):
    """Points every few units along the path (only M, L and Q are drawn)."""
    points = []
    for command, numbers in re.findall(r"([A-Z])([^A-Z]*)", element.get("d")):
        values = [float(n) for n in numbers.split()]
        if command == "M":
            points.append(tuple(values))
        elif command == "L":
            a, b = points[-1], tuple(values)
            steps = max(2, int(math.dist(a, b) / 2))
            points += [
                (a[0] + (b[0] - a[0]) * k / steps, a[1] + (b[1] - a[1]) * k / steps)
                for k in range(1, steps + 1)
            ]
        elif command == "Q":
            a, c, b = points[-1], values[:2], values[2:]
            points += [
                tuple((1 - t) ** 2 * a[i] + 2 * t * (1 - t) * c[i] + t**2 * b[i] for i in range(2))
                for t in (k / 16 for k in range(1, 17))
            ]
        else:
            raise AssertionError(f"unknown path command {command}")
    tip = None
    if element.get("marker-end"):
        (x0, y0), (x1, y1) = points[-2:]
        length = math.hypot(x1 - x0, y1 - y0)
        tip = (x1 + (x1 - x0) / length * ink.HEAD, y1 + (y1 - y0) / length * ink.HEAD)
    return Line(set(element.get("class").split()), points, tip)


def read_text(element, shape):
    """Measure a text in the widest of its fallback fonts."""
    classes = (element.get("class") or "").split()
    base = next((ink.FONT_SIZES[c] for c in classes if c in ink.FONT_SIZES), ink.FONT_SIZES["note"])
    family = {"math": "STIXGeneral", "code": "DejaVu Sans Mono"}
    font = FontProperties(family=next((family[c] for c in classes if c in family), "DejaVu Sans"))
    if "head" in classes:
        font.set_weight("bold")
    width, sizes = 0.0, []
    pieces = [(element.text, base, 0.0)]
    for span in element:
        size = float(span.get("font-size", base))
        pieces += [(span.text, size, float(span.get("dx", 0))), (span.tail, base, 0.0)]
    for text, size, dx in pieces:
        width += dx
        if text and text.strip():
            sizes.append(size)
            # A trailing letter, taken off again, makes spaces count.
            ends = [
                TextPath((0, 0), t, size, prop=font).get_extents().x1 for t in (text + "n", "n")
            ]
            width += ends[0] - ends[1]
        elif text:
            width += 0.25 * size * len(text)
    x, y = float(element.get("x")), float(element.get("y"))
    left = x if "start" in classes else x - width if "end" in classes else x - width / 2
    words = "".join(element.itertext())
    return Text(words, (left, y - 0.72 * base, left + width, y + 0.2 * base), sizes, shape)


ALL = {name: read(name) for name in NAMES}
each = pytest.mark.parametrize("name", NAMES)


# ---------------------------------------------------------------------------------------------
# The files


def test_files_are_current():
    """What is committed is what the code draws: run `make diagrams` when this fails."""
    committed = {path.name: path.read_bytes() for path in DIAGRAMS.glob("*.svg")}
    drawn = {name: svg.encode() for name, svg in DRAWINGS.items()}
    assert sorted(committed) == sorted(drawn)
    stale = [name for name in drawn if committed[name] != drawn[name]]
    assert not stale, f"stale, redraw with `make diagrams`: {stale}"


def test_redrawing_gives_the_same_bytes():
    """In another process, with other hashes, in another language and time zone."""
    code = "import draw, hashlib; print(hashlib.sha256(repr(draw.drawings()).encode()).hexdigest())"
    digests = set()
    for seed in ("0", "1", "4321"):
        env = os.environ | {"PYTHONHASHSEED": seed, "PYTHONUTF8": "1", "TZ": "Asia/Tokyo"}
        env |= {"LC_ALL": "C", "PYTHONDONTWRITEBYTECODE": "1"}
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=DIAGRAMS, env=env, capture_output=True, text=True
        )
        assert run.returncode == 0, run.stderr
        digests.add(run.stdout)
    assert len(digests) == 1


def test_drawing_needs_the_standard_library_only():
    """So that every machine with a Python can redraw."""
    code = "import sys; sys.path.insert(0, '.'); import draw; draw.drawings()"
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", code], cwd=DIAGRAMS, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr


@each
def test_file(name):
    """Small, self-contained, named and described."""
    svg = DRAWINGS[name]
    assert len(svg.encode()) < 12_000
    assert "\r" not in svg and svg.endswith("</svg>\n")
    root = ALL[name].root
    title, desc = root.find(SVG + "title").text, root.find(SVG + "desc").text
    assert root[0].tag == SVG + "title" and len(title) > 12
    assert len(desc) > 100 and desc.endswith(".") and title not in desc
    assert not re.search(r"(?:href|src|xlink|@import|@font-face|<script|<image)", svg)
    refers = re.findall(r"url\((.*?)\)", svg)
    assert all(f'id="{target[1:]}"' in svg for target in refers)
    assert len(set(DRAWINGS.values())) == len(DRAWINGS)


@each
def test_colours_and_classes(name):
    """Every colour comes from the one table, through a class of the one style sheet."""
    svg = DRAWINGS[name]
    known = {colour for pair in ink.INKS.values() for colour in pair}
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", svg)) <= known
    body = svg.split("</style>")[1]
    assert not re.search(r'(?:fill|stroke|style|color|opacity)="', body)
    styled = set(re.findall(r"\.([a-z-]+)", ink.style()))
    used = {c for classes in re.findall(r'class="([^"]*)"', body) for c in classes.split()}
    assert used <= styled | {"node", "axis"}, used - styled


# ---------------------------------------------------------------------------------------------
# Legibility


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(ink_name, ground_name, theme):
    a, b = (luminance(ink.INKS[name][theme]) for name in (ink_name, ground_name))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)


@pytest.mark.parametrize("theme", (0, 1), ids=("light", "dark"))
def test_contrast(theme):
    """WCAG AA: 4.5 to 1 for text on every ground it stands on, 3 to 1 for what is drawn."""
    grounds = ("ground", "panel")
    for text in ("ink", "faint", "gradient"):
        for ground in grounds:
            assert contrast(text, ground, theme) >= 4.5, (text, ground)
    for role in ("input", "state", "output"):
        for ground in (*grounds, f"{role}-fill"):
            assert contrast(f"{role}-text", ground, theme) >= 4.5, (role, ground)
        for ground in grounds:
            assert contrast(role, ground, theme) >= 3, (role, ground)
    for ground in grounds:
        assert contrast("rule", ground, theme) >= 3, ground


@each
def test_lettering_is_large_enough_on_a_phone(name):
    """At 360 px: words at least 11 px high, subscripts 9.5."""
    drawing = ALL[name]
    scale = min(360 / drawing.width, ink.DISPLAY)
    for text in drawing.texts:
        assert max(text.sizes) * scale >= 11, text.words
        assert min(text.sizes) * scale >= 9.5, text.words


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@each
def test_nothing_leaves_the_picture_or_overlaps(name):
    """Lettering fits its node; loose words touch no node, no line and no other words."""
    drawing = ALL[name]
    for text in drawing.texts:
        left, top, right, bottom = text.box
        assert left >= 2 and right <= drawing.width - 2, f"{text.words!r} leaves the picture"
        assert top >= 1 and bottom <= drawing.height - 1, f"{text.words!r} leaves the picture"
        if text.shape:
            room = text.shape.half_width * 2 - 4
            assert right - left <= room, f"{text.words!r} is wider than its node"
    for shape in drawing.shapes:
        assert shape.half_width <= shape.x - 1 and shape.x + shape.half_width <= drawing.width - 1
        assert shape.half_height <= shape.y - 1 and shape.y + shape.half_height < drawing.height
    for a, b in itertools.combinations(drawing.shapes, 2):
        apart = (
            abs(a.x - b.x) - a.half_width - b.half_width,
            (abs(a.y - b.y) - a.half_height - b.half_height),
        )
        assert max(apart) >= 3, f"{a.label!r} and {b.label!r} touch"
    for a, b in itertools.combinations(drawing.texts, 2):
        assert not overlap(a.box, b.box), f"{a.words!r} and {b.words!r} overlap"
    for text in (t for t in drawing.texts if not t.shape):
        left, top, right, bottom = text.box
        for s in drawing.shapes:
            inside = abs((left + right) / 2 - s.x) < s.half_width and text.words == "start"
            outline = (
                s.x - s.half_width,
                s.y - s.half_height,
                s.x + s.half_width,
                s.y + s.half_height,
            )
            assert inside or not overlap(text.box, outline), f"{text.words!r} on {s.label!r}"
        for line in drawing.lines:
            if "halo" not in line.roles:
                hit = [p for p in line.points if left < p[0] < right and top < p[1] < bottom]
                assert not hit, f"{text.words!r} is crossed by a line at {hit[0]}"


@each
def test_lines_pass_no_node(name):
    """No arrow runs through a node that it does not start from or point to."""
    drawing = ALL[name]
    for line in drawing.lines:
        if "edge" not in line.roles:
            continue
        for shape in drawing.shapes:
            for x, y in line.points:
                dx, dy = abs(x - shape.x), abs(y - shape.y)
                inside = (
                    math.hypot(dx, dy) < shape.half_width
                    if shape.round
                    else dx < shape.half_width and dy < shape.half_height
                )
                assert not inside, f"a line runs through {shape.label!r} at {x, y}"


@each
def test_roles_have_their_shapes(name):
    """Colour is doubled by shape: inputs are boxes, states are circles, outputs are pills."""
    for group in ALL[name].root.iter(SVG + "g"):
        roles, shape = set(group.get("class").split()), group[0]
        assert "node" in roles and len(roles & {"input", "state", "output", "plain"}) == 1
        if "state" in roles:
            assert shape.tag == SVG + "circle"
        if "input" in roles:
            assert shape.tag == SVG + "rect" and shape.get("rx") == "7"
        if "output" in roles:
            assert float(shape.get("rx")) * 2 == float(shape.get("height"))


# ---------------------------------------------------------------------------------------------
# Truth: topologies


def sequential(*layers):
    return keras.Sequential(layers)


def encoder_decoder(steps=3):
    """Two inputs: the message, and what the decoder is told (a start sign, then y1)."""
    message, told = Input((steps, 2)), Input((2, 2))
    _, state = SimpleRNN(3, return_state=True)(message)
    y = SimpleRNN(3, return_sequences=True)(told, initial_state=state)
    return keras.Model([message, told], Dense(2)(y))


def bidirectional():
    rnn = SimpleRNN(3, return_sequences=True)
    return sequential(Input((3, 2)), keras.layers.Bidirectional(rnn), Dense(1))


def chain(steps, units=3):
    """Many-to-many with a readout at every step."""
    return sequential(Input((steps, 2)), SimpleRNN(units, return_sequences=True), Dense(1))


def last(steps):
    """Many-to-one with a readout of the last state."""
    return sequential(Input((steps, 2)), SimpleRNN(3), Dense(1))


def all_recurrent(steps, **options):
    """The networks whose output layer is recurrent too."""
    layers = SimpleRNN(3, return_sequences=True), SimpleRNN(1, **options)
    return sequential(Input((steps, 2)), *layers)


def repeated():
    rnn = SimpleRNN(3, return_sequences=True)
    return sequential(Input((2,)), RepeatVector(3), rnn, Dense(1))


def given_once():
    x = Input((2,))
    nothing = keras.ops.zeros_like(RepeatVector(3)(x))
    y = SimpleRNN(3, return_sequences=True)(nothing, initial_state=Dense(3)(x))
    return keras.Model(x, Dense(1)(y))


def stacked():
    rnns = [SimpleRNN(3, return_sequences=True) for _ in range(2)]
    return sequential(Input((3, 2)), *rnns, Dense(1))


# The networks of each drawing, from left to right and from top to bottom.
MODELS = {
    "loop-unrolled": [lambda: chain(3)],
    "unrolled": [lambda: last(3)],
    "many-to-many": [lambda: chain(3)],
    "many-to-one": [lambda: last(3)],
    "one-to-many": [repeated, given_once],
    "encoder-decoder": [encoder_decoder],
    "topologies": [lambda: chain(3), lambda: last(3), given_once, lambda: encoder_decoder(2)],
    "no-recurrence": [lambda: sequential(Input((2,)), Dense(3), Dense(1))],
    "one-step": [lambda: last(1)],
    "three-networks": [
        lambda: all_recurrent(2, return_sequences=True),
        lambda: all_recurrent(2),
        lambda: all_recurrent(1),
    ],
    "sincos-network": [lambda: all_recurrent(2)],
    "stacked": [stacked],
    "bidirectional": [bidirectional],
    "gradient": [lambda: last(4)],
    "forecast": [lambda: chain(4), lambda: chain(4)],
}


def keras_dependence(model):
    """Which output steps move when one input step does: a truth table, measured."""
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=(1, *tensor.shape[1:])).astype("float32") for tensor in model.inputs]

    def outputs():
        y = np.array(model(arrays[0] if len(arrays) == 1 else arrays))
        return y if y.ndim == 3 else y[:, None]

    before, columns = outputs(), []
    for array in arrays:
        for step in range(array.shape[1]) if array.ndim == 3 else [...]:
            kept = array.copy()
            array[:, step] += 0.5
            columns.append((np.abs(outputs() - before).max(axis=(0, 2)) > 1e-6).tolist())
            array[:] = kept
    return np.array(columns).T.tolist()


def keras_steps(model):
    """For each recurrent layer, the number of time steps it runs over."""
    steps = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.RNN):
            shape = layer.input[0].shape if isinstance(layer.input, list) else layer.input.shape
            steps.append(shape[1])
        if isinstance(layer, keras.layers.Bidirectional):
            steps += [layer.input.shape[1]] * 2
    return sorted(steps)


def forward(drawing):
    """The arrows of the network itself: without the gradient's, and without what is fed back."""
    return [
        e
        for e in drawing.edges()
        if "gradient" not in e.roles
        and not (e.end and e.start.is_a("output") and e.end.is_a("input"))
    ]


def part(drawing, seed):
    """The nodes joined to a node by arrows of any direction."""
    found, grown = {seed}, True
    while grown:
        more = {n for e in forward(drawing) if {e.start, e.end} & found for n in (e.start, e.end)}
        grown, found = not more <= found, found | more
    return found


def reaches(edges, start):
    """Every node that can be reached along the arrows."""
    found, front = set(), [start]
    while front:
        node = front.pop()
        for edge in edges:
            if edge.start is node and edge.end not in found:
                found.add(edge.end)
                front.append(edge.end)
    return found


def drawn_dependence(drawing, nodes):
    inputs = [n for n in drawing.nodes("input") if n in nodes]
    outputs = [n for n in drawing.nodes("output") if n in nodes]
    reached = [reaches(forward(drawing), n) for n in inputs]
    return [[output in found for found in reached] for output in outputs]


def drawn_layers(drawing, nodes):
    """The states of each recurrent layer, in order of time; a layer is a letter and its number."""
    layers = {}
    for state in drawing.nodes("state"):
        if state in nodes and not state.is_a("initial"):
            layers.setdefault(re.sub(r"^(\w)\d", r"\1", state.label), []).append(state)
    return layers


@each
def test_arrows_begin_and_end_on_something(name):
    """Inside a cell lines also join at dots; elsewhere every arrow runs from node to node."""
    drawing = ALL[name]
    if name in ("lstm-cell.svg", "gru-cell.svg"):
        return
    loose = [
        e
        for e in drawing.edges()
        if (e.start is None or e.end is None) and len(e.points) > 17  # longer than a legend's
    ]
    cut = [e for e in drawing.edges("gradient") if e.start and not e.end]
    assert loose == cut or not loose
    assert len(cut) == (1 if name == "truncated.svg" else 0)


def networks(drawing):
    """The separate networks on a drawing, without a cell that is drawn with its loop."""
    found = []
    for node in drawing.nodes("input"):
        nodes = part(drawing, node)
        loop = any(e.start is e.end for e in drawing.edges() if e.start in nodes)
        if not loop and nodes not in found:
            found.append(nodes)
    return sorted(
        found, key=lambda nodes: (max(n.y for n in nodes) // 100, min(n.x for n in nodes))
    )


@pytest.mark.parametrize("name", MODELS)
def test_topology(name):
    """Steps in, steps out, recurrent layers, and what depends on what: as in the Keras models."""
    drawing = ALL[f"{name}.svg"]
    for nodes, build in zip(networks(drawing), MODELS[name], strict=True):
        model = build()
        assert drawn_dependence(drawing, nodes) == keras_dependence(model)
        layers = drawn_layers(drawing, nodes)
        assert sorted(len(states) for states in layers.values()) == keras_steps(model)
        ends = {states[k] for states in layers.values() for k in (0, -1)}
        recurrent = {(e.start, e.end) for e in drawing.edges("state")}
        for letter, states in layers.items():
            onward = set(itertools.pairwise(states))
            back = {(b, a) for a, b in onward}
            assert onward <= recurrent or back <= recurrent, f"layer {letter} is not recurrent"
            first = states[0] if onward <= recurrent else states[-1]
            before = [a for a, b in recurrent if b is first and a not in states]
            assert len(before) == 1, f"layer {letter} has no initial state"
            assert before[0].is_a("initial") or before[0] in ends


def test_planted_faults_are_seen(monkeypatch):
    """A second layer without recurrence, and an output from the wrong step, do not pass."""
    stacked = DRAWINGS["stacked.svg"]
    paths = re.findall(r'<path class="edge state"[^\n]*\n', stacked)
    for path in paths:
        check_fails(monkeypatch, "stacked", stacked.replace(path, ""))
    one = DRAWINGS["many-to-one.svg"]
    readout = re.search(r'<path class="edge output" d="M348 ([^"]*?)L348 [^\n]*\n', one).group()
    check_fails(monkeypatch, "many-to-one", one.replace(readout, readout.replace("M348", "M136")))


def check_fails(monkeypatch, name, svg):
    """The topology test rejects this version of a drawing."""
    monkeypatch.setitem(DRAWINGS, f"{name}.svg", svg)
    monkeypatch.setitem(ALL, f"{name}.svg", read(f"{name}.svg"))
    with pytest.raises((AssertionError, AttributeError)):
        test_topology(name)
    monkeypatch.undo()


@pytest.mark.parametrize("name", ("loop-unrolled", "latch"))
def test_loop(name):
    """One cell: an input, an output, and an arrow from its state to its state."""
    drawing = ALL[f"{name}.svg"]
    cell = part(drawing, drawing.nodes("input")[0])
    assert sorted(min(n.roles - {"node"}) for n in cell) == ["input", "output", "state"]
    loops = [e for e in drawing.edges("state") if e.start is e.end and e.start in cell]
    assert len(loops) == 1
    # It leaves and comes back where the chain's arrows do: on the right and on the left.
    assert loops[0].points[0][0] > loops[0].start.x > loops[0].tip[0]


# ---------------------------------------------------------------------------------------------
# Truth: cells, evaluated by following their lines


def sources(drawing):
    """For each node, the nodes whose values arrive; a line may begin at a dot on another line."""
    edges = [e for e in drawing.edges() if e.end]

    def origin(line):
        if line.start:
            return line.start
        at = line.points[0]
        (trunk,) = [
            other
            for other in edges
            if other is not line
            and line.roles <= other.roles
            and min(math.dist(at, point) for point in other.points) < 1.5
        ]
        return origin(trunk)

    arrivals = {}
    for line in edges:
        arrivals.setdefault(line.end, []).append(origin(line))
    return arrivals


def evaluate(drawing, given, kernel, recurrent, bias, recurrent_bias):
    """The values of all nodes: `given` by label, weights by the letter written beside a gate."""
    arrivals = sources(drawing)
    labels = [t for t in drawing.texts if not t.shape and re.fullmatch(r"[a-z]t", t.words)]
    values = {}

    def letter(shape):
        return min(labels, key=lambda t: math.dist(t.box[:2], (shape.x, shape.y))).words[0]

    def incoming(source, gate):
        if source.is_a("input"):
            return value(source) @ kernel[gate] + bias[gate]
        if source.is_a("state") and source not in arrivals:
            return value(source) @ recurrent[gate] + recurrent_bias[gate]
        return value(source)

    def value(shape):
        if shape not in values:
            values[shape] = compute(shape)
        return values[shape]

    def compute(shape):
        if shape not in arrivals:
            return given[shape.label]
        found = arrivals[shape]
        if shape.label in ("σ", "tanh"):
            total = sum(incoming(source, letter(shape)) for source in found)
            return np.tanh(total) if shape.label == "tanh" else 1 / (1 + np.exp(-total))
        if shape.label == "×":
            return math.prod(value(source) for source in found)
        if shape.label == "+":
            return sum(value(source) for source in found)
        (source,) = found
        if shape.label.startswith("U"):
            return incoming(source, shape.label[1])
        return 1 - value(source) if shape.label == "1 −" else value(source)

    return {shape.label: value(shape) for shape in drawing.shapes if shape.is_a("state")}


@pytest.mark.parametrize("name", ("lstm", "gru"))
def test_cell_computes_what_keras_computes(name):
    """The drawn cell, evaluated with random weights by following its lines, equals Keras."""
    rng = np.random.default_rng(3)
    units, gates = 4, {"lstm": "ifgo", "gru": "zrg"}[name]
    cell = {"lstm": keras.layers.LSTMCell, "gru": keras.layers.GRUCell}[name](units)
    cell.build((1, 2))
    cell.set_weights([rng.normal(size=w.shape) for w in cell.get_weights()])
    kernel, recurrent, bias = cell.get_weights()
    bias, recurrent_bias = bias if name == "gru" else (bias, np.zeros_like(bias))
    weights = [
        {g: w[..., k * units : (k + 1) * units] for k, g in enumerate(gates)}
        for w in (kernel, recurrent, bias, recurrent_bias)
    ]
    x = rng.normal(size=(1, 2))
    states = [rng.normal(size=(1, units)) for _ in range(1 + (name == "lstm"))]
    given = {"xt": x, "ht−1": states[0], "ct−1": states[-1]}
    drawn = evaluate(ALL[f"{name}-cell.svg"], given, *weights)
    _, computed = cell(x.astype("float32"), [s.astype("float32") for s in states])
    for label, expected in zip(("ht", "ct"), computed, strict=False):
        np.testing.assert_allclose(drawn[label], np.array(expected), atol=1e-5)


# ---------------------------------------------------------------------------------------------
# Truth: what flows


def test_gradient_runs_against_the_arrows():
    """From the loss back to the first state, along every arrow that the loss depends on."""
    drawing = ALL["gradient.svg"]
    back = {(e.end, e.start) for e in drawing.edges("gradient") if e.start}
    ahead = {
        (e.start, e.end)
        for e in drawing.edges()
        if e.roles & {"state", "output", "plain"} and e.start and not e.start.is_a("initial")
    }
    assert back == ahead and len(back) == 5


def test_gradient_factor():
    """The factors on the drawing: delta(t) = (delta(t+1) U^T) * (1 - h(t)^2)."""
    import tensorflow as tf

    rng = np.random.default_rng(1)
    cell = keras.layers.SimpleRNNCell(3)
    cell.build((1, 2))
    x, a = (tf.constant(rng.normal(size=(1, n)), "float32") for n in (2, 3))
    g = rng.normal(size=(1, 3)).astype("float32")
    with tf.GradientTape() as tape:
        tape.watch(a)
        h = tf.tanh(a)
        after, _ = cell(x, [h])
        loss = tf.reduce_sum(after * g)
    delta_after = g * (1 - after.numpy() ** 2)
    delta = (delta_after @ cell.recurrent_kernel.numpy().T) * (1 - h.numpy() ** 2)
    np.testing.assert_allclose(tape.gradient(loss, a).numpy(), delta, atol=1e-6)
    words = [text.words for text in ALL["gradient.svg"].texts]
    assert "δt = (δt+1 UT) ⊙ (1 − ht2)" in words and words.count("UT") == 3


def test_truncation_cuts_the_gradient_and_not_the_state():
    drawing = ALL["truncated.svg"]
    states = drawing.nodes("state")
    ahead = {(e.start, e.end) for e in drawing.edges("state") if e.start}
    back = {(e.end, e.start) for e in drawing.edges("gradient") if e.end}
    assert ahead == set(itertools.pairwise(states)) and len(states) == 6
    assert ahead - back == {(states[2], states[3])}
    (cut,) = [e for e in drawing.edges("gradient") if e.start is states[3] and not e.end]
    assert states[2].x < cut.tip[0] < states[3].x


@pytest.mark.parametrize("name", ("forecast", "encoder-decoder"))
def test_what_is_fed_back_is_what_came_out(name):
    """A dashed arrow takes each output to the next step's input of the same name, and no other."""
    drawing = ALL[f"{name}.svg"]
    fed = [e for e in drawing.edges("output") if e.end and e.end.is_a("input")]
    assert len(fed) == (2 if name == "forecast" else 1)
    for edge in fed:
        assert "dashed" in edge.roles and edge.start.label == edge.end.label
        assert edge.end is min(
            (n for n in drawing.nodes("input") if n.x > edge.start.x and n.y > edge.start.y),
            key=lambda n: (n.y - edge.start.y > 200, n.x),
        )
    if name == "forecast":
        guesses = {n for n in drawing.nodes("input") if n.label.startswith("ŷ")}
        assert guesses == {e.end for e in fed}


def test_latch_plot_is_what_keras_computes():
    """The dots' heights, taken back to numbers, are a SimpleRNN's outputs with w = 2, u = 3."""
    heights = {
        role: np.array([y for roles, _, y in ALL["latch.svg"].dots if role in roles])
        for role in ("state", "input")
    }
    x = np.sign(np.median(heights["input"]) - heights["input"]).astype("float32")
    assert sorted(set(x)) == [-1, 0, 1]
    rnn = sequential(Input((None, 1)), SimpleRNN(1, return_sequences=True))
    rnn.set_weights([np.array([[3.0]]), np.array([[2.0]]), np.array([0.0])])
    h = rnn(x[None, :, None]).numpy()[0, :, 0]
    rest = heights["state"][0]  # before the first pulse the state is zero
    scale = (rest - heights["state"][2]) / h[2]
    np.testing.assert_allclose((rest - heights["state"]) / scale, h, atol=3e-3)


def test_states_between_batches():
    """Above every batch begins at zeros; below the second begins where the first ended."""
    drawing = ALL["states.svg"]
    rows = {}
    for state in drawing.nodes("state"):
        rows.setdefault(state.y, []).append(state)
    above, below = (rows[y] for y in sorted(rows))
    assert [s.is_a("initial") for s in above] == [True, False, False] * 2
    assert [s.is_a("initial") for s in below] == [True] + [False] * 4
    into = {(e.start, e.end) for e in drawing.edges("state")}
    assert into == set(itertools.pairwise(above)) - {(above[2], above[3])} | set(
        itertools.pairwise(below)
    )
    x = np.ones((1, 2, 1), "float32")
    for row, stateful in ((above, False), (below, True)):
        rnn = SimpleRNN(1, stateful=stateful)
        model = keras.Sequential([Input(batch_shape=(1, 2, 1)), rnn])
        same = np.array_equal(np.array(model(x)), np.array(model(x)))
        assert same == (sum(s.is_a("initial") for s in row) == 2)


def test_windows():
    """Every row is a window of Keras' own: two neighbours and the sample after; 20 % held back."""
    drawing = ALL["windows.svg"]
    rows = {}
    for shape in drawing.nodes():
        rows.setdefault(shape.y, []).append(shape)
    columns = sorted({s.x for s in drawing.shapes})
    drawn = [[columns.index(s.x) for s in rows[y]] for y in sorted(rows)]
    series = np.arange(9)
    windows = keras.utils.timeseries_dataset_from_array(
        series[:-2], series[2:], sequence_length=2, batch_size=None
    )
    # Keras gives every window whose samples it is given; the last one has a target here too.
    expected = [[*np.array(x), int(np.array(x)[-1]) + 1] for x, _ in windows]
    expected.append([6, 7, 8])
    assert drawn == expected
    for y in rows:
        *inputs, target = rows[y]
        assert all(s.is_a("input") for s in inputs) and target.is_a("output")
        assert [int(s.label[1:]) - 1 for s in rows[y]] == [columns.index(s.x) for s in rows[y]]
    (border,) = [line.points[0][1] for line in drawing.lines if "dashed" in line.roles]
    assert sum(y < border for y in rows) == int(len(rows) * (1 - 0.2))


def test_mask():
    """True and False as Keras' mask layer says, and states copied where it says False."""
    drawing = ALL["mask.svg"]
    rows = {}
    for shape in drawing.nodes("input"):
        rows.setdefault(shape.y, []).append(shape)
    messages = [
        [0.0 if s.is_a("pad") else 1.0 + k for k, s in enumerate(rows[y])] for y in sorted(rows)
    ]
    assert [sum(v > 0 for v in m) for m in messages] == [3, 5, 2]
    x = np.array(messages, "float32")[..., None]
    masking, rnn = keras.layers.Masking(), SimpleRNN(1, return_sequences=True)
    written = [t for t in drawing.texts if t.words in ("True", "False")]
    mask = np.array(masking.compute_mask(x))[0]
    assert [t.words == "True" for t in sorted(written, key=lambda t: t.box)] == mask.tolist()
    h = np.array(rnn(masking(x)))[0, :, 0]
    states = drawing.nodes("state")
    for a, b in itertools.combinations(range(5), 2):
        assert (states[a].label == states[b].label) == bool(h[a] == h[b])
    (readout,) = drawing.edges("output")
    assert readout.start is states[-1]
    entered = {e.end for e in drawing.edges("input")}
    assert [s in entered for s in states] == mask.tolist()


def test_attention():
    """Above, recurrence; below, what a causal attention layer lets each output see."""
    drawing = ALL["attention.svg"]
    above, below = (
        part(drawing, min(drawing.nodes("input"), key=lambda n: (sign * n.y, n.x)))
        for sign in (1, -1)
    )
    rnn = sequential(Input((4, 2)), SimpleRNN(3, return_sequences=True))
    assert drawn_dependence(drawing, above) == keras_dependence(rnn)
    x = Input((4, 2))
    y = keras.layers.MultiHeadAttention(1, 2)(x, x, use_causal_mask=True)
    assert drawn_dependence(drawing, below) == keras_dependence(keras.Model(x, y))
    assert not any(n.is_a("state") for n in below)
