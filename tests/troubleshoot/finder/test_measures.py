"""What the finder must reach on texts that were never looked at while it was made."""

import pytest

from tests.troubleshoot.finder.conftest import examples
from troubleshoot.finder.evaluate import evaluate

TOP1, TOP3, MOST_FOREIGN = 0.85, 0.95, 5


@pytest.mark.parametrize("language", ["it", "en"])
@pytest.mark.parametrize(
    ("name", "sure"), [("held-out", 1 / 3), ("reports", 1 / 4)]
)  # who tells more, says more things
def test_what_was_held_out(finder, name, sure, language):
    of_language = [example for example in examples(name) if example.language == language]
    score = evaluate(finder, of_language).by_language[language]
    assert score.examples >= 90
    assert score.top1 >= TOP1
    assert score.top3 >= TOP3
    assert score.sure >= score.examples * sure, "a finder that is never sure asks too much"
    assert score.sure_wrongly <= score.examples * 0.03


def test_texts_about_other_things_are_not_taken_for_sure(finder):
    assert evaluate(finder, examples("foreign")).foreign.sure <= MOST_FOREIGN


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (
            "Ho cambiato telefono e l'app EU Login non conferma più. "
            "Inoltre il lettore di carte perde la carta dopo pochi secondi.",
            {"eulogin.2fa.lost_or_new_device", "cie.reader.card_drops"},
        ),
        (
            "Ho perso il telefono con l'app EU Login. Non trovo più la lettera con PIN e PUK della CIE.",
            {"eulogin.2fa.lost_or_new_device", "cie.pin.codes_lost"},
        ),
        (
            "Firefox closes as soon as I load the CIE module. Also I forgot the password of EU Login.",
            {"browser.crash_with_module", "eulogin.password.wrong_or_expired"},
        ),
    ],
)
def test_two_problems_in_one_text_are_both_answered(finder, text, labels):
    found = finder.find(text, "it")
    assert labels <= {result.symptom.label for result in found.results}
    assert found.are_several
    scores = [result.score for result in found.results]
    assert scores == sorted(scores, reverse=True)
    again = finder.find(text, "it")
    assert [result.symptom.label for result in again.results] == [result.symptom.label for result in found.results]
    assert not found.is_sure


@pytest.mark.parametrize(
    ("texts", "label"),
    [
        (
            ["il lettore perde la carta", "IL LETTORE PERDE LA CARTA", "il letore perde la crata"],
            "cie.reader.card_drops",
        ),
        (["è scaduta la carta d'identità", "e scaduta la carta d identita"], "cie.card.expired_lost_or_blocked"),
        (["non mi arriva più l'SMS col codice", "sms codice non arriva piu"], "eulogin.2fa.sms_removed"),
    ],
)
def test_capitals_accents_and_typing_do_not_matter(finder, texts, label):
    for text in texts:
        assert finder.find(text, "it").results[0].symptom.label == label, text
