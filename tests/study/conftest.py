"""Files on disk, for tests of what is read out of them."""

import pytest

from study.enums import ExtractionFault
from study.extraction import Unreadable


@pytest.fixture
def kept(tmp_path):
    """Return ``kept(content, name="file") -> path``."""

    def keep(content: bytes, name: str = "file"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return keep


@pytest.fixture
def fault_of():
    """Return ``fault_of(act) -> why the file could not be read``."""

    def fault(action) -> ExtractionFault:
        with pytest.raises(Unreadable) as caught:
            action()
        return caught.value.fault

    return fault
