"""Say whether this machine can run the book, and what is missing, in sentences.

    python tools/check.py       in any shell, with any Python 3 and no package

It looks and tries; it installs and changes nothing. If there is a .venv it looks into that one,
else into the Python that runs it. Ends with status 1 when something is missing.
"""

import os
import platform
import shutil
import subprocess
import sys

import environment

# Run by the Python that is asked about: what chapters import and it has not; does TensorFlow work?
LOOK = r"""
import glob, importlib.util, json, re
names = set()
for path in glob.glob("chapters/*.ipynb"):
    with open(path, encoding="utf-8") as stream:
        cells = [c["source"] for c in json.load(stream)["cells"] if c["cell_type"] == "code"]
    names.update(re.findall(r"^ *(?:import|from) (\w+)", "\n".join(map("".join, cells)), re.M))
print(*sorted(name for name in names if not importlib.util.find_spec(name)), sep=", ")
"""
TRY = """
import os, time
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"
import keras, numpy
assert keras.__version__ >= "3", "Keras 3 is needed, this is " + keras.__version__
start = time.time()
model = keras.Sequential([keras.Input((None, 1)), keras.layers.SimpleRNN(4), keras.layers.Dense(1)])
model.compile("adam", "mse")
model.fit(numpy.zeros((8, 5, 1)), numpy.zeros((8, 1)), verbose=0)
print("%.1f" % (time.time() - start))
"""


def run(python, code):
    """What a program prints, and the last line of its complaint if it fails."""
    done = subprocess.run(
        [python, "-c", code],
        cwd=environment.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        universal_newlines=True,
    )
    complaint = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
    return done.stdout.strip(), complaint if done.returncode else None


def sentences(python):
    """On the interpreter, the processor, the disk and the packages; a problem has a star."""
    version, _ = run(python, "import sys; print('%d.%d' % sys.version_info[:2])")
    if environment.OLDEST <= tuple(map(int, version.split("."))) < environment.TOO_NEW:
        yield "Python %s can run the book." % version
    else:
        yield "*Python %s cannot: install 3.11, 3.12 or 3.13 from python.org." % version
    machine = platform.system(), platform.machine(), os.cpu_count()
    try:
        environment.check_machine()
        yield "TensorFlow is built for this %s (%s, %s cores)." % machine
        if not os.path.exists(environment.VENV):
            environment.check_space(environment.BOOK)
        yield "The disk has %.0f GB free." % (shutil.disk_usage(environment.ROOT).free / 10**9)
    except SystemExit as stopped:  # with the sentence that `make book` would stop with
        yield "*%s" % stopped
    missing, complaint = run(python, LOOK)
    if complaint:
        yield "*The packages could not be looked up: %s" % complaint
    elif missing:
        yield "*These packages are missing: %s. Type: make book" % missing
        yield "    (or, in an environment of your own: pip install -r requirements.txt)"
    else:
        yield "The packages that the chapters import are there."
        seconds, complaint = run(python, TRY)
        if complaint:
            yield "*TensorFlow is installed and does not compute: %s" % complaint
        else:
            yield "A small network was trained, in %s s." % seconds


def main():
    """Print each sentence, then the verdict."""
    own = os.path.join(environment.VENV, environment.PYTHON)
    python = own if os.path.exists(own) else sys.executable
    print("Looking into %s\n" % python)
    problems = 0
    for sentence in sentences(python):
        problems += sentence.startswith("*")
        print(sentence.replace("*", "Missing: ", 1), flush=True)
    print("\nThis machine can run the book." if not problems else "\nNot yet: see above.")
    sys.exit(problems > 0)


if __name__ == "__main__":
    main()
