"""What the interactive figures start from and say is what Keras gives and says."""

import gzip
import itertools
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import keras
import numpy as np
import pytest
from test_browser import NODE

ROOT = Path(__file__).parent.parent
EXPLORABLES = ROOT / "explorables"
sys.path[:0] = [str(EXPLORABLES), str(ROOT / "extensions")]
import forecast_weights as forecasts  # noqa: E402
import message_weights as messages  # noqa: E402
import sampler_weights as writers  # noqa: E402
import weights  # noqa: E402

import explorables  # noqa: E402

REFERENCE = json.loads(weights.REFERENCE.read_text("utf-8"))


def told(code, **values):
    """What a line of JavaScript says, in which these values have their names."""
    given = "".join(f"const {name} = {json.dumps(value)};" for name, value in values.items())
    command = [
        NODE,
        "--input-type=module",
        "--eval",
        f"{given} console.log(JSON.stringify({code}))",
    ]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def flat(value):
    """All the numbers of nested lists."""
    return list(itertools.chain(*map(flat, value))) if isinstance(value, list) else [value]


@pytest.fixture(scope="module")
def derived():
    return weights.derive()


def test_stored_weights_are_those_of_keras(derived):
    page, reference = derived
    stored = weights.stored()
    assert stored["windowOrder"] == page["windowOrder"]
    np.testing.assert_allclose(flat(stored["manyToOne"]), flat(page["manyToOne"]), rtol=1e-6)
    for case in ("simpleRNN", "gru", "lstm"):
        for name, value in reference[case].items():
            np.testing.assert_allclose(flat(REFERENCE[case][name]), flat(value), atol=5e-7)
    np.testing.assert_allclose(REFERENCE["curve"], reference["curve"], rtol=5e-5)


def test_trained_cells_are_those_of_the_recipe(derived):
    """Training differs a little between processors, more so along what hardly matters to a GRU."""
    page, reference = derived
    stored = weights.stored()
    for name, apart in (("keepLSTM", 1e-3), ("keepGRU", 0.2)):
        np.testing.assert_allclose(flat(stored[name]), flat(page[name]), atol=apart)
        for value in ("states", "answers"):
            found, wanted = (flat(each[name][value]) for each in (reference, REFERENCE))
            np.testing.assert_allclose(found, wanted, atol=apart / 4)
        (x, y), model = weights.marked(200, np.random.default_rng(7), 200, 0.01), KEEPERS[name]()
        model.set_weights([np.array(w) for w in stored[name]])
        assert np.mean((model(x) - y) ** 2) < 0.05 * y.var(), name


KEEPERS = {
    name: lambda layer=layer: keras.Sequential(
        [keras.Input((None, 2)), layer(1, return_sequences=True), keras.layers.Dense(1)]
    )
    for name, layer in (("keepLSTM", keras.layers.LSTM), ("keepGRU", keras.layers.GRU))
}


def test_network_of_messages_can_be_trained_again():
    """A thousand updates differ between processors, so it is the answers that are compared."""
    whole, factors = messages.stored()
    page = messages.unpacked(whole, factors)
    found, right = messages.answers(page)
    assert (found == right).all(1).mean() > 0.985
    again, _ = messages.answers(messages.unpacked(*messages.packed(messages.train())))
    assert (again == right).all(1).mean() > 0.97
    assert (again == found).all(1).mean() > 0.96
    stored = json.loads(messages.REFERENCE.read_text("utf-8"))
    for case, wanted in zip(stored, messages.reference(page), strict=True):
        assert case["words"] == wanted["words"] and case["mask"] == wanted["mask"]
        for name in ("logits", "looks"):
            np.testing.assert_allclose(flat(case[name]), flat(wanted[name]), atol=2e-5)


def test_forecasts_are_those_of_the_fits():
    """What is computed in one step to the digit, what is trained nearly."""
    stored, again = forecasts.stored(), forecasts.derive()
    assert stored["spots"] == forecasts.series().tolist()
    for name in ("plain", "root"):
        np.testing.assert_allclose(stored[name], again[name], rtol=1e-3)
    for name, ends in stored["tails"].items():
        near = 40 if name in stored["nets"] else 1
        np.testing.assert_allclose(flat(ends), flat(again["tails"][name]), atol=near)
    for name, paths in stored["nets"].items():
        apart = np.abs(np.array(paths) - again["nets"][name])
        assert apart.mean() < 3, (name, apart.mean())


def test_numbers_in_words_are_those_of_the_chapter():
    numbers = [*range(0, 10000, 7), 10000, 12005, 999999]
    module = (EXPLORABLES / "rnn-messages.mjs").as_uri()
    call = "await import(module).then(m => numbers.map(n => [m.spell(n), m.valueOf(m.spell(n))]))"
    spelt = told(call, module=module, numbers=numbers)
    assert spelt == [[messages.spell(number), number] for number in numbers]


def test_networks_that_write_can_be_trained_again():
    """Training differs between processors, so it is the bits on a new text that are compared."""
    fresh, most = writers.held_out(), {"words": 1.89, "characters": 2.4}
    stored = writers.stored()
    for name, network in stored.items():
        page = writers.unpacked(name, *network)
        found = writers.bits(name, page, network[0], fresh[name])
        assert found < most[name], name
        vocabulary, weights = writers.train(name, epochs=4)
        again = writers.unpacked(name, vocabulary, *writers.packed(weights))
        assert vocabulary == network[0]
        # In a third of the epochs it gets most of the way.
        assert found - 0.05 < writers.bits(name, again, vocabulary, fresh[name]) < found + 0.3, name
    cases = json.loads(writers.REFERENCE.read_text("utf-8"))
    for case, wanted in zip(cases, writers.reference(stored), strict=True):
        assert (case["name"], case["tokens"]) == (wanted["name"], wanted["tokens"])
        np.testing.assert_allclose(case["logits"], wanted["logits"], atol=5e-5)


def test_network_is_the_one_in_the_chapters():
    model = weights.many_to_one()
    sample = np.array([[[0.5488135, 0.71518937], [0.60276338, 0.54488318]]])
    assert model.count_params() == 23
    assert float(model(sample)[0, 0]) == pytest.approx(0.26074675, abs=1e-6)


def test_reference_curve_is_that_of_fit():
    """The stored curve comes from a short loop of its own; fit itself is slow, so three epochs."""
    model, (x, y) = weights.many_to_one(), weights.windows()
    model.compile(keras.optimizers.Adam(), "mse")
    fit = model.fit(x, y, 10, 3, validation_split=0.2, shuffle=False, verbose=0)
    np.testing.assert_allclose(REFERENCE["curve"][:3], fit.history["loss"], rtol=1e-5)


def served():
    """What the site serves of the figures, by file name."""
    return dict(map(explorables.as_served, explorables.SOURCE.glob("*.[mc]*s")))


def test_figures_are_light():
    weight = {name: len(gzip.compress(text.encode(), 9)) for name, text in served().items()}
    assert sum(weight.values()) < 70_000, weight


def test_what_is_served_is_whole():
    """Every served script runs, and what they share is what the modules export."""
    stems = sorted(path.stem for path in EXPLORABLES.glob("*.mjs"))
    in_order = dict.fromkeys(name for stem in stems for name in explorables.with_imports(stem))
    scripts = [served()[f"{stem}.js"] for stem in in_order]
    run = "scripts.forEach(script => (0, eval)(script))"
    shown = "Object.fromEntries(Object.entries(rnn).map(([k, v]) => [k, v.length ?? v]))"
    names = told(f"({run}, [{shown}, Array.from({{length: 9}}, rnn.random(3))])", scripts=scripts)
    shared = [(EXPLORABLES / f"{s}.mjs").as_uri() for s in in_order if not s.startswith("rnn-")]
    load = "globalThis.rnn = Object.assign({}, ...await Promise.all(modules.map(m => import(m))))"
    assert names == told(
        f"({load}, [{shown}, Array.from({{length: 9}}, rnn.random(3))])", modules=shared
    )


@pytest.mark.parametrize(
    "line", ["import './a.mjs';", "export default 1;", "use(import.meta.url);"]
)
def test_a_module_that_no_plain_script_can_be_is_refused(line):
    with pytest.raises(ValueError, match=r"a\.mjs: not possible"):
        explorables.script("a", f"const one = 1;\n{line}\n")


def test_figures_name_no_other_host():
    for path in EXPLORABLES.glob("*.*"):
        hosts = re.findall(r"(?:https?:)?//[a-z][\w.-]+\.[a-z]+", path.read_text("utf-8"))
        assert set(hosts) <= {"http://www.w3.org"}, path.name


# ---------------------------------------------------------------- <rnn-topologies> against Keras
STACKS = [
    {"input": kind, "steps": steps, "features": features, "layers": [
        {"units": units, "sequences": sequences}
        for units, sequences in zip(sizes, returned, strict=True)
    ]}
    for kind in ("sequence", "repeated", "vector")
    for steps, features in ((1, 2), (4, 3))[: 1 if kind == 'vector' else 2]
    for sizes in ((5,), (3, 1), (4, 2, 1), (3, 0))
    for returned in itertools.product((True, False), repeat=len(sizes))
]  # fmt: skip


def test_topologies_say_what_keras_does():
    refused = 0
    module = (EXPLORABLES / "rnn-topologies.mjs").as_uri()
    call = "await import(module).then(m => stacks.map(m.describe))"
    for stack, answer in zip(STACKS, told(call, module=module, stacks=STACKS), strict=True):
        keras.backend.clear_session(free_memory=False)
        names = {"keras": keras}
        if answer["refusal"]:
            refused += 1
            with pytest.raises(ValueError) as error:
                exec("\n".join(answer["code"]), names)
            assert str(error.value) == answer["refusal"]["text"], stack
            continue
        exec("\n".join(answer["code"]), names)
        model = keras.Model(names["x"], names["y"])
        assert model.count_params() == answer["total"], stack
        layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
        for layer, (_, _, shape, parameters) in zip(layers, answer["rows"][1:], strict=True):
            assert [str(size) for size in layer.output.shape] == [str(size) for size in shape]
            assert layer.count_params() == parameters
    assert 0 < refused < len(STACKS)


# ------------------------------------------------------------------ <rnn-attention> against NumPy
@cache
def attention_runs():
    """What the figure computes: by size of the keys and rule, its sequence and its steps."""
    code = """await import(module).then(m => cases.map(([size, delta]) => {
        const steps = m.sequence(size, size);
        return {delta, steps, found: m.run(steps, delta)};
    }))"""
    cases = list(itertools.product((4, 8, 16, 32), (False, True)))
    return told(code, module=(EXPLORABLES / "rnn-attention.mjs").as_uri(), cases=cases)


def test_attention_and_state_are_those_of_the_chapter():
    for case in attention_runs():
        K = np.array([step["key"] for step in case["steps"]])
        V = np.eye(10)[[step["digit"] for step in case["steps"]]]
        asked = np.array([step["ask"] for step in case["steps"]])
        assert K.shape[0] == 32 and (asked <= np.arange(32)).all()
        np.testing.assert_allclose(np.linalg.norm(K, axis=1), 1)
        weights = np.tril(np.exp(20 * K[asked] @ K.T))
        weights /= weights.sum(axis=1, keepdims=True)
        S = np.zeros((K.shape[1], 10))
        for t, found in enumerate(case["found"]):
            S += np.outer(K[t], V[t] - (K[t] @ S if case["delta"] else 0))
            np.testing.assert_allclose(found["state"], S, atol=1e-9)
            np.testing.assert_allclose(found["look"], weights[t, : t + 1], atol=1e-9)
            assert found["byState"] == np.argmax(K[asked[t]] @ S)
            assert found["byLook"] == np.argmax(weights[t] @ V)
            assert found["right"] == np.argmax(V[asked[t]])


def test_small_state_fails_where_attention_does_not():
    for case in attention_runs():
        by_state, by_look = (
            np.mean([step[by] == step["right"] for step in case["found"]])
            for by in ("byState", "byLook")
        )
        assert by_look > 0.9
        assert len(case["steps"][0]["key"]) > 8 or by_state < by_look
