"""What is measured and measured with, installed from locks into environments of their own."""

import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from compileall import compile_dir
from functools import cache
from pathlib import Path

from benchmarks.folders import BUILD, HERE, ROOT


class Missing(Exception):
    """Something cannot be had here; says what, and why."""


@cache
def python_of(folder: str) -> Path:
    """The python of an environment with what `folder`'s lock names, made if need be."""
    lock = HERE / folder / "requirements.lock"
    environment = BUILD / "environments" / folder.replace("/", "-")
    python = environment / "bin" / "python"
    if not _same(lock, environment / lock.name):
        _run([sys.executable, "-m", "venv", "--clear", str(environment)])
        install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        _run([*install, "--require-hashes", "-r", str(lock)])
        shutil.copy(lock, environment)
    return python


def compile_own() -> None:
    """Compile what is run from its sources here, as pip compiles what it installs: a start should
    not be measured with the compiler, whether or not Python is told to write no bytecode."""
    for folder in ("api", "schemas", "benchmarks"):
        compile_dir(ROOT / folder, quiet=1)


@cache
def node_modules_of(folder: str, built: Sequence[str] = ()) -> Path:
    """Node packages as `folder`'s lock names them; `built` are compiled where that is needed."""
    source = HERE / folder
    environment = BUILD / "environments" / folder.replace("/", "-")
    if not _same(source / "package-lock.json", environment / "installed"):
        npm = _found("npm", "nodejs npm")
        shutil.rmtree(environment, ignore_errors=True)
        shutil.copytree(source, environment)
        _run([npm, "ci", "--ignore-scripts", "--loglevel=error"], environment)
        if built:
            # Node's own headers, because no others can be downloaded everywhere.
            headers = Path(os.path.realpath(_found("node", "nodejs"))).parents[1]
            _run(
                [npm, "rebuild", *built, "--ignore-scripts=false", f"--nodedir={headers}"],
                environment,
            )
        shutil.copy(source / "package-lock.json", environment / "installed")
    return environment / "node_modules"


@cache
def debian(command: str, package: str) -> str:
    """A command of a Debian package, installed where that is possible."""
    return _found(command, package)


def pinned(folder: str, package: str) -> str:
    """The version of a package that a folder's requirements name."""
    for line in (HERE / folder / "requirements.in").read_text(encoding="utf-8").splitlines():
        name, _, version = line.partition("==")
        if name.split("[")[0] == package:
            return version
    raise LookupError(f"{package} is not pinned in {folder}")


def _found(command: str, packages: str) -> str:
    found = shutil.which(command)
    if found:
        return found
    if not shutil.which("apt-get"):
        raise Missing(f"no {command} here, and no apt-get to install it with")
    if getpass.getuser() != "root":
        raise Missing(f"no {command} here, and only root can: apt-get install {packages}")
    _run(["apt-get", "-qq", "update"])
    install = ["apt-get", "-qq", "-y", "install", "--no-install-recommends", *packages.split()]
    _run(["env", "DEBIAN_FRONTEND=noninteractive", *install])
    found = shutil.which(command)
    if not found:
        raise Missing(f"{packages} did not bring {command}")
    return found


def _same(wanted: Path, there: Path) -> bool:
    return there.exists() and there.read_bytes() == wanted.read_bytes()


def _run(command: Sequence[str], folder: Path | None = None) -> None:
    """Run an installer. Raises Missing with the end of what it said."""
    quiet = {"SCARF_ANALYTICS": "false", "npm_config_update_notifier": "false"}
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **quiet},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise Missing(f"{' '.join(command[:4])} failed: {''.join(said)[:200]}")
