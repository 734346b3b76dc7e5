"""Each case of the journey into INPS reaches its remedy: by few questions, and without a PIN too many."""

import shutil
from datetime import date

import pytest
from bs4 import BeautifulSoup

from eidbridge.errors import Code
from tests.languages import LANGUAGES
from tests.troubleshoot.flows.cie_cases import CASES, LABELS
from troubleshoot.flows.engine import walk
from troubleshoot.flows.explore import explore
from troubleshoot.flows.loader import load
from troubleshoot.flows.model import CANNOT, NO, NOTHING, OTHER, UNKNOWN, YES, Content, Kind, Tries
from troubleshoot.flows.tries import CODES
from troubleshoot.flows.validate import validate

#: Questions to the remedy that a person has patience for, without and with a report.
MOST_QUESTIONS, MOST_WITH_REPORT = 6, 2
#: Labels of the other journey in the symptom list.
ELSEWHERE = ("eulogin.", "imi.", "browser.unsupported", "network.blocked", "network.server_cert", "network.service")


@pytest.fixture(scope="module")
def flow(real: Content):
    return real.flows["cie-inps"]


def answers_of(query: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in query.split("&"))


def walked_to(flow, query: str):
    walked = walk(flow, answers_of(query))
    assert dict(walked.answers) == answers_of(query), "an answer does not hold"
    return walked


def test_every_label_of_the_journey_has_its_row(flow):
    solved = {label for step in flow.steps.values() for label in step.solves} - {code.value for code in Code}
    assert solved == set(LABELS)
    assert not any(label.startswith(ELSEWHERE) for label in solved)


def test_every_label_of_the_journey_stands_in_the_symptom_list(real, flow):
    """As the pages of error texts name them, which are checked against the list by hand."""
    named = {cause.label for error in real.errors.values() for cause in error.causes if cause.flow == "cie-inps"}
    assert {label for label in named if not label.startswith(ELSEWHERE)} - set(LABELS) == set()


@pytest.mark.parametrize(("label", "query", "step"), [(label, *way) for label, ways in LABELS.items() for way in ways])
def test_a_label_reaches_a_step_that_solves_it_by_few_questions(flow, label, query, step):
    walked = walked_to(flow, query)
    assert walked.current.id == step
    assert label in walked.current.solves
    assert sum(visit.step.kind is Kind.QUESTION for visit in walked.visits) <= MOST_QUESTIONS


@pytest.mark.parametrize("case", CASES)
def test_a_case_reaches_its_step(flow, case):
    query, step = CASES[case]
    assert walked_to(flow, query).current.id == step


@pytest.mark.parametrize("code", Code)
def test_a_report_reaches_what_solves_its_finding_by_two_questions_at_most(flow, code):
    """Where the remedy takes a code, one asks whether it is at hand, one how often it was refused. The road is no
    question here: a report has answered it."""
    walked = walk(flow, {"road": "reader", "pc-check": code.value})
    while walked.current.kind is Kind.QUESTION and code is not Code.PROGRAM_FAULT:
        answer = next(answer for answer in ("never", "puk") if answer in walked.current.next)
        walked = walk(flow, {**walked.answers, walked.current.id: answer})
    if code is Code.PROGRAM_FAULT:  # then the same is asked by hand
        assert walked.current.id == "reader-kind"
        return
    assert code.value in walked.current.solves, walked.current.id
    asked = [visit for visit in walked.visits if visit.step.kind is Kind.QUESTION and visit.step.id != "road"]
    assert len(asked) <= MOST_WITH_REPORT


def test_the_check_knows_every_code(flow):
    answers = set(flow.steps["pc-check"].next)
    assert answers == {code.value for code in Code} | {NOTHING, OTHER, CANNOT}


# The PIN and the PUK.


@pytest.mark.parametrize(("code", "pages"), [(Tries.PIN, 6), (Tries.PUK, 1)])
def test_no_path_asks_for_a_code_that_may_be_one_too_many(flow, code, pages):
    """Every way there is, walked: a page that asks for a code is reached only by *never refused*, and once."""
    asking = set()
    for arrival in explore(flow):
        step = flow.steps[arrival.state.step]
        if step.tries is not code:
            continue
        asking.add(step.id)
        entries = 0
        for name, answer in arrival.path:
            before = flow.steps[name]
            if before.earlier_tries is code:
                entries = 0 if answer == "never" else 9
            if before.tries is code and answer in (YES, NO):
                entries = 0 if answer == YES else entries + 1
        assert entries == 0, arrival.path
        assert any(flow.steps[name].earlier_tries is code for name, _ in arrival.path), arrival.path
    assert len(asking) == pages


def test_no_path_has_two_entries_that_were_not_accepted(flow):
    """Nor a PIN after a refused PUK, or the other way round."""
    for arrival in explore(flow):
        refused = [name for name, answer in arrival.path if flow.steps[name].tries in CODES and answer == NO]
        assert len(refused) <= 1, arrival.path
        if refused:
            assert flow.steps[arrival.state.step].tries not in CODES, arrival.path


@pytest.mark.parametrize("way", ["once", "more", "unknown", "blocked"])
def test_whoever_had_a_refusal_is_led_away_from_the_pin(flow, way):
    for step in flow.steps.values():
        if step.earlier_tries is Tries.PIN and way in step.next:
            assert step.next[way] in ("no-more-pin", "pin-blocked"), step.id


@pytest.mark.parametrize("way", ["some", "ten", "unknown"])
def test_whoever_had_a_refusal_is_led_away_from_the_puk(flow, way):
    assert flow.steps["puk-refused"].next[way] in ("puk-stop", "puk-blocked")


def test_after_a_refused_code_nothing_more_is_typed(flow):
    """At most one question stands between, which asks whether it was refused at all."""
    for step in flow.steps.values():
        if step.tries in CODES:
            after = flow.steps[step.next[NO]]
            ends = [after] if after.kind is Kind.OUTCOME else [flow.steps[target] for target in after.next.values()]
            assert all(end.kind is Kind.OUTCOME for end in ends if end.id != "after-login"), step.id


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'once = "no-more-pin", more = "no-more-pin", blocked = "pin-blocked", unknown = "no-more-pin" }',
            'once = "type-eight", more = "no-more-pin", blocked = "pin-blocked", unknown = "no-more-pin" }',
        ),
        ('eight = "pin-refused"', 'eight = "type-eight"'),
        (
            'next = { yes = "inside-inps", no = "after-pin", cannot = "codes-missing" }',
            'next = { yes = "inside-inps", no = "type-four", cannot = "codes-missing" }',
        ),
        ('next = { never = "new-pin", some = "puk-stop"', 'next = { never = "new-pin", some = "new-pin"'),
        (
            'next = { level2 = "level2-instead", puk = "puk-refused"',
            'next = { level2 = "level2-instead", puk = "new-pin"',
        ),
    ],
    ids=["after a refusal", "without asking", "twice", "a PUK after a refusal", "a PUK without asking"],
)
def test_the_validator_finds_a_way_to_a_pin_too_many(content_dir, tmp_path, before, after):
    broken = tmp_path / "content"
    shutil.copytree(content_dir, broken)
    file = broken / "cie-inps" / "flow.toml"
    text = file.read_text()
    assert before in text
    place = text.index(before, text.index("[steps.boxes]"))
    file.write_text(text[:place] + after + text[place + len(before) :])
    content, problems = load(broken, LANGUAGES)
    assert problems == []
    assert any("tries beyond the budget" in str(problem) for problem in validate(content, today=date(2026, 11, 28)))


#: Words that ask for a code to be typed.
TYPES = (
    "scrivi il pin",
    "scrivi tutte le otto",
    "scrivi le otto",
    "scrivi le ultime quattro",
    "digita il pin",
    "scrivi il puk",
)
#: Outcomes in which a code just accepted, or a whole PUK in hand, is used.
MAY_TYPE = {"paired", "app-ready", "pin-chosen"}


def test_no_page_asks_to_type_a_code_where_the_tries_are_not_known(flow):
    for step in flow.steps.values():
        if step.kind is Kind.BRANCH or step.tries in CODES or step.id in MAY_TYPE:
            continue
        words = flow.text(step.words or step.id, "it")
        said = " ".join([words.title, words.summary, words.body]).casefold()
        for phrase in TYPES:
            assert phrase not in said.replace("non " + phrase, ""), (step.id, phrase)


# From the start page.


@pytest.mark.django_db
@pytest.mark.parametrize("label", LABELS)
def test_a_label_is_reached_from_the_start_page_by_its_links(client, flow, label):
    """Page by page, only following links that the page before offers; remedies and reports are answered by forms."""
    page = BeautifulSoup(client.get("/it/").content.decode(), "html.parser")
    url = page.select_one('.choices a[href*="/guida/cie-inps/"]')["href"]
    for query, step in LABELS[label]:
        here = client.get(url, follow=True).redirect_chain[-1][0] if client.get(url).status_code == 302 else url
        for visit in walked_to(flow, query).visits:
            if visit.step.kind is Kind.REMEDY:
                here = client.post(here, {"result": visit.answer}, headers={"sec-fetch-site": "same-origin"})[
                    "Location"
                ]
                continue
            if visit.step.kind is Kind.CHECK and visit.answer != CANNOT:
                here = client.get(f"/it/guida/cie-inps/?{query}")["Location"]  # as a report that was brought leads on
                continue
            links = BeautifulSoup(client.get(here).content.decode(), "html.parser").select(".choices a")
            if visit.answer == UNKNOWN:
                [help_page] = [link["href"] for link in links if link.get_text(strip=True) == "Non lo so"]
                links = BeautifulSoup(client.get(help_page).content.decode(), "html.parser").select(".choices a")
                [here] = [link["href"] for link in links if link.get_text(strip=True) == "Ancora non lo so"]
                continue
            wanted = flow.text(visit.step.words or visit.step.id, "it").options[visit.answer]
            [here] = [link["href"] for link in links if link.get_text(strip=True) == wanted]
        title = flow.text(flow.steps[step].words or step, "it").title
        assert (
            BeautifulSoup(client.get(here, follow=True).content.decode(), "html.parser")
            .select_one("h1")
            .get_text()
            .endswith(title)
        )
