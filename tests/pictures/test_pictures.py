import pytest

from tests.pictures.make import PICTURES, make

pytestmark = [pytest.mark.long, pytest.mark.e2e]


def test_every_picture_can_be_taken_of_the_real_demo(tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert make(tmp_path) == 0
    assert {path.stem for path in tmp_path.glob("*.svg")} == {"progress", *(picture.name for picture in PICTURES)}
