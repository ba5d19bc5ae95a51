"""The lock files say exactly what is installed, and nowhere does the product say from which server."""

import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.lock", "requirements-celery.lock", "requirements-dev.lock"]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
REGISTRIES = [  # in pieces, so that this file passes its own test
    *("pypi" + ".org", "pypi" + ".python.org", "python" + "hosted.org"),
    *("registry." + "npmjs.org", "npmjs" + ".com", "registry." + "yarnpkg.com"),
    *("deb." + "debian.org", "security." + "debian.org", "archive." + "ubuntu.com"),
]
INDEX_OPTIONS = re.compile(r"^\s*(?:--(?:extra-)?index-url|--find-links|--trusted-host|-[if])\b", re.MULTILINE)


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def tracked_files() -> list[Path]:
    """What is in the repository or about to be; the folders of the layout where this is not a git checkout."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0:
        return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]
    ignored = re.compile(r"/(\.venv|node_modules|var|\.\w+_cache|\.hypothesis|__pycache__)/")
    return [path for path in ROOT.rglob("*") if path.is_file() and not ignored.search(str(path))]


def pins(lock: str) -> dict[str, tuple[str, list[str]]]:
    """Canonical name → version and hashes, of every requirement in a lock file."""
    found: dict[str, tuple[str, list[str]]] = {}
    for entry in re.split(r"\n(?=[A-Za-z0-9])", "\n" + (ROOT / lock).read_text()):
        if match := re.match(r"\n?([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", entry):
            found[canonical(match[1])] = (match[2], re.findall(r"--hash=sha256:([0-9a-f]{64})\b", entry))
    return found


def required(requirements: list[str]) -> dict[str, str]:
    """Canonical name → version specifier, of requirements as pyproject.toml writes them."""
    parsed = [re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?\s*([^;]*)", requirement) for requirement in requirements]
    return {canonical(match[1]): match[2].strip() for match in parsed if match}


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def allowed(version: str, specifier: str) -> bool:
    """For the two operators that pyproject.toml uses."""
    bounds = [re.match(r"(>=|<)([\d.]+)$", bound.strip()) for bound in specifier.split(",") if bound.strip()]
    assert all(bounds), specifier
    return all(
        numbers(version) >= numbers(bound[2]) if bound[1] == ">=" else numbers(version) < numbers(bound[2])
        for bound in bounds
        if bound
    )


def test_no_registry_is_named_anywhere():
    named = [
        f"{path.relative_to(ROOT)}: {registry}"
        for path in tracked_files()
        for registry in REGISTRIES
        if registry.encode() in path.read_bytes()
    ]
    assert named == []


def test_no_lock_file_chooses_where_packages_come_from():
    for lock in [*LOCKS, "pyproject.toml", ".npmrc", "Makefile", "Dockerfile"]:
        assert not INDEX_OPTIONS.findall((ROOT / lock).read_text()), lock


@pytest.mark.parametrize("line", ["--index-url https://x", "  --extra-index-url x", "-i x", "--find-links=/opt"])
def test_an_index_option_would_be_found(line):
    assert INDEX_OPTIONS.findall(f"a==1\n{line}\n")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_python_package_is_pinned_with_hashes(lock):
    lines = [line for line in (ROOT / lock).read_text().splitlines() if re.match(r"[A-Za-z0-9]", line)]
    assert len(lines) == len(pins(lock)) > 30
    assert [name for name, (_, hashes) in pins(lock).items() if not hashes] == []


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements.lock", PROJECT["dependencies"]),
        ("requirements-celery.lock", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["celery"]),
        ("requirements-dev.lock", PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]),
    ],
)
def test_locks_hold_what_the_project_asks_for(lock, wanted):
    locked = pins(lock)
    missing = [
        f"{name}{specifier}"
        for name, specifier in required(wanted).items()
        if name not in locked or not allowed(locked[name][0], specifier)
    ]
    assert missing == [], "make lock"


def test_nothing_is_locked_that_nobody_asked_for():
    text = (ROOT / "requirements.lock").read_text()
    asked_directly = {canonical(name) for name in re.findall(r"^(\S+?)(?:\[.*\])?==[^#]*# via musubime", text, re.M)}
    several = re.findall(r"^(\S+?)(?:\[.*\])?==(?:(?!\n\S).)*?#   musubime ", text, re.M | re.S)
    assert asked_directly | set(several) == set(required(PROJECT["dependencies"])), "make lock"


@pytest.mark.parametrize("other", LOCKS[:-1])
def test_the_development_lock_contains_the_others(other):
    development = pins("requirements-dev.lock")
    assert {name: pin for name, pin in pins(other).items() if development.get(name) != pin} == {}


def test_babel_can_be_taken_alone_from_the_development_lock():
    """The Makefile and the Dockerfile cut it out by this rule."""
    cut = subprocess.run(
        ["sed", "-n", r"/^babel==/,/^ *#/p", "requirements-dev.lock"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    assert [line.split("==")[0] for line in cut.splitlines() if "==" in line] == ["babel"]
    assert re.search(r"--hash=sha256:[0-9a-f]{64}$", cut, re.MULTILINE)
    assert not cut.rstrip().splitlines()[-2].endswith("\\")


def test_npm_packages_are_exact_and_verified_and_come_from_nowhere_in_particular():
    wanted = json.loads((ROOT / "package.json").read_text())
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    ours = locked.pop("")
    for group in ["dependencies", "devDependencies"]:
        assert ours[group] == wanted[group]
        assert [version for version in wanted[group].values() if not re.match(r"\d+\.\d+\.\d+", version)] == []
        for name, version in wanted[group].items():
            assert locked[f"node_modules/{name}"]["version"] == version
    assert locked
    assert [name for name, package in locked.items() if not package.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, package in locked.items() if "resolved" in package] == []
    assert wanted["private"] is True
