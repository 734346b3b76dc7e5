import pytest

from troubleshoot.flows.readability import figures, gulpease

#: Below this a text is hard for who has eight years of school.
LEAST = 60


def test_every_italian_text_reads_easily(real):
    assert [figure for figure in figures(real) if figure.gulpease < LEAST] == []


@pytest.mark.parametrize(
    ("lines", "index", "words"),
    [
        (["La casa è blu."], 89 + (300 * 1 - 10 * 10) / 4, 4),
        (["La casa è blu. Entra!"], 89 + (300 * 2 - 10 * 15) / 5, 5),
        (["Premi il tasto", "Aspetta"], 89 + (300 * 2 - 10 * 19) / 4, 4),
        (["", "***", "1."], 100.0, 0),
    ],
)
def test_the_index_is_counted_as_published(lines, index, words):
    found, counted = gulpease(line for line in lines if line != "1.")
    assert (found, counted) == (pytest.approx(index), words)


def test_a_long_sentence_of_long_words_is_hard():
    hard = "L'autenticazione multifattoriale costituisce requisito imprescindibile dell'interoperabilità amministrativa"
    assert gulpease([hard])[0] < LEAST
