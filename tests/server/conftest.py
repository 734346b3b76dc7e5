from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import Served, served


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The real server on the embedded database."""
    folder: Path = tmp_path_factory.mktemp("site")
    with served(folder, TROUBLESHOOT_ACCESS_LOG=str(folder / "access.log")) as running:
        yield running
