"""Make the book's virtual environment, or say in one sentence why it cannot be made.

    python tools/environment.py            what the book needs        (requirements.txt)
    python tools/environment.py --tests    and what its tests need    (tests/requirements.txt)

Runs on any Python 3 without a package, so that a Python that is too old is told so too.
A second call returns at once: each set leaves a stamp with the digest of what it installed.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))
UNFINISHED = os.path.join(VENV, "unfinished")
VERSIONS = ["3.13", "3.12", "3.11", "3.10"]
BOOK, TESTS = "requirements.txt", os.path.join("tests", "requirements.txt")
# Measured on Linux, in MB: to download, and on disk with pip's own copy of the download.
SIZES = {BOOK: (430, 2500), TESTS: (80, 350)}
NO_NETWORK = (
    "The packages could not be downloaded: check the network connection (and a proxy, "
    "if there is one), then run this again."
)


def stop(sentence):
    """Leave with one sentence for the reader."""
    sys.exit("\n" + sentence)


def version_of(python):
    """The version of an interpreter as "3.12", or None when it is missing or does not run."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [python, "-c", ask],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            universal_newlines=True,
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def find_python():
    """This interpreter if the book can use it, else the newest that can be found on the PATH."""
    # In an environment, the Python that made it: the environment may be the one to be replaced.
    python = sys.executable
    if sys.prefix != getattr(sys, "base_prefix", sys.prefix):
        python = os.path.realpath(getattr(sys, "_base_executable", python))
    if version_of(python) in VERSIONS:
        return python
    for version in VERSIONS:
        found = shutil.which("python" + version)
        if found and version_of(found) == version:
            return found
    stop(
        "This book needs Python 3.10 to 3.13, and `%s` is %s: install one of them, "
        "or name it, as in `make book PYTHON=python3.12`."
        % (os.path.basename(sys.executable), platform.python_version())
    )


def check_machine(python):
    """Stop where TensorFlow has no build, or where Python cannot make an environment."""
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        stop(
            "TensorFlow is no longer built for Macs with an Intel processor (or for a Python that "
            "runs under Rosetta): use Apple silicon's own Python, another machine, or Colab."
        )
    if sys.maxsize < 2**32:
        stop("TensorFlow needs a 64-bit Python, and this one has 32 bits: install a 64-bit one.")
    if subprocess.run(
        [python, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL
    ).returncode:
        stop(
            "%s cannot make virtual environments: on Debian or Ubuntu run "
            "`sudo apt install python%s-venv`, then try again." % (python, version_of(python))
        )


def check_space(name):
    """Stop before a download that the disk could not hold."""
    need = SIZES[name][1]
    free = shutil.disk_usage(ROOT).free // 10**6
    if free < need:
        stop(
            "The disk is too full: this needs about %d MB in %s, and %d MB are free."
            % (need, ROOT, free)
        )
    download, spare = SIZES[name][0], tempfile.gettempdir()
    if shutil.disk_usage(spare).free // 10**6 < download:
        stop(
            "The disk is too full: the download needs about %d MB in %s; make room there, "
            "or set TMPDIR to a folder that has it." % (download, spare)
        )


def reason(errors):
    """What pip's error output comes down to, in one sentence."""
    said = errors.lower()
    if "no space left" in said or "errno 28" in said or "not enough space" in said:
        return "The disk filled up while packages were installed: make room, then run this again."
    if any(sign in said for sign in ("connection", "timed out", "name resolution", "proxy", "ssl")):
        return NO_NETWORK
    lines = [line for line in errors.splitlines() if line.startswith("ERROR")] or [errors.strip()]
    return "pip could not install the packages: %s" % lines[-1].replace("ERROR: ", "", 1)


def digest(name):
    """Changes when this set of packages, or the lock, changes."""
    content = hashlib.sha256()
    for file in (name, "constraints.txt"):
        with open(os.path.join(ROOT, file), "rb") as stream:
            content.update(stream.read().replace(b"\r\n", b"\n"))
    return content.hexdigest()


def stamp(name):
    """Where the digest of an installed set is kept: inside the environment, to go with it."""
    return os.path.join(VENV, name.replace(os.sep, "-") + ".installed")


def installed(name):
    """Whether the environment holds this set as it is written now, and still runs."""
    try:
        with open(stamp(name)) as stream:
            return stream.read() == digest(name) and version_of(PYTHON) in VERSIONS
    except OSError:
        return False


def make_venv():
    """A new, empty environment, marked unfinished until the book's packages are in it."""
    python = find_python()
    check_machine(python)
    check_space(BOOK)
    print("Making .venv with Python %s (%s)." % (version_of(python), python), flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    done = subprocess.run(
        [python, "-m", "venv", VENV], stderr=subprocess.PIPE, universal_newlines=True
    )
    if done.returncode:
        stop("Python could not make .venv: %s" % (done.stderr.strip().splitlines() or ["?"])[-1])


def install(name):
    """Install one requirements file, then leave its stamp."""
    check_space(name)
    print(
        "Installing %s: about %d MB to download the first time; this takes a few minutes."
        % (name, SIZES[name][0]),
        flush=True,
    )
    open(UNFINISHED, "w").close()
    pip = [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    pip += ["--quiet", "--retries", "2", "--only-binary", ":all:", "-r", name]
    done = subprocess.run(pip, cwd=ROOT, stderr=subprocess.PIPE, universal_newlines=True)
    if done.returncode:
        # pip installs nothing before everything is there: without a network, all is as it was.
        if name == TESTS or reason(done.stderr) == NO_NETWORK:
            os.remove(UNFINISHED)
        else:
            shutil.rmtree(VENV, ignore_errors=True)
        stop(reason(done.stderr))
    with open(stamp(name), "w") as stream:
        stream.write(digest(name))
    os.remove(UNFINISHED)


def main():
    """Bring the environment to what the requirement files say, doing nothing if it is there."""
    # The book's set is not mended in place: a new environment holds what is written and no more.
    if os.path.exists(UNFINISHED) or not installed(BOOK):
        make_venv()
        install(BOOK)
    if "--tests" in sys.argv and not installed(TESTS):
        install(TESTS)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        stop("Stopped; run the same command again to go on.")
    except OSError as error:
        if error.errno == 28:
            stop("The disk filled up: make room, then run this again.")
        stop("Setting up failed: %s." % error)
