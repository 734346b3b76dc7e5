"""The finder's content: every label of the symptom list, in every language, leading to a step; mistakes are named."""

import shutil
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import pytest

from tests.languages import LANGUAGES
from tests.troubleshoot.finder.conftest import examples
from troubleshoot.finder.symptoms import EMPTY, read
from troubleshoot.flows import library
from troubleshoot.flows.engine import may_wait, walk
from troubleshoot.flows.loader import load
from troubleshoot.flows.model import Flow, Kind

#: Questions asked between the start and what waits; the guide itself proves that no path is endless.
MOST_BETWEEN = 8


def test_every_label_of_the_symptom_list_is_there(book):
    named = {example.label for name in ("tuning", "held-out") for example in examples(name)}
    assert set(book.symptoms) == named
    assert len(named) == 70


def test_there_are_enough_examples_of_each_label():
    by_label: dict[tuple[str, str], int] = {}
    for name in ("tuning", "held-out"):
        for example in examples(name):
            by_label[example.label, example.language] = by_label.get((example.label, example.language), 0) + 1
    for label in {label for label, _ in by_label}:
        assert by_label[label, "it"] >= 6, label
        assert by_label[label, "en"] >= 3, label
    held_out = len(examples("held-out"))
    assert held_out * 3 >= held_out + len(examples("tuning")) - 70  # a third of each label, rounded
    assert len(examples("foreign")) == 100


def test_no_example_stands_in_the_content(book):
    """What measures the finder has not been given to it."""
    said = {words for symptom in book.symptoms.values() for says in symptom.says.values() for words in says}
    said |= {words for foreign in book.foreign.values() for words in foreign}
    for name in ("tuning", "held-out", "reports", "foreign"):
        given = [example for example in examples(name) if example.text != example.error_message]
        assert not [example.text for example in given if example.text in said and len(example.text) > 40]


def ways_of(book):
    return [(label, way) for label, symptom in book.symptoms.items() for way in symptom.ways]


def test_a_way_fills_in_questions_and_nothing_else(book, guide):
    for label, way in ways_of(book):
        steps = guide.flows[way.flow].steps
        for step, answer in {**way.answers, **way.later}.items():
            assert steps[step].kind in (Kind.QUESTION, Kind.CHECK), (label, step)
            assert may_wait(steps, step, answer) or step == guide.flows[way.flow].start, (label, step, answer)


def reaches(flow: Flow, answers: Mapping[str, str], later: Mapping[str, str], depth: int = 0) -> bool:
    """Whether some answers to what stands in between reach every question whose answer waits."""
    walked = walk(flow, answers)
    later = {step: answer for step, answer in later.items() if step not in walked.answers}
    step = walked.current
    if not later:
        return True
    if step.kind is Kind.OUTCOME or depth > MOST_BETWEEN:
        return False
    if step.id in later:
        return reaches(flow, {**walked.answers, step.id: later[step.id]}, later, depth + 1)
    return any(reaches(flow, {**walked.answers, step.id: answer}, later, depth + 1) for answer in step.next)


def test_what_waits_is_asked_later(book, guide):
    for label, way in ways_of(book):
        assert reaches(guide.flows[way.flow], way.answers, way.later), (label, way.later)


def test_a_way_ends_where_its_label_is_mended(book, guide):
    """By the answers that her words give, and some to what only she can say."""

    def mends(flow: Flow, label: str, answers: Mapping[str, str], later: Mapping[str, str], depth: int = 0) -> bool:
        walked = walk(flow, answers)
        step = walked.current
        if label == step.cause or label in step.solves:
            return True
        if step.kind is Kind.OUTCOME or depth > 5:
            return False
        said = [later[step.id]] if step.id in later else list(step.next)
        return any(mends(flow, label, {**walked.answers, step.id: answer}, later, depth + 1) for answer in said)

    from_texts = {
        (cause.label, cause.flow, frozenset(cause.query.lstrip("?").split("&")) - {"pc-check=cannot"})
        for error in guide.errors.values()
        for cause in error.causes
    }
    for label, way in ways_of(book):
        said = frozenset(f"{step}={answer}" for step, answer in {**way.answers, **way.later}.items())
        as_texts_do = (label, way.flow, said) in from_texts  # where the page of a text leads, too
        assert as_texts_do or mends(guide.flows[way.flow], label, way.answers, way.later), (label, way.flow, said)


def test_each_language_has_its_words(book):
    assert set(book.empty) == set(LANGUAGES)
    for symptom in book.symptoms.values():
        for texts in (symptom.looks, symptom.sign, symptom.asks, symptom.says):
            assert set(texts) == set(LANGUAGES)


def test_what_a_label_looks_like_is_said_once(book):
    for language in LANGUAGES:
        for texts in ("looks", "sign"):
            said = [getattr(symptom, texts)[language] for symptom in book.symptoms.values()]
            assert len(said) == len(set(said))


def test_neighbours_have_a_question(book):
    pairs = {frozenset(pair) for between in book.betweens for pair in combinations(between.answers, 2)}
    assert len(pairs) >= 100
    for between in book.betweens:
        for language in LANGUAGES:
            answers = [between.answers[label][language] for label in between.answers]
            assert len(set(answers)) == len(answers)


def test_a_guide_without_content_for_it_has_no_labels(tiny_site):
    guide, problems = library.read(tiny_site)
    assert problems == []
    assert read(guide) == (EMPTY, [])


@pytest.fixture
def copy(content_dir: Path, tmp_path: Path) -> Path:
    return shutil.copytree(content_dir, tmp_path / "content")


MISTAKES = [
    ("ways.toml", 'to = "imi?where=second-factor&phone=sms"', 'to = "imi?where=second-factor&phone=gone"', "no answer"),
    ("ways.toml", 'to = "imi?where=second-factor&phone=sms"', 'to = "ghost?where=x"', "no flow 'ghost'"),
    (
        "ways.toml",
        'to = "imi?where=second-factor&phone=sms"',
        'to = "imi?where=second-factor&tries-second=none&phone=sms&account-page-opens=yes"',
        "for her alone",
    ),
    ("ways.toml", '["eulogin.2fa.sms_removed"]', '["eulogin.2fa.ghost"]', "nobody says it"),
    ("ways.toml", 'when = ["lost", "stolen"]', 'when = ["ghost"]', "no concept 'ghost'"),
    ("ways.toml", 'when = ["lost", "stolen"]', 'when = "lost"', "no list of concepts"),
    ("ways.toml", 'when = ["lost", "stolen"]', "when = [1]", "no list of concepts"),
    ("ways.toml", "also = [{ when", "also = { a = 1 }\nalse = [{ when", "no { when"),
    ("ways.toml", "sign-in-page=loop", "sign-in-page=loop&sign-in-page=loop", "names a step twice"),
    ("ways.toml", "phone=usual&which-method=app-pin", "phone=sms&which-method=app-pin", "no road of 'imi' passes all"),
    ("ways.toml", "sign-in-page=loop", "sign-in-page=loop&phone=sms", "no road of 'imi' passes all"),
    ("between.toml", 'question.it = "', 'question.it = "' + "x" * 130, "question.it is too long"),
    ("between.toml", '.it = "Quattro', '.fr = "Quattro', '".it is missing'),
    ("between.toml", 'answers."', 'answers."ghost".it = "x"\nanswers."', "no label 'ghost'"),
    ("doubts.toml", '"other_thing"', '"ghost"', "no concept 'ghost'"),
    ("words.toml", "[phone]\nit", "[phone]\nfr", "unknown key 'fr'"),
    ("ways.toml", '["eulogin.2fa.sms_removed"]\nto', '["eulogin.2fa.sms_removed"]\nfrom', "unknown key 'from'"),
    ("says/imi.toml", "looks.en = ", "looks.fr = ", "looks.en is missing"),
    ("says/imi.toml", "says.it = [", "says.xx = [", "says.it is no list"),
    ("says/imi.toml", "sign.it = ", "sign.it = 7 #", "sign.it is missing, or no text"),
    ("says/imi.toml", '["imi.maintenance"]', "[[", "TOML cannot be read"),
    ("between.toml", "question.it = ", "question.xx = ", "question.it is missing"),
    ("words.toml", "[phone]", "phone = 3\n[ghost]", "it is no table"),
    ("empty.toml", "it = [", "xx = [", "is no list"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), MISTAKES)
def test_a_mistake_is_named_with_its_file_and_mend(copy, file, old, new, said):
    path = copy / "finder" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    guide, _problems = load(copy, LANGUAGES)
    problems = read(guide)[1]
    assert any(said in problem.what for problem in problems), [str(problem) for problem in problems]
    for problem in problems:
        assert problem.file.startswith("content/finder/")
        assert problem.line > 0
        assert problem.mend


def problems_after(content_dir, folder, file, old, new):
    copy = shutil.copytree(content_dir, folder / "content")
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    changed, problems = library.read(copy)
    assert problems == []
    return [str(problem) for problem in read(changed)[1]]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("errors.toml", 'label = "cie.reader.card_drops"', 'label = "cie.reader.card_drop"', "nobody says"),
        ("finder/doubts.toml", "[denied]\nwhen", "[denied]\nwen", "unknown key 'wen'"),
        ("finder/doubts.toml", '[denied]\nwhen = ["denied"]', "[denied]", "it says nothing"),
        ("finder/doubts.toml", 'labels = ["cie.pin."]', 'labels = ["cie.pins."]', "no label begins with"),
    ],
)
def test_a_mistake_of_an_author_is_named(content_dir, tmp_path, file, old, new, said):
    problems = problems_after(content_dir, tmp_path, file, old, new)
    assert any(said in problem for problem in problems), problems


@pytest.mark.parametrize("name", ["words", "ways", "says/cie-pin", "between", "doubts"])
def test_a_file_that_cannot_be_read_is_told_alone(content_dir, tmp_path, name):
    copy = shutil.copytree(content_dir, tmp_path / "content")
    with (copy / "finder" / f"{name}.toml").open("a", encoding="utf-8") as file:
        file.write('\n[unclosed\nx = "')
    problems = read(library.read(copy)[0])[1]
    assert len(problems) == 1
    assert problems[0].file == f"content/finder/{name}.toml"
