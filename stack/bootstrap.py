"""Brings a virtual environment up to date: `python3 stack/bootstrap.py [PROJECT]`, PROJECT being `.` or `codegen`.

Runs on whatever Python 3 the machine has, with nothing installed: it must not use syntax newer than that of Python 3.6,
so that an old one gets a sentence to read and not a syntax error. It makes PROJECT/.venv with the tool uv, which it
brings into `.cache` itself. Nothing outside the checkout is changed.
"""

import os
import shutil
import subprocess
import sys

UV = "uv==0.13.9"
OLDEST = (3, 11)
CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CACHE = os.path.join(CHECKOUT, ".cache")


def main():
    if sys.version_info < OLDEST:
        newer = find_newer_python()
        if newer is None:
            stop(
                "Python %d.%d or later is needed; %s is %s.\n"
                "Install a newer one, then name it, for example: make PYTHON=python3.12 run"
                % (OLDEST + (sys.executable, sys.version.split()[0]))
            )
        os.execv(newer, [newer, os.path.abspath(__file__)] + sys.argv[1:])
    project = os.path.join(CHECKOUT, sys.argv[1] if len(sys.argv) > 1 else ".")
    check_writable(project)
    uv = find_uv()
    environment = dict(os.environ)
    environment.pop("VIRTUAL_ENV", None)
    environment.update(
        UV_CACHE_DIR=os.path.join(CACHE, "uv-cache"),
        UV_PYTHON=sys.executable,
        UV_PYTHON_DOWNLOADS="never",
        UV_PROJECT_ENVIRONMENT=os.path.join(project, ".venv"),
        UV_NO_PROGRESS="1",
        # Once here, or by each program at its start, where the machine forbids Python to keep what it has compiled
        # (PYTHONDONTWRITEBYTECODE): that takes a program seconds and megabytes.
        UV_COMPILE_BYTECODE="1",
    )
    code = subprocess.call([uv, "sync", "--frozen", "--all-packages", "--quiet"], cwd=project, env=environment)
    if code != 0:
        stop("The Python packages could not be installed (see above). Is there a way to PyPI from here?")


def check_writable(project):
    for place in (CHECKOUT, project):
        if not os.access(place, os.W_OK | os.X_OK):
            stop(
                "You may not write in %s: everything is installed there.\n"
                "Make a clone of your own, or run this as the owner of that one." % place
            )


def find_newer_python():
    for minor in range(20, OLDEST[1] - 1, -1):
        found = shutil.which("python3.%d" % minor)
        if found:
            return found
    return None


def find_uv():
    """The pinned uv in the checkout, brought by pip where it is not there yet."""
    place = os.path.join(CACHE, UV.replace("==", "-"))
    uv = os.path.join(place, "bin", "uv")
    if os.path.exists(uv):
        return uv
    print("Bringing the tool %s into .cache …" % UV, flush=True)
    shutil.rmtree(place, ignore_errors=True)
    attempts = [with_own_pip, with_the_machines_pip]
    said = [attempt(place) for attempt in attempts]
    if not os.path.exists(uv):
        shutil.rmtree(place, ignore_errors=True)
        installed = shutil.which("uv")
        if installed:
            return installed
        stop(
            "%s could not be installed into .cache.\n%s\n"
            "Ways on: install Python's venv module (Debian and Ubuntu: apt install python3-venv),\n"
            "or install uv yourself so that it is on the PATH." % (UV, "\n".join(said))
        )
    return uv


def with_own_pip(place):
    """A virtual environment of its own. Debian's Python can make one only with the package python3-venv."""
    made = quietly([sys.executable, "-m", "venv", place])
    if made:
        return made
    return quietly([os.path.join(place, "bin", "python"), "-m", "pip", "install", "--no-cache-dir", UV])


def with_the_machines_pip(place):
    """pip of the machine's Python, putting everything into our directory and nothing elsewhere."""
    if os.path.exists(os.path.join(place, "bin", "uv")):
        return ""
    shutil.rmtree(place, ignore_errors=True)
    return quietly([sys.executable, "-m", "pip", "install", "--no-cache-dir", "--target", place, UV])


def quietly(command):
    """Runs a program; what it said if it failed, else nothing."""
    try:
        done = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        return str(error)
    said = done.communicate()[0].decode(errors="replace").strip()
    return "" if done.returncode == 0 else said or "%s failed" % " ".join(command)


def stop(text):
    sys.stderr.write("\n%s\n" % text)
    sys.exit(1)


if __name__ == "__main__":
    main()
