"""Fixtures of the scenarios. `service` is new for each test, `shared_service` for each file."""
import os
import pathlib

import pytest

from harness import TREE, Lanterne, Masters, Service


@pytest.fixture(scope="session")
def lanterne():
    """The binary: of LANTERNE_BIN, or the one that script/test builds."""
    path = pathlib.Path(os.environ.get("LANTERNE_BIN") or TREE / "build-asan/src/app/lanterne")
    if not path.exists():
        pytest.fail(f"there is no {path}: build first, or say LANTERNE_BIN")
    return Lanterne(path.resolve())


@pytest.fixture(scope="session")
def masters(tmp_path_factory):
    """Small films: masters.make("film.mkv", seconds=6, ...) gives a path."""
    return Masters(tmp_path_factory.mktemp("masters"))


@pytest.fixture
def service(lanterne, tmp_path):
    """A new service, not yet serving."""
    made = Service(lanterne, tmp_path)
    yield made
    made.finish()


@pytest.fixture(scope="module")
def shared_service(lanterne, tmp_path_factory):
    """One service for all tests of a file that do not mind one another."""
    made = Service(lanterne, tmp_path_factory.mktemp("shared"))
    yield made
    made.finish()
