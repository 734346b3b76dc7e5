"""Whatever somebody writes becomes words, and never more than is looked at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.finder.reading import MAX_CHARS, cleaned, folded, words_of


@given(st.text(max_size=5_000))
def test_any_text_is_read(text):
    seen = cleaned(text)
    assert len(seen) <= MAX_CHARS
    assert not any(sign in seen for sign in "\x00\x07\u202e\u200b\ufeff\ud800")
    assert cleaned(seen) == seen or len(seen) == MAX_CHARS
    for word in words_of(seen):
        assert word
        assert word == folded(word)[: len(word)]


@given(st.text(alphabet="àèéìòùÀÈÉÌÒÙ abcABC'’123", max_size=60))
def test_accents_and_capitals_make_no_difference(text):
    assert words_of(text) == words_of(text.upper()) == words_of(folded(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L'app non s'apre!", ["l", "app", "non", "s", "apre"]),
        ("È così: PIN\u00a0errato", ["e", "cosi", "pin", "errato"]),
        ("ERR_BAD_SSL_CLIENT_AUTH_CERT", ["err", "bad", "ssl", "client", "auth", "cert"]),
        ("ﬁne ①", ["fine", "1"]),  # compatibility forms
        ("a\u202eb\u200bc", ["abc"]),
        ("a\tb\x07c", ["a", "b", "c"]),
        ("🙂 ok 🙂", ["ok"]),
        ("", []),
        ("…!?", []),
    ],
)
def test_words(text, words):
    assert words_of(cleaned(text)) == words


def test_what_stands_behind_is_not_read():
    assert cleaned("x" * 100_000) == "x" * MAX_CHARS
    assert len(cleaned("\ufdfa" * 100_000)) == MAX_CHARS  # one sign that stands for eighteen
