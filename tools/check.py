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

NEEDED = ("keras", "matplotlib", "numpy", "seaborn", "tensorflow", "tqdm")  # what chapters import
# Run by the Python that is asked about: which of them it has, and whether TensorFlow computes.
LOOK = """
import importlib.util
print(*[name for name in %r if not importlib.util.find_spec(name)])
""" % (NEEDED,)
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


def python_and_machine(python):
    """Sentences on the interpreter, the processor and the disk; a problem begins with a star."""
    version, _ = run(python, "import sys; print('%d.%d' % sys.version_info[:2])")
    if environment.OLDEST <= tuple(map(int, version.split("."))) < environment.TOO_NEW:
        yield "Python %s can run the book." % version
    else:
        yield "*Python %s cannot: install 3.11, 3.12 or 3.13 from python.org." % version
    try:
        environment.check_machine()
        yield "TensorFlow is built for this %s (%s, %s cores)." % (
            platform.system(),
            platform.machine(),
            os.cpu_count(),
        )
        if not os.path.exists(environment.VENV):
            environment.check_space(environment.BOOK)
        yield "The disk has %.0f GB free." % (shutil.disk_usage(environment.ROOT).free / 10**9)
    except SystemExit as stopped:  # with the sentence that `make book` would stop with
        yield "*" + str(stopped).strip()


def packages(python):
    """Sentences on what is installed and whether it computes."""
    said, complaint = run(python, LOOK)
    if complaint:
        yield "*The packages could not be looked up: %s" % complaint
        return
    if said:
        yield "*These packages are missing: %s. Type: make book" % ", ".join(said.split())
        yield "    (or, in an environment of your own: pip install -r requirements.txt)"
        return
    yield "The packages that the chapters import are there: %s." % ", ".join(NEEDED)
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
    for part in (python_and_machine, packages):
        for sentence in part(python):
            problems += sentence.startswith("*")
            print(sentence.replace("*", "Missing: ", 1), flush=True)
    print("\nThis machine can run the book." if not problems else "\nNot yet: see above.")
    sys.exit(problems > 0)


if __name__ == "__main__":
    main()
