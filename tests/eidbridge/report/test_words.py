import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from eidbridge.errors import Code
from eidbridge.report import words_in
from tests.languages import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_words_and_no_other_has(language):
    table = tomllib.loads(files("eidbridge.report.words").joinpath(f"{language}.toml").read_text(encoding="utf-8"))
    assert set(table) == {code.value for code in Code}
    for words in words_in(language).values():
        assert words.title
        assert words.meaning.endswith(".")
        assert words.action.endswith(".")


def test_a_language_without_words_is_said():
    with pytest.raises(KeyError, match="no words for language 'xx'"):
        words_in("xx")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_codes_are_current(language):
    """Made by `.tools/write_error_pages.py`; other languages get their page with their words."""
    page = Path(__file__).parents[3] / "docs" / "errors" / f"{language}.md"
    text = page.read_text(encoding="utf-8")
    for code, words in words_in(language).items():
        assert f"## {words.title}\n\n`{code}`\n\n{words.meaning}\n\n**" in text, (
            f"run .tools/write_error_pages.py: {code}"
        )
    assert text.count("\n## ") == len(Code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_codes_say_the_same(language):
    spoken = words_in(language)
    assert len({(words.meaning, words.action) for words in spoken.values()}) == len(spoken)
    assert len({words.title for words in spoken.values()}) == len(spoken)
