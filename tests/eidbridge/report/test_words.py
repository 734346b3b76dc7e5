import tomllib
from importlib.resources import files

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
