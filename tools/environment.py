"""Make the book's virtual environment, or say in one sentence why it cannot be made.

    python tools/environment.py            what the book needs        (requirements.txt)
    python tools/environment.py --tests    and what its tests need    (tests/requirements.txt)

Runs on any Python 3 without a package, so that a Python that is too old is told so too. A second
call returns at once: each set leaves a stamp with the digest of what it installed. A new
environment is made beside the old one and takes its place when it works: whatever goes wrong
before, what worked still works.
"""

import hashlib
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
NEW, OLD = VENV + ".new", VENV + ".old"
SCRIPTS, NAME = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
VERSIONS = ["3.13", "3.12", "3.11"]
BOOK, TESTS = "requirements.txt", os.path.join("tests", "requirements.txt")
# Measured on Linux, in MB: to download, and on disk with pip's own copy of the download.
SIZES = {BOOK: (430, 2500), TESTS: (80, 350)}
PROOF = "import jupyter_book, keras, matplotlib, nbval"  # what a working environment can do
# What a user's pip may be told that would put the packages elsewhere; its servers stay the user's.
PIP = {"PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
ELSEWHERE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_DRY_RUN", "PIP_REPORT")
NO_NETWORK = (
    "The packages could not be downloaded: check the network connection (and a proxy, "
    "if there is one), then run this again."
)
# How pip says that it reached no server: at once, or (first line) after the last of its attempts.
LAST_ATTEMPT = re.compile(r"^WARNING: Retrying \(Retry\(total=0,", re.MULTILINE)
NETWORK = re.compile(
    r"^ERROR: .*HTTPS?ConnectionPool\(|^error: (connection|proxy|ssl)-"
    r"|^pip\._vendor\.(urllib3|requests)\.exceptions\.",
    re.MULTILINE,
)
FULL = re.compile(r"^(ERROR|OSError): .*(\[Errno (28|122)\]|\[WinError 112\])", re.MULTILINE)


def stop(sentence):
    """Leave with one sentence for the reader."""
    sys.exit("\n" + sentence)


def python_of(folder):
    """The interpreter of an environment."""
    return os.path.join(folder, SCRIPTS, NAME)


def version_of(python):
    """The version of an interpreter as "3.12", or None when it is missing or does not run."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [python, "-I", "-c", ask],
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
        "This book needs Python 3.11 to 3.13, and `%s` is %s: install one of them, "
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


def reason(said):
    """What pip's error output comes down to, in one sentence."""
    if FULL.search(said):
        return "The disk filled up while packages were installed: make room, then run this again."
    lines = [line for line in said.splitlines() if line.startswith("ERROR")]
    nothing_found = not lines or re.search("No matching distribution|ResolutionImp", lines[-1])
    if NETWORK.search(said) or (LAST_ATTEMPT.search(said) and nothing_found):
        return NO_NETWORK
    lines = lines or said.strip().splitlines() or ["it gives no reason."]
    return "pip could not install the packages: %s" % lines[-1].replace("ERROR: ", "", 1)


def digest(name):
    """Changes when this set of packages, or the lock, changes."""
    content = hashlib.sha256()
    for file in (name, "constraints.txt"):
        with open(os.path.join(ROOT, file), "rb") as stream:
            content.update(stream.read().replace(b"\r\n", b"\n"))
    return content.hexdigest()


def stamp(name, folder):
    """Where the digest of an installed set is kept: inside the environment, to go with it."""
    return os.path.join(folder, name.replace(os.sep, "-") + ".installed")


def recorded(file):
    """What a file in the environment says, or None."""
    try:
        with open(file, encoding="utf-8") as stream:
            return stream.read()
    except OSError:
        return None


def install(name, folder):
    """Install one requirements file into an environment, then leave its stamp."""
    check_space(name)
    print(
        "Installing %s: about %d MB to download the first time; this takes a few minutes."
        % (name, SIZES[name][0]),
        flush=True,
    )
    pip = [python_of(folder), "-I", "-m", "pip", "install", "--no-input", "--quiet"]
    pip += ["--retries", "2", "--only-binary", ":all:", "-r", name]
    variables = {k: v for k, v in os.environ.items() if k not in ELSEWHERE}
    variables.update(PIP)
    done = subprocess.run(
        pip, cwd=ROOT, env=variables, stderr=subprocess.PIPE, universal_newlines=True
    )
    if done.returncode:
        stop(reason(done.stderr))
    with open(stamp(name, folder), "w", encoding="utf-8") as stream:
        stream.write(digest(name))


def point(folder, before, now):
    """Write the place of an environment anew into its scripts, which name their interpreter."""
    scripts = os.path.join(folder, SCRIPTS)
    names = [os.path.join(scripts, name) for name in os.listdir(scripts)]
    for name in [*names, os.path.join(folder, "pyvenv.cfg")]:
        if os.path.isfile(name) and not os.path.islink(name):
            with open(name, "rb") as stream:
                content = stream.read()
            if before.encode() in content:
                with open(name, "wb") as stream:
                    stream.write(content.replace(before.encode(), now.encode()))
    with open(os.path.join(folder, "place"), "w", encoding="utf-8") as stream:
        stream.write(now)


def remove(folder):
    """Take a folder away, or a link to one, if it is there."""
    if os.path.islink(folder):
        os.remove(folder)
    else:
        shutil.rmtree(folder, ignore_errors=True)


def renew(sets):
    """A new environment with these sets, in the place of the old one as soon as it works."""
    python = find_python()
    check_machine(python)
    check_space(BOOK)
    print("Making .venv with Python %s (%s)." % (version_of(python), python), flush=True)
    try:
        done = subprocess.run(
            [python, "-I", "-m", "venv", NEW], stderr=subprocess.PIPE, universal_newlines=True
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["it gives no reason."])[-1]
            stop("Python could not make .venv: %s" % last)
        for name in sets:
            install(name, NEW)
        check = [python_of(NEW), "-I", "-c", PROOF]
        done = subprocess.run(check, stderr=subprocess.PIPE, universal_newlines=True)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["it gives no reason."])[-1]
            stop("The packages are there and do not work: %s" % last)
        point(NEW, NEW, VENV)
        if os.path.lexists(VENV):
            os.rename(VENV, OLD)
        os.rename(NEW, VENV)
    finally:
        recover()


def recover():
    """What an earlier call left half done: the environment that worked is back in its place."""
    if not os.path.lexists(VENV) and os.path.lexists(OLD):
        os.rename(OLD, VENV)
    remove(NEW)
    remove(OLD)


def main(arguments):
    """Bring the environment to what the requirement files say, doing nothing if it is there."""
    recover()
    runs = version_of(python_of(VENV)) in VERSIONS
    there = {name: recorded(stamp(name, VENV)) for name in (BOOK, TESTS)}
    fresh = {name: there[name] == digest(name) for name in there}
    wanted = [BOOK, TESTS] if "--tests" in arguments or there[TESTS] else [BOOK]
    # Only what adds to a set is done in place.
    if not runs or not fresh[BOOK] or there[TESTS] not in (None, digest(TESTS)):
        renew(wanted)
    elif not all(fresh[name] for name in wanted):
        install(TESTS, VENV)
    # The folder was renamed or moved: the scripts in it name a Python that is not there any more.
    place, now = os.path.join(VENV, "place"), os.path.realpath(VENV)
    if recorded(place) != now:
        point(VENV, recorded(place) or now, now)


def interrupt(*_):
    """End as Ctrl-C does."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupt)
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        stop("Stopped; what worked still works, and the same command goes on.")
    except OSError as error:
        if error.errno == 28:
            stop("The disk filled up: make room, then run this again.")
        stop("Setting up failed: %s." % error)
