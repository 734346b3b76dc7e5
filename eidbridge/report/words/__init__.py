"""Meaning and one action per code, in each language. They stand here and nowhere else."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from eidbridge.errors import Code


@dataclass(frozen=True, slots=True)
class Words:
    """title: a few words; meaning: what it is; action: the one thing to do."""

    title: str
    meaning: str
    action: str


@cache
def words_in(language: str) -> Mapping[Code, Words]:
    """The words of `language`, a two-letter code. Raises KeyError for a language or a code without words."""
    source = files(__name__).joinpath(f"{language}.toml")
    if not source.is_file():
        raise KeyError(f"no words for language {language!r}")
    table = tomllib.loads(source.read_text(encoding="utf-8"))
    return {code: Words(**table[code.value]) for code in Code}
