"""Known screen texts are found: whole, mistyped, cut, inside a sentence; near-twins never for sure."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.troubleshoot.flows.test_error_texts import MESSAGES
from troubleshoot.finder.messages import LONG_ENOUGH, plain

LABELS: dict[str, set[str]] = {}
for _text, _label in MESSAGES:
    LABELS.setdefault(_text, set()).add(_label)
TEXTS = sorted(LABELS)
LONG = [text for text in TEXTS if len(text) >= LONG_ENOUGH]
SENTENCES = [
    "Buongiorno, da stamattina quando provo ad accedere dall'ufficio mi compare {} e non riesco ad andare avanti",
    "ho provato due volte e dice sempre «{}», che devo fare?",
    'Since this morning the page says "{}" when I try, on Chrome and on Edge.',
    "SCRIVE {} E BASTA",
]


def filled(text: str) -> str:
    """As a screen shows it, with a code where ours has a `…`."""
    return text.replace("…", "n0045x")


def first(finder, text: str) -> str:
    results = finder.find(text, "it").results
    return results[0].symptom.label if results else ""


def mistyped(text: str, chance: random.Random) -> str:
    """One sign wrong, missing, too much, or two of them turned round."""
    at = chance.randrange(len(text))
    sign = chance.choice("abcdefghilmnoprstuvz")
    return chance.choice(
        [
            text[:at] + sign + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + sign + text[at:],
            text[:at] + text[at : at + 2][::-1] + text[at + 2 :],
        ]
    )


@pytest.mark.parametrize("text", TEXTS)
def test_a_whole_text_is_found_first(finder, text):
    for written in (text, filled(text), text.upper(), f"  {text}\n", f"«{text}»"):
        assert first(finder, written) in LABELS[text], written


@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("seed", range(12))
def test_two_typing_mistakes_are_forgiven(finder, text, seed):
    chance = random.Random(f"{text}{seed}")
    written = mistyped(mistyped(filled(text), chance), chance)
    others = {label for other in TEXTS if plain(other) == plain(written) for label in LABELS[other]}
    assert first(finder, written) in LABELS[text] | others, written


@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("gap", ["", " ", "…", " [...] ", "..."])
@pytest.mark.parametrize("share", [0.25, 0.34, 0.42])
def test_a_missing_middle_is_forgiven(finder, text, gap, share):
    shown = filled(text) if not text.endswith(("…", '…"')) else text
    left = int(len(shown) * share)
    written = shown[:left] + gap + shown[len(shown) - left :]
    assert first(finder, written) in LABELS[text], written


@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_text_inside_a_longer_sentence_is_found_first(finder, text, sentence):
    assert first(finder, sentence.format(filled(text))) in LABELS[text]


@pytest.mark.parametrize("text", [text for text in LONG if len(text) > 30])
def test_a_text_that_breaks_off_is_found_first(finder, text):
    shown = filled(text)
    for written in (shown[: len(shown) * 6 // 10], shown[: len(shown) * 6 // 10] + "…"):
        assert first(finder, written) in LABELS[text]


TWINS = [("PIN errato", "PUK errato"), ("PIN non corretto", "PUK non corretto")]
FIRST_WORDS = ["PUN", "PIK", "PIM", "PJN", "IN", "PN", "PI", "PINN", "PUKK", "UK", "PUJ", "PYK", "P1N", "NIP", "PKU"]


@pytest.mark.parametrize("twins", TWINS)
@pytest.mark.parametrize("word", FIRST_WORDS)
def test_near_twins_are_both_answered_and_never_for_sure(finder, twins, word):
    found = finder.find(f"{word} {twins[0].partition(' ')[2]}", "it")
    labels = {result.symptom.label for result in found.results}
    assert not found.is_sure
    for twin in twins:
        assert labels & LABELS[twin], (twin, labels)


def test_a_whole_text_is_sure_where_it_means_one_thing(finder, guide):
    for error in guide.errors.values():
        meant = {cause.label for cause in error.causes}
        for text in error.texts:
            found = finder.find(filled(text.words), "it")
            if found.matches and found.matches[0].error == error:
                assert found.is_sure == (len(meant) == 1 and not error.harmless), text.words
                assert {result.symptom.label for result in found.results} <= meant


@given(st.text(max_size=400))
def test_no_text_makes_it_fail(finder, text):
    found = finder.find(text, "it")
    assert len(found.results) <= 3
    assert not found.is_sure or found.results
