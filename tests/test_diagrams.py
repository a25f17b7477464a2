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
from cases.networks import JOINS, MODELS, network
from keras.layers import Input, SimpleRNN
from test_browser import install, installed, run

DIAGRAMS = Path(__file__).parent.parent / "diagrams"
sys.path.insert(0, str(DIAGRAMS))

import draw  # noqa: E402
import ink  # noqa: E402

DRAWINGS = {Path(file).stem: svg for file, svg in draw.drawings().items()}
each = pytest.mark.parametrize("name", sorted(DRAWINGS))


# ---------------------------------------------------------------------------------------------
# The files


def test_files_are_current():
    committed = {path.stem: path.read_text("utf-8") for path in DIAGRAMS.glob("*.svg")}
    stale = {name for name in {*committed, *DRAWINGS} if committed.get(name) != DRAWINGS.get(name)}
    assert not stale, "draw again, with `make diagrams`"


@pytest.mark.parametrize("seed", ["0", "1", "4321"])
def test_every_python_draws_the_same(seed):
    """Without a package, with other hashes, in another language and time zone."""
    code = "import sys; sys.path.insert(0, '.'); import draw; print(ascii(draw.drawings()))"
    env = os.environ | {"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    done = subprocess.run(
        [sys.executable, "-S", "-B", "-c", code], cwd=DIAGRAMS, env=env, capture_output=True
    )
    assert done.stdout.decode().strip() == ascii(draw.drawings()), done.stderr.decode()


# Colour is doubled by shape: inputs are boxes, states are circles, outputs are pills.
SHAPES = {
    "input": r'<rect [^>]* rx="7"/>',
    "state": r"<circle ",
    "output": r'<rect [^>]* height="(?:34" rx="17|26" rx="13)"/>',
    "plain": "<",
}


@each
def test_file(name):
    """Small, self-contained, named and described, its colours from the one table."""
    svg = DRAWINGS[name]
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
    for roles, shape in re.findall(r'<g class="node ([^"]*)">(.*)', svg):
        (role,) = set(roles.split()) & set(SHAPES)
        assert re.match(SHAPES[role], shape), shape


# ---------------------------------------------------------------------------------------------
# What a browser sees


def planted():
    """Drawings that tell an untruth: a layer without recurrence, an output from another step."""
    stacked, one = DRAWINGS["stacked"], DRAWINGS["many-to-one"]
    for number, path in enumerate(re.findall(r'<path class="edge state"[^\n]*\n', stacked)):
        yield f"stacked, {number}", stacked.replace(path, "")
    readout = re.search(r'<path class="edge output" d="M348 ([^"]*?)L348 [^\n]*\n', one).group()
    yield "many-to-one, 0", one.replace(readout, readout.replace("M348", "M136"))


@cache
def all_seen():
    """Nodes, lines, words and dots of all drawings, looked at in one go."""
    if not installed():
        assert not os.environ.get("CI"), "no browser was found to look at the drawings"
        pytest.skip("no browser was found to look at the drawings: install one")
    install()
    told = json.dumps(DRAWINGS | dict(planted()))
    result = run("drawings.mjs", browser=min(installed()), told=told)
    assert result.returncode == 0, result.stderr
    return vars(json.loads(result.stdout, object_hook=lambda part: SimpleNamespace(**part)))


def seen(name):
    """One drawing as a browser sees it."""
    return all_seen()[name]


def nodes(drawing, role):
    """The nodes of a role, from top to bottom and from left to right."""
    return [node for node in drawing.nodes if role in node.roles]


def rows(drawing, role="node"):
    """The same, each height for itself."""
    return [list(row) for _, row in itertools.groupby(nodes(drawing, role), lambda n: n.y)]


def joins(drawing):
    """The names of the nodes that arrows join, by the arrows' roles; a legend's join nothing."""
    found = {}
    for line in drawing.lines:
        if "edge" in line.roles and {line.start, line.end} != {"∅"}:
            role = " ".join(role for role in line.roles if role != "edge")
            found.setdefault(role, set()).add((line.start, line.end))
    return found


def forward(drawing):
    """The arrows of the network itself: no gradient, and nothing that is fed back."""
    back = ("gradient", "dashed output")
    return {pair for role, pairs in joins(drawing).items() if role not in back for pair in pairs}


def reach(pairs, start, both_ways=False):
    """A node and every node that can be reached from it along the arrows."""
    found, front = {start}, [start]
    while front:
        node = front.pop()
        after = {b for a, b in pairs if a == node}
        before = {a for a, b in pairs if b == node} if both_ways else set()
        front += (after | before) - found
        found |= after | before
    return found


@each
def test_arrows_begin_and_end_on_something(name):
    """A legend's are short and join nothing; a gradient is cut, once, in one drawing."""
    edges = [line for line in seen(name).lines if "edge" in line.roles]
    joined = [(line.start, line.end) for line in edges if line.long > 31 or line.end != line.start]
    loose = [ends for ends in joined if "∅" in ends]
    assert loose == [("h4", "∅")] * (name == "truncated")


@pytest.mark.parametrize("name", JOINS)
def test_joins(name):
    """Where the arrows lead says all: which nodes they join, in which role."""
    wanted = {
        role: {pair for path in paths.split() for pair in itertools.pairwise(path.split("→"))}
        for role, paths in JOINS[name].items()
    }
    assert joins(seen(name)) == wanted


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


def drawn_dependence(drawing, within):
    reached = [reach(forward(drawing), n.name) for n in nodes(drawing, "input") if n.name in within]
    outputs = [n.name for n in nodes(drawing, "output") if n.name in within]
    return [[output in found for found in reached] for output in outputs]


def drawn_steps(drawing, within):
    """The same as drawn: from an initial state on, one way, cut where another letter begins."""
    states = {node.name: node for node in nodes(drawing, "state") if node.name in within}
    after, steps = dict(joins(drawing)["state"]), []
    begin = {name for name, node in states.items() if "initial" in node.roles}
    for name in begin:
        path = []
        while name := after.get(name):
            path.append(name)
        places = [states[name].x for name in path]
        assert places in (sorted(places), sorted(places, reverse=True))
        steps += [len(list(layer)) for _, layer in itertools.groupby(path, lambda name: name[0])]
    assert sum(steps) == len(states) - len(begin), "a state stands for itself"
    return sorted(steps)


def compare(drawing, models):
    """Steps in, steps out, recurrent layers, and what depends on what: as in the Keras models."""
    found = []
    for node in nodes(drawing, "input"):
        within = reach(forward(drawing), node.name, both_ways=True)
        cell = any((name, name) in forward(drawing) for name in within)  # drawn with its loop
        if not cell and within not in found:
            found.append(within)
    for within, model in zip(found, models, strict=True):
        assert drawn_dependence(drawing, within) == keras_dependence(model)
        assert drawn_steps(drawing, within) == keras_steps(model)


@pytest.mark.parametrize("name", MODELS)
def test_topology(name):
    compare(seen(name), MODELS[name]())


@pytest.mark.parametrize("name", dict(planted()))
def test_an_untruth_is_seen(name):
    with pytest.raises(AssertionError):
        compare(seen(name), MODELS[name.split(",")[0]]())


@pytest.mark.parametrize("name", ["loop-unrolled", "latch"])
def test_loop_goes_the_way_of_the_chain(name):
    """It leaves the state and comes back where the chain's arrows do: on the right, on the left."""
    (state,) = (node for node in seen(name).nodes if node.name == "ht")
    (loop,) = (line for line in seen(name).lines if line.start == line.end == "ht")
    assert loop.begin[0] > state.x > loop.tip[0]


# ---------------------------------------------------------------------------------------------
# Cells, evaluated by following their lines


def evaluate(drawing, given, weights):
    """The new states: `given` by label, weights by the letter that is written beside a gate."""
    letters = [t for t in drawing.texts if t.loose and re.fullmatch(r"[a-z]t", t.words)]
    places = {node.name: (node.x, node.y) for node in drawing.nodes}
    arrivals = {}
    for start, end in forward(drawing):
        arrivals.setdefault(end, []).append(start)

    def weighted(name, gate):
        kernel, recurrent, bias, recurrent_bias = weights[gate]
        if name == "xt":
            return given[name] @ kernel + bias
        return given[name] @ recurrent + recurrent_bias if name in given else value(name)

    @cache
    def value(name):
        found = arrivals.get(name)
        if not found:
            return given[name]
        operation = name.rstrip("′")
        if operation in ("σ", "tanh"):
            beside = min(letters, key=lambda t: math.dist((t.x, t.y), places[name]))
            total = sum(weighted(source, beside.words[0]) for source in found)
            return np.tanh(total) if operation == "tanh" else 1 / (1 + np.exp(-total))
        if operation in ("×", "+"):
            return (math.prod if operation == "×" else sum)(map(value, found))
        (source,) = found
        if operation.startswith("U"):
            return weighted(source, operation[1])
        return 1 - value(source) if operation == "1−" else value(source)

    return value


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
        np.testing.assert_allclose(drawn(label), np.array(expected), atol=1e-5)


# ---------------------------------------------------------------------------------------------
# What flows


def test_the_gradient_s_factors_are_written_there():
    words = [text.words for text in seen("gradient").texts]
    assert "δt = (δt+1 UT) ⊙ (1 − ht2)" in words and words.count("UT") == 3


def test_the_cut_is_between_the_chunks():
    drawing = seen("truncated")
    place = {node.name: node.x for node in drawing.nodes}
    (cut,) = (line for line in drawing.lines if (line.start, line.end) == ("h4", "∅"))
    assert place["h3"] < cut.tip[0] < place["h4"]


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


def test_states_are_carried_where_keras_carries_them():
    """Above every batch begins at zeros; below the second begins where the first ended."""
    x = np.ones((1, 2, 1), "float32")
    for row, stateful in zip(rows(seen("states"), "state"), (False, True), strict=True):
        model = network(Input(batch_shape=(1, 2, 1)), SimpleRNN(1, stateful=stateful))
        same = np.array_equal(np.array(model(x)), np.array(model(x)))
        assert same == (sum("initial" in node.roles for node in row) == 2)


def test_windows():
    """Every row is a window of Keras' own: two neighbours and the sample after; 20 % held back."""
    drawing = seen("windows")
    columns = sorted({node.x for node in drawing.nodes})
    drawn = [[(n.roles[1], n.label, columns.index(n.x)) for n in row] for row in rows(drawing)]
    windows = keras.utils.timeseries_dataset_from_array(
        np.arange(len(columns) - 1), None, sequence_length=2, batch_size=None
    )
    assert drawn == [
        [("input", f"x{a + 1}", a), ("input", f"x{b + 1}", b), ("output", f"y{b + 2}", b + 1)]
        for a, b in map(np.array, windows)
    ]
    (border,) = [line.begin[1] for line in drawing.lines if "dashed" in line.roles]
    assert sum(row[0].y < border for row in rows(drawing)) == int(len(drawn) * (1 - 0.2))


def test_mask():
    """True and False as Keras' mask layer says, and states copied where it says False."""
    drawing = seen("mask")
    messages = [
        [0.0 if "pad" in node.roles else 1.0 + k for k, node in enumerate(row)]
        for row in rows(drawing, "input")
    ]
    assert [sum(v > 0 for v in m) for m in messages] == [3, 5, 2]
    x = np.array(messages, "float32")[..., None]
    masking, rnn = keras.layers.Masking(), SimpleRNN(1, return_sequences=True)
    written = [t for t in drawing.texts if t.words in ("True", "False")]
    mask = np.array(masking.compute_mask(x))[0]
    assert [t.words for t in sorted(written, key=lambda t: t.x)] == [str(bit) for bit in mask]
    h = np.array(rnn(masking(x)))[0, :, 0].tolist()
    assert [node.label for node in nodes(drawing, "state")] == [f"h{h.index(v) + 1}" for v in h]
    entered = {end for _, end in joins(drawing)["input"]}
    assert [node.name in entered for node in nodes(drawing, "state")] == mask.tolist()
