"""Make the book's virtual environment, or say in one sentence why it cannot be made.

    python tools/environment.py            what the book needs        (requirements.txt)
    python tools/environment.py --tests    and what its tests need    (tests/requirements.txt)

Runs on any Python 3 without a package, so that a Python that is too old is told so too: pip brings
uv, which does the rest. A second call returns at once: each set leaves a stamp with the digest of
what it installed. A new environment is made beside the old one and takes its place when it works:
whatever goes wrong before, what worked still works. Its scripts find their Python where they stand,
so the folder may be renamed and moved.
"""

import contextlib
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
PYTHON = os.path.join("Scripts", "python.exe") if os.name == "nt" else os.path.join("bin", "python")
UV = "uv==0.13.9"
OLDEST, TOO_NEW = (3, 11), (3, 14)
BOOK, TESTS = "requirements.txt", os.path.join("tests", "requirements.txt")
# Measured on Linux, in MB: to download, and on disk with uv's own copy, which shares its files.
SIZES = {BOOK: (430, 2500), TESTS: (105, 410)}
PROOF = "import jupyter_book, keras, matplotlib, nbval"  # what a working environment can do
NEEDS = (
    "This book needs Python 3.11 to 3.13, and `%s` is %s: install one of them, "
    "or name it, as in `make book PYTHON=python3.12`."
)
WHY = [  # how the failures that a reader can mend show in what pip and uv say
    (r"No interpreter found",
     NEEDS % (os.path.basename(sys.executable), platform.python_version())),
    (r"\[Errno (28|122)\]|os error (28|122|112)\b|\[WinError 112\]",
     "The disk filled up while packages were installed: make room, then run this again."),
    (r"Retrying \(Retry\(total=0|HTTPS?ConnectionPool\(|^error: (connection|proxy|ssl)-|"
     r"urllib3\.exceptions|error sending request|dns error|operation timed out",
     "The packages could not be downloaded: check the network connection (and a proxy, "
     "if there is one), then run this again."),
    (r"ensurepip|No module named '?(venv|pip)\b",
     "This Python cannot make virtual environments: on Debian or Ubuntu run "
     "`sudo apt install python3-venv`, then try again."),
]  # fmt: skip


@contextlib.contextmanager
def one_sentence(failed, stopped):
    """Whatever stops a program, a signal or a full disk, ends in one sentence for the reader."""
    signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        sys.exit("\nStopped; %s." % stopped)
    except OSError as error:
        sys.exit("%s: %s." % (failed, error))


def interrupt(*_):
    """End as Ctrl-C does."""
    raise KeyboardInterrupt


def exchange(new, place, old):
    """Put a new folder in its place; the one that was there is ``old`` until all is well."""
    if os.path.lexists(place):
        os.rename(place, old)
    os.rename(new, place)


def clean(new, place, old):
    """The last good folder is in its place, and what was left half done is gone."""
    if os.path.lexists(old) and not os.path.lexists(place):
        os.rename(old, place)
    for folder in (new, old):
        if os.path.islink(folder):
            os.remove(folder)
        else:
            shutil.rmtree(folder, ignore_errors=True)


def run(command, what, **variables):
    """Run a program of Python's; returns what it prints, or stops with what its errors come to."""
    # A pip or a Python may be told to put packages elsewhere; its servers stay the user's.
    elsewhere = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_DRY_RUN", "PIP_REPORT")
    environment = {k: v for k, v in os.environ.items() if k not in elsewhere}
    environment.update(variables, PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1")
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        universal_newlines=True,
    )
    if done.returncode:
        sys.exit(reason(done.stderr or done.stdout, what))
    return done.stdout


def reason(said, what):
    """What a program's errors come down to, in one sentence."""
    for pattern, sentence in WHY:
        if re.search(pattern, said):
            return sentence
    lines = said.strip().splitlines() or ["it gives no reason."]
    lines = [line for line in lines if line.lower().startswith("error: ")] or lines
    last = said.partition("╰─▶")[2] or re.sub("^error: ", "", lines[-1], flags=re.IGNORECASE)
    return "%s: %s" % (what, " ".join(last.split()))


def check_machine():
    """Stop where TensorFlow has no build."""
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        sys.exit(
            "TensorFlow is no longer built for Macs with an Intel processor (or for a Python that "
            "runs under Rosetta): use Apple silicon's own Python, another machine, or Colab."
        )
    if sys.maxsize < 2**32:
        sys.exit("TensorFlow needs a 64-bit Python, this one has 32 bits: install a 64-bit one.")


def check_space(name):
    """Stop before a download that the disk could not hold."""
    free = shutil.disk_usage(ROOT).free // 10**6
    if free < SIZES[name][1]:
        sys.exit(
            "The disk is too full: this needs about %d MB in %s, and %d MB are free."
            % (SIZES[name][1], ROOT, free)
        )


def servers(python):
    """What pip is told of servers, in the words of uv, which does not read pip's settings."""
    told = run([python, "-I", "-m", "pip", "config", "list"], "pip does not run")
    names = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "no-index": "UV_NO_INDEX",
        "trusted-host": "UV_INSECURE_HOST",
        "proxy": "HTTPS_PROXY",
        "cert": "SSL_CERT_FILE",
    }
    found = re.findall(r"^[\w:]+\.([\w-]+)='(.+)'$", told, re.MULTILINE)
    return {names[k]: v for k, v in found if k in names and names[k] not in os.environ}


def renew(sets):
    """A new environment with these sets, in the place of the old one as soon as it works."""
    check_machine()
    for name in sets:
        if not recorded(name):  # else uv has its own copy, and shares the files
            check_space(name)
    print("Installing %s: about %d MB to download the first time; this takes a few minutes."
          % (" and ".join(sets), sum(SIZES[name][0] for name in sets)), flush=True)  # fmt: skip
    with tempfile.TemporaryDirectory() as home:
        python, new = os.path.join(home, PYTHON), os.path.join(NEW, PYTHON)
        run([sys.executable, "-I", "-m", "venv", home], "Python could not make .venv")
        quiet = ["install", "--no-input", "--quiet", "--retries", "2", "--only-binary", ":all:"]
        run([python, "-I", "-m", "pip", *quiet, UV], "pip could not install uv")
        uv, told = [python, "-I", "-m", "uv", "--quiet", "--no-config"], servers(python)
        wanted = ">=%d.%d,<%d.%d" % (OLDEST + TOO_NEW)
        if OLDEST <= sys.version_info < TOO_NEW:
            wanted = sys.executable
        run([*uv, "venv", "--no-python-downloads", "--relocatable", "--python", wanted, NEW],
            "uv could not make .venv", **told)  # fmt: skip
        packages = ["--only-binary", ":all:", "--compile-bytecode"]
        for name in sets:
            packages += ["-r", name]
        told["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # among several servers, as pip does
        uv += ["pip", "install", "--python", new, *packages]
        run(uv, "uv could not install the packages", **told)
    run([new, "-I", "-c", PROOF], "The packages are there and do not work")
    for name in sets:
        with open(stamp(name, NEW), "w", encoding="utf-8") as stream:
            stream.write(digest(name))
    exchange(NEW, VENV, OLD)


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


def recorded(name):
    """The digest of what was installed of a set, or None."""
    try:
        with open(stamp(name, VENV), encoding="utf-8") as stream:
            return stream.read()
    except OSError:
        return None


def works():
    """Whether the environment in place has a Python that runs, and that the book can use."""
    ask = "import sys; sys.exit(not %r <= sys.version_info < %r)" % (OLDEST, TOO_NEW)
    try:
        return not subprocess.call([os.path.join(VENV, PYTHON), "-I", "-c", ask])
    except OSError:
        return False


def main(arguments):
    """Bring the environment to what the requirement files say, doing nothing if it is there."""
    places = NEW, VENV, OLD
    with one_sentence("Setting up failed", "what worked still works, and the same command goes on"):
        clean(*places)
        wanted = [BOOK, TESTS] if "--tests" in arguments or recorded(TESTS) else [BOOK]
        if not works() or any(recorded(name) != digest(name) for name in wanted):
            try:
                renew(wanted)
            finally:
                clean(*places)


if __name__ == "__main__":
    main(sys.argv[1:])
