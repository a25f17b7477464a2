"""The drawings are current, light and true: what they show is what Keras computes.

Nothing here believes a drawing's own words: a browser says which node each arrow leaves and which
one its tip touches (browser/drawings.mjs), and that is compared with models that are run. Whether
a drawing can be made out is the matter of browser/diagrams.test.mjs.
"""

import itertools
import json
import math
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf
from cases.networks import MODELS, network, sequences
from keras.layers import Input, SimpleRNN
from test_browser import FOLDER, NODE, install, installed

DIAGRAMS = Path(__file__).parent.parent / "diagrams"
sys.path.insert(0, str(DIAGRAMS))

import draw  # noqa: E402
import ink  # noqa: E402

DRAWINGS = draw.drawings()
each = pytest.mark.parametrize("name", sorted(name.removesuffix(".svg") for name in DRAWINGS))


# ---------------------------------------------------------------------------------------------
# The files


def test_files_are_current():
    committed = {path.name: path.read_text("utf-8") for path in DIAGRAMS.glob("*.svg")}
    stale = {name for name in {*committed, *DRAWINGS} if committed.get(name) != DRAWINGS.get(name)}
    assert not stale, "draw again, with `make diagrams`"


@pytest.mark.parametrize("seed", ["0", "1", "4321"])
def test_every_python_draws_the_same(seed):
    """Without a package, with other hashes, in another language and time zone."""
    code = "import sys; sys.path.insert(0, '.'); import draw; print(ascii(draw.drawings()))"
    env = os.environ | {"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    run = subprocess.run(
        [sys.executable, "-S", "-B", "-c", code], cwd=DIAGRAMS, env=env, capture_output=True
    )
    assert run.stdout.decode().strip() == ascii(DRAWINGS), run.stderr.decode()


@each
def test_file(name):
    """Small, self-contained, named and described, its colours from the one table."""
    svg = DRAWINGS[f"{name}.svg"]
    assert len(svg.encode()) < 12_000
    assert "\r" not in svg and svg.endswith("</svg>\n") and 'role="img"' in svg
    title, description = re.search(r"<title>(.*)</title>\n<desc>(.*)</desc>", svg).groups()
    assert len(title) > 12
    assert len(description) > 100 and description.endswith(".") and title not in description
    assert not re.search(r"(?:href|src|xlink|@import|@font-face|<script|<image)", svg)
    assert all(f'id="{target}"' in svg for target in re.findall(r"url\(#?(.*?)\)", svg))
    assert list(DRAWINGS.values()).count(svg) == 1
    known = {colour for pair in ink.INKS.values() for colour in pair}
    assert set(re.findall(r"#[0-9a-fA-F]{3,8}\b", svg)) <= known
    body = svg.split("</style>")[1]
    assert not re.search(r'(?:fill|stroke|style|color|opacity)="', body)
    styled = set(re.findall(r"\.([a-z-]+)", ink.style())) | {"node", "axis"}
    assert set(" ".join(re.findall(r'class="([^"]*)"', body)).split()) <= styled


@each
def test_roles_have_their_shapes(name):
    """Colour is doubled by shape: inputs are boxes, states are circles, outputs are pills."""
    shapes = {
        "input": r'<rect [^>]* rx="7"/>',
        "state": r"<circle ",
        "output": r'<rect [^>]* height="([\d.]+)" rx="([\d.]+)"/>',
        "plain": "",
    }
    for roles, shape in re.findall(r'<g class="node ([^"]*)">(.*)', DRAWINGS[f"{name}.svg"]):
        (role,) = set(roles.split()) & set(shapes)
        found = re.match(shapes[role], shape)
        assert found, shape
        assert role != "output" or float(found[1]) == 2 * float(found[2]), shape


# ---------------------------------------------------------------------------------------------
# What a browser sees


class Part(SimpleNamespace):
    """A node, a line or a text; each equals nothing but itself."""

    __eq__, __hash__ = object.__eq__, object.__hash__


class Drawing:
    """Nodes, lines from node to node, words and dots, as the browser found them."""

    def __init__(self, seen):
        self.all_nodes, self.lines, self.texts, self.dots = (
            [Part(**part) for part in seen[kind]] for kind in ("nodes", "lines", "texts", "dots")
        )
        for line in self.lines:
            line.start, line.end = (
                self.all_nodes[end] if end >= 0 else None for end in (line.start, line.end)
            )

    def nodes(self, role):
        """The nodes with this role, from left to right."""
        return sorted((n for n in self.all_nodes if role in n.roles), key=lambda node: node.x)

    def edges(self, role="edge"):
        """The arrows with this role."""
        return [line for line in self.lines if {"edge", role} <= set(line.roles)]

    def joins(self, role="edge"):
        """The pairs of nodes that the arrows with this role join."""
        return {(line.start, line.end) for line in self.edges(role)}

    def forward(self):
        """The arrows of the network itself: no gradient, and nothing that is fed back."""
        return {
            (a, b)
            for a, b in self.joins() - self.joins("gradient")
            if a and b and not ("output" in a.roles and "input" in b.roles)
        }


def planted():
    """Drawings that tell an untruth: a layer without recurrence, an output from another step."""
    stacked, one = DRAWINGS["stacked.svg"], DRAWINGS["many-to-one.svg"]
    for number, path in enumerate(re.findall(r'<path class="edge state"[^\n]*\n', stacked)):
        yield f"stacked, {number}", stacked.replace(path, "")
    readout = re.search(r'<path class="edge output" d="M348 ([^"]*?)L348 [^\n]*\n', one).group()
    yield "many-to-one, 0", one.replace(readout, readout.replace("M348", "M136"))


@cache
def seen(name):
    """One drawing as a browser sees it; all of them are looked at in one go."""
    return Drawing(all_seen()[name])


@cache
def all_seen():
    if not installed():
        assert not os.environ.get("CI"), "no browser was found to look at the drawings"
        pytest.skip("no browser was found to look at the drawings: install one")
    install()
    browser, path = min(installed().items())
    drawings = {name.removesuffix(".svg"): svg for name, svg in DRAWINGS.items()}
    told = json.dumps(drawings | dict(planted())).encode()
    result = subprocess.run(
        [NODE, "drawings.mjs"],
        cwd=FOLDER,
        env=os.environ | {"BROWSER": browser, "BROWSER_PATH": path},
        input=told,
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(result.stdout)


def reach(joins, start, both_ways=False):
    """A node and every node that can be reached from it along the arrows."""
    found, front = {start}, [start]
    while front:
        node = front.pop()
        after = {b for a, b in joins if a is node}
        before = {a for a, b in joins if b is node} if both_ways else set()
        front += (after | before) - found
        found |= after | before
    return found


@each
def test_arrows_begin_and_end_on_something(name):
    """Every arrow longer than a legend's; a gradient may be cut, once, in one drawing."""
    drawing = seen(name)
    cut = {e for e in drawing.edges("gradient") if e.start and not e.end}
    assert len(cut) == (name == "truncated")
    assert {e for e in drawing.edges() if e.long > 31 and not (e.start and e.end)} <= cut


# ---------------------------------------------------------------------------------------------
# Topologies


def keras_dependence(model):
    """Which output steps move when one input step does: a truth table, measured."""
    rng = np.random.default_rng(0)
    given = [rng.normal(size=(1, *tensor.shape[1:])).astype("float32") for tensor in model.inputs]

    def outputs(arrays):
        return np.atleast_2d(np.squeeze(model(arrays if len(arrays) > 1 else arrays[0]), 0))

    columns = []
    for number, array in enumerate(given):
        for step in np.ndindex(array.shape[1:-1]):  # one, for an input without steps
            moved = array.copy()
            moved[(0, *step)] += 0.5
            change = outputs([*given[:number], moved, *given[number + 1 :]]) - outputs(given)
            columns.append(np.abs(change).max(axis=-1) > 1e-6)
    return np.transpose(columns).tolist()


def keras_steps(model):
    """For each recurrent layer, the number of time steps it runs over."""
    steps = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.RNN | keras.layers.Bidirectional):
            given = layer.input[0] if isinstance(layer.input, list) else layer.input
            steps += [given.shape[1]] * (1 if isinstance(layer, keras.layers.RNN) else 2)
    return sorted(steps)


def networks(drawing):
    """The nodes of each separate network, without a cell that is drawn with its loop."""
    found = []
    for node in drawing.nodes("input"):
        nodes = reach(drawing.forward(), node, both_ways=True)
        loop = any((state, state) in drawing.joins() for state in nodes)
        if not loop and nodes not in found:
            found.append(nodes)
    return sorted(
        found, key=lambda nodes: (max(n.y for n in nodes) // 100, min(n.x for n in nodes))
    )


def drawn_dependence(drawing, nodes):
    reached = [reach(drawing.forward(), n) for n in drawing.nodes("input") if n in nodes]
    outputs = [n for n in drawing.nodes("output") if n in nodes]
    return [[output in found for found in reached] for output in outputs]


def drawn_layers(drawing, nodes):
    """The states of each recurrent layer, in order of time; a layer is a letter and its number."""
    layers = {}
    for state in drawing.nodes("state"):
        if state in nodes and "initial" not in state.roles:
            layers.setdefault(re.sub(r"^(\w)\d", r"\1", state.label), []).append(state)
    return list(layers.values())


def compare(drawing, models):
    """Steps in, steps out, recurrent layers, and what depends on what: as in the Keras models."""
    recurrent = drawing.joins("state")
    for nodes, model in zip(networks(drawing), models, strict=True):
        assert drawn_dependence(drawing, nodes) == keras_dependence(model)
        layers = drawn_layers(drawing, nodes)
        assert sorted(map(len, layers)) == keras_steps(model)
        ends = {states[k] for states in layers for k in (0, -1)}
        for states in layers:
            if not set(itertools.pairwise(states)) <= recurrent:
                states = states[::-1]
            assert set(itertools.pairwise(states)) <= recurrent, "a layer is not recurrent"
            (before,) = [a for a, b in recurrent if b is states[0] and a not in states]
            assert "initial" in before.roles or before in ends


@pytest.mark.parametrize("name", MODELS)
def test_topology(name):
    compare(seen(name), MODELS[name]())


@pytest.mark.parametrize("name", dict(planted()))
def test_an_untruth_is_seen(name):
    with pytest.raises((AssertionError, ValueError)):
        compare(seen(name), MODELS[name.split(",")[0]]())


@pytest.mark.parametrize("name", ["loop-unrolled", "latch"])
def test_loop(name):
    """One cell: an input, an output, and an arrow from its state to its state."""
    drawing = seen(name)
    cell = reach(drawing.forward(), drawing.nodes("input")[0], both_ways=True)
    assert sorted(min(set(n.roles) - {"node"}) for n in cell) == ["input", "output", "state"]
    (loop,) = [e for e in drawing.edges("state") if e.start is e.end and e.start in cell]
    # It leaves and comes back where the chain's arrows do: on the right and on the left.
    assert loop.begin[0] > loop.start.x > loop.tip[0]


# ---------------------------------------------------------------------------------------------
# Cells, evaluated by following their lines


def evaluate(drawing, given, weights):
    """The new states: `given` by label, weights by the letter that is written beside a gate."""
    letters = [t for t in drawing.texts if t.loose and re.fullmatch(r"[a-z]t", t.words)]
    arrivals = {}
    for line in drawing.edges():
        arrivals.setdefault(line.end, []).append(line.start)

    def weighted(node, gate):
        kernel, recurrent, bias, recurrent_bias = weights[gate]
        if "input" in node.roles:
            return value(node) @ kernel + bias
        if node.label in given:
            return value(node) @ recurrent + recurrent_bias
        return value(node)

    @cache
    def value(node):
        found = arrivals.get(node)
        if not found:
            return given[node.label]
        if node.label in ("σ", "tanh"):
            beside = min(letters, key=lambda t: math.dist((t.x, t.y), (node.x, node.y)))
            total = sum(weighted(source, beside.words[0]) for source in found)
            return np.tanh(total) if node.label == "tanh" else 1 / (1 + np.exp(-total))
        if node.label in ("×", "+"):
            return (math.prod if node.label == "×" else sum)(map(value, found))
        (source,) = found
        if node.label.startswith("U"):
            return weighted(source, node.label[1])
        return 1 - value(source) if node.label == "1 −" else value(source)

    return {node.label: value(node) for node in drawing.nodes("state")}


@pytest.mark.parametrize(("name", "gates"), [("lstm", "ifgo"), ("gru", "zrg")])
def test_cell_computes_what_keras_computes(name, gates):
    rng = np.random.default_rng(3)
    units, layer = 4, {"lstm": keras.layers.LSTMCell, "gru": keras.layers.GRUCell}[name]
    cell = layer(units)
    cell.build((1, 2))
    cell.set_weights([rng.normal(size=w.shape) for w in cell.get_weights()])
    kernel, recurrent, bias = cell.get_weights()
    biases = bias if name == "gru" else (bias, np.zeros_like(bias))
    weights = {
        gate: [np.split(w, len(gates), axis=-1)[k] for w in (kernel, recurrent, *biases)]
        for k, gate in enumerate(gates)
    }
    x = rng.normal(size=(1, 2))
    states = [rng.normal(size=(1, units)) for _ in range(1 + (name == "lstm"))]
    given = {"xt": x, "ht−1": states[0], "ct−1": states[-1]}
    drawn = evaluate(seen(f"{name}-cell"), given, weights)
    _, computed = cell(x.astype("float32"), [s.astype("float32") for s in states])
    for label, expected in zip(("ht", "ct"), computed, strict=False):
        np.testing.assert_allclose(drawn[label], np.array(expected), atol=1e-5)


# ---------------------------------------------------------------------------------------------
# What flows


def test_gradient_runs_against_the_arrows():
    """From the loss back to the first state, along every arrow that the loss depends on."""
    drawing = seen("gradient")
    back = {(b, a) for a, b in drawing.joins("gradient") if a}  # a legend's line joins nothing
    ahead = drawing.joins("state") | drawing.joins("output") | drawing.joins("plain")
    assert back == {(a, b) for a, b in ahead if a and "initial" not in a.roles}
    assert len(back) == 5


def test_gradient_factor():
    """The factors on the drawing: delta(t) = (delta(t+1) U^T) * (1 - h(t)^2)."""
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
    words = [text.words for text in seen("gradient").texts]
    assert "δt = (δt+1 UT) ⊙ (1 − ht2)" in words and words.count("UT") == 3


def test_truncation_cuts_the_gradient_and_not_the_state():
    drawing = seen("truncated")
    states = drawing.nodes("state")
    ahead = {(a, b) for a, b in drawing.joins("state") if a}
    assert ahead == set(itertools.pairwise(states)) and len(states) == 6
    assert ahead - {(b, a) for a, b in drawing.joins("gradient")} == {(states[2], states[3])}
    (cut,) = [e for e in drawing.edges("gradient") if e.start is states[3] and not e.end]
    assert states[2].x < cut.tip[0] < states[3].x


def test_what_is_fed_back_is_what_came_out():
    """A dashed arrow takes each output to the next step's input of the same name, and no other."""
    drawing = seen("encoder-decoder")
    fed = [e for e in drawing.edges("output") if e.end and "input" in e.end.roles]
    assert len(fed) == 1
    for edge in fed:
        assert "dashed" in edge.roles and edge.start.label == edge.end.label
        later = [n for n in drawing.nodes("input") if n.x > edge.start.x and n.y > edge.start.y]
        assert edge.end is min(later, key=lambda n: (n.y - edge.start.y > 200, n.x))


def test_latch_plot_is_what_keras_computes():
    """The dots' heights, taken back to numbers, are a SimpleRNN's outputs with w = 2, u = 3."""
    dots = seen("latch").dots
    pulses, states = (
        np.array([dot.y for dot in dots if role in dot.roles]) for role in ("input", "state")
    )
    x = np.sign(np.median(pulses) - pulses).astype("float32")
    assert sorted(set(x)) == [-1, 0, 1]
    rnn = network(Input((None, 1)), SimpleRNN(1, return_sequences=True))
    rnn.set_weights([np.array([[3.0]]), np.array([[2.0]]), np.array([0.0])])
    h = rnn(x[None, :, None]).numpy()[0, :, 0]
    drawn = states[0] - states  # before the first pulse the state is zero
    np.testing.assert_allclose(drawn * h[2] / drawn[2], h, atol=3e-3)


def rows(nodes):
    """The nodes of each height, from top to bottom and from left to right."""
    in_order = sorted(nodes, key=lambda node: (node.y, node.x))
    return [list(row) for _, row in itertools.groupby(in_order, key=lambda node: node.y)]


def test_states_between_batches():
    """Above every batch begins at zeros; below the second begins where the first ended."""
    drawing = seen("states")
    above, below = rows(drawing.nodes("state"))
    assert ["initial" in s.roles for s in above] == [True, False, False] * 2
    assert ["initial" in s.roles for s in below] == [True] + [False] * 4
    carried = {*itertools.pairwise(above), *itertools.pairwise(below)} - {(above[2], above[3])}
    assert drawing.joins("state") == carried
    x = np.ones((1, 2, 1), "float32")
    for row, stateful in ((above, False), (below, True)):
        model = network(Input(batch_shape=(1, 2, 1)), SimpleRNN(1, stateful=stateful))
        same = np.array_equal(np.array(model(x)), np.array(model(x)))
        assert same == (sum("initial" in s.roles for s in row) == 2)


def test_windows():
    """Every row is a window of Keras' own: two neighbours and the sample after; 20 % held back."""
    drawing = seen("windows")
    columns = sorted({node.x for node in drawing.all_nodes})
    drawn = rows(drawing.all_nodes)
    series = np.arange(9)
    windows = keras.utils.timeseries_dataset_from_array(
        series[:-2], series[2:], sequence_length=2, batch_size=None
    )
    # Keras gives every window whose samples it is given; the last one has a target here too.
    expected = [[*np.array(x), int(np.array(x)[-1]) + 1] for x, _ in windows] + [[6, 7, 8]]
    assert [[columns.index(node.x) for node in row] for row in drawn] == expected
    for row in drawn:
        assert [set(n.roles) - {"node"} for n in row] == [{"input"}, {"input"}, {"output"}]
        assert [int(n.label[1:]) - 1 for n in row] == [columns.index(n.x) for n in row]
    (border,) = [line.begin[1] for line in drawing.lines if "dashed" in line.roles]
    assert sum(row[0].y < border for row in drawn) == int(len(drawn) * (1 - 0.2))


def test_mask():
    """True and False as Keras' mask layer says, and states copied where it says False."""
    drawing = seen("mask")
    messages = [
        [0.0 if "pad" in node.roles else 1.0 + k for k, node in enumerate(row)]
        for row in rows(drawing.nodes("input"))
    ]
    assert [sum(v > 0 for v in m) for m in messages] == [3, 5, 2]
    x = np.array(messages, "float32")[..., None]
    masking, rnn = keras.layers.Masking(), SimpleRNN(1, return_sequences=True)
    written = [t for t in drawing.texts if t.words in ("True", "False")]
    mask = np.array(masking.compute_mask(x))[0].tolist()
    assert [t.words == "True" for t in sorted(written, key=lambda t: t.x)] == mask
    h = np.array(rnn(masking(x)))[0, :, 0]
    states = drawing.nodes("state")
    for a, b in itertools.combinations(range(5), 2):
        assert (states[a].label == states[b].label) == bool(h[a] == h[b])
    assert [start for start, _ in drawing.joins("output")] == [states[-1]]
    assert [s in {end for _, end in drawing.joins("input")} for s in states] == mask


def test_attention():
    """Above, recurrence; below, what a causal attention layer lets each output see."""
    drawing = seen("attention")
    above, *_, below = rows(drawing.nodes("input"))
    above, below = (reach(drawing.forward(), row[0], both_ways=True) for row in (above, below))
    rnn = network(Input((4, 2)), sequences())
    assert drawn_dependence(drawing, above) == keras_dependence(rnn)
    x = Input((4, 2))
    y = keras.layers.MultiHeadAttention(1, 2)(x, x, use_causal_mask=True)
    assert drawn_dependence(drawing, below) == keras_dependence(keras.Model(x, y))
    assert not any("state" in n.roles for n in below)


def test_state_or_list():
    """Left, all pairs go into one state; right, the query meets each pair, and each is read."""
    drawing = seen("state-or-list")
    left, right = sorted(
        (reach(drawing.forward(), y, both_ways=True) for y in drawing.nodes("output")),
        key=lambda nodes: min(n.x for n in nodes),
    )
    (state,) = drawing.nodes("state")
    for nodes in (left, right):
        pairs = [n for n in drawing.nodes("input") if n in nodes and n.label.startswith("k")]
        (query,) = (n for n in drawing.nodes("input") if n in nodes and n.label == "q")
        (answer,) = (n for n in drawing.nodes("output") if n in nodes)
        assert len(pairs) == 3
        there = {(n.start, n.end) for n in drawing.edges() if n.start in nodes}
        through = (
            {(pair, state) for pair in pairs} | {(state, answer), (query, answer)}
            if state in nodes
            else {(query, pair) for pair in pairs} | {(pair, answer) for pair in pairs}
        )
        assert there == through
