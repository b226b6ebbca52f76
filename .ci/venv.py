"""Makes .venv with the packages of one requirements file. Run by make, before anything but Python is there.

    python3 .ci/venv.py requirements.txt STAMP

STAMP is touched at the end, so that make calls this again only when the requirements change.
"""

# Syntax of old Pythons throughout, so that one that is too old can still read the sentence that says so.
import os
import subprocess
import sys

OLDEST = (3, 11)
ENOUGH_FOR = ("python3.14", "python3.13", "python3.12", "python3.11")
VENV = ".venv"


def refuse(*lines):
    sys.exit("\n" + "\n".join(lines))


def newer_python():
    """Another Python of this machine that will do, for one that is too old."""
    for name in ENOUGH_FOR:
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            path = os.path.join(folder, name)
            if os.access(path, os.X_OK) and subprocess.call([path, "-c", ""], stderr=subprocess.DEVNULL) == 0:
                return path
    return None


def make_venv():
    try:
        import ensurepip  # noqa: F401 - Debian keeps it, and so venv, in a package of its own
        import venv  # noqa: F401
    except ImportError:
        version = "{}.{}".format(*sys.version_info)
        refuse(
            "This Python cannot make virtual environments: its ensurepip is missing.",
            "On Debian and Ubuntu: apt-get install python{}-venv   (then the same command again)".format(version),
        )
    python = os.path.join(VENV, "bin", "python")
    # A folder that an interrupted start left behind, or whose Python is gone, is made anew.
    if os.path.exists(python) and subprocess.call([python, "-m", "pip", "--version"], stdout=subprocess.DEVNULL) == 0:
        return python
    print("Making {} with {} …".format(VENV, sys.version.split()[0]), flush=True)
    if subprocess.call([sys.executable, "-m", "venv", "--clear", VENV]) != 0:
        refuse("The virtual environment could not be made in {}.".format(os.path.abspath(VENV)))
    return python


def main(requirements, stamp):
    if sys.version_info < OLDEST:
        other = newer_python()
        if other is None:
            refuse(
                "Python {}.{} or newer is needed; this is {}.".format(*OLDEST, sys.version.split()[0]),
                "Where it has another name: make PYTHON=/path/to/python3.11 …",
            )
        os.execv(other, [other, *sys.argv])
    python = make_venv()
    print("Installing what {} names …".format(requirements), flush=True)
    pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    if subprocess.call([*pip, "-r", requirements]) != 0:
        refuse("Not everything could be installed; pip says above what is missing.", "The same command tries again.")
    with open(stamp, "w"):
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
