"""The lock files: what they hold agrees with `setup.cfg`, for every Python and system."""

import configparser
import re
import subprocess
import sys
from pathlib import Path

import environment
import lock
import pytest
import system
from packaging.markers import Marker
from packaging.requirements import Requirement
from support import copy_the_repository

PLATFORMS = [
    {"sys_platform": "linux", "platform_machine": "x86_64"},
    {"sys_platform": "linux", "platform_machine": "aarch64"},
    {"sys_platform": "win32", "platform_machine": "AMD64"},
    {"sys_platform": "darwin", "platform_machine": "arm64"},
]
LOCKED = re.compile(r"(?m)^([\w.-]+)==(\S+)(?: ; ([^\\\n]+?))? \\\n((?:    --hash=\S+(?: \\)?\n)+)")


def locked(environ: dict[str, str]) -> dict[str, str]:
    """Return the version of every package that pip would install there."""
    found = {}
    for path in environment.LOCKED.values():
        for name, version, marker, _hashes in LOCKED.findall(path.read_text()):
            if not marker or Marker(marker).evaluate(environ):
                assert name not in found
                found[name] = version
    return found


def asked_for() -> list[Requirement]:
    parser = configparser.RawConfigParser()
    parser.read(system.ROOT / "setup.cfg", encoding="utf-8")
    lines = [
        *parser["options"]["install_requires"].split("\n"),
        *parser["options.extras_require"]["test"].split("\n"),
        *environment.build_requirements(),
    ]
    return [Requirement(line) for line in lines if line]


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: "-".join(platform.values()))
@pytest.mark.parametrize("python", lock.PYTHONS)
def test_all_that_is_asked_for_is_locked_within_its_range(python, platform):
    environ = {"python_version": python, "python_full_version": f"{python}.1", **platform}
    pinned = locked(environ)
    for requirement in asked_for():
        if requirement.marker and not requirement.marker.evaluate(environ):
            continue
        version = pinned.get(requirement.name.lower().replace("_", "-"))
        advice = f"{requirement}: locked to {version}; run make lock"
        assert version is not None, advice
        assert requirement.specifier.contains(version), advice


@pytest.mark.parametrize("name", environment.LOCKED)
def test_every_package_has_checksums_and_no_address(name):
    text = environment.LOCKED[name].read_text()
    found = LOCKED.findall(text)
    assert len(found) == len(re.findall(r"(?m)^[A-Za-z0-9]", text))
    assert "://" not in text
    assert "--index" not in text


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_lock_is_renewed_with_one_command(tmp_path: Path) -> None:
    """What it is locked to stays; what it is not locked to yet comes in."""
    copy_the_repository(tmp_path)
    test_lock = tmp_path / "tools" / "requirements" / "test.txt"
    before = set(re.findall(r"(?m)^\S+==\S+", test_lock.read_text()))
    test_lock.write_text(test_lock.read_text().replace("iniconfig", "nothing-of-this-name"))
    command = [sys.executable, str(tmp_path / "tools" / "lock.py"), "--keep"]
    done = subprocess.run(command, capture_output=True, text=True)
    if re.search("Temporary failure in name resolution|error sending request", done.stderr):
        pytest.skip("needs a connection to the internet")
    assert done.returncode == 0, done.stderr
    assert set(re.findall(r"(?m)^\S+==\S+", test_lock.read_text())) == before
    assert "://" not in test_lock.read_text()


def test_wrong_usage_of_lock_is_refused():
    assert lock.main(["--everything"]) == 2
