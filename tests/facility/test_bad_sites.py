"""Each file of bad_sites/ holds mistakes; the .expected beside it holds what a person is told, line for line."""

from __future__ import annotations

from pathlib import Path

import pytest

from facility.errors import ConfigError
from facility.resolve import read_site

FILES = sorted((Path(__file__).parent / "bad_sites").glob("*.yaml"))


def test_there_are_enough() -> None:
    assert len(FILES) >= 50


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_every_mistake_is_told_with_its_line(file: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        read_site(file)
    told = str(raised.value).replace(f"{file}:", "")
    assert told == file.with_suffix(".expected").read_text(encoding="utf-8").rstrip("\n")


def test_a_secret_is_never_repeated() -> None:
    file = next(f for f in FILES if f.stem == "secret_in_the_file")
    with pytest.raises(ConfigError) as raised:
        read_site(file)
    assert "s3cr3t" in file.read_text(encoding="utf-8")
    assert "s3cr3t" not in str(raised.value)
