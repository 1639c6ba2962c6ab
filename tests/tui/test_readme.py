from tests.pictures.readme import README, SHOWN, filled


def test_the_readmes_keys_and_pictures_are_those_of_the_code() -> None:
    text = README.read_text(encoding="utf-8")
    assert filled(text) == text, "run: python -m tests.pictures.readme"


def test_the_readmes_pictures_exist() -> None:
    for name, _ in SHOWN:
        assert (README.parent / "tests" / "pictures" / f"{name}.svg").exists()
