"""The guide itself: every path of every flow, in both languages, and what the content owes to the rest."""

import re
from collections.abc import Collection
from datetime import date
from itertools import pairwise

import pytest
from django.utils.translation import override

from eidbridge.errors import Code
from eidbridge.report import words_in
from tests.languages import LANGUAGES
from tests.troubleshoot.flows.walks import pairs_of_edges, walks
from troubleshoot.flows import library
from troubleshoot.flows.engine import walk
from troubleshoot.flows.model import CANNOT, NO, YES, Content, Flow, Harm, Kind, Step, Tries
from troubleshoot.flows.tries import MAX_LOGIN_TRIES, PAUSE_MINUTES


@pytest.fixture(params=["imi", "cie-inps", "message", "elsewhere"])
def flow(request: pytest.FixtureRequest, real: Content) -> Flow:
    return real.flows[request.param]


def test_the_parameters_name_every_flow(real):
    assert set(real.flows) == {"imi", "cie-inps", "message", "elsewhere"}


def test_the_content_is_valid(content_dir):
    assert library.read(content_dir)[1] == []


def test_every_path_ends_and_passes_every_edge(flow):
    passed = set()
    for answers in walks(flow):
        walked = walk(flow, answers)
        assert walked.current.kind is Kind.OUTCOME
        assert walked.answers == answers
        passed |= set(answers.items())
    assert passed == {(step.id, answer) for step in flow.steps.values() for answer in step.next}


def invites_a_sign_in(flow: Flow, step: Step) -> bool:
    """By its words, not by what it declares."""
    text = flow.text(step.id, "en").body.lower()
    return bool(
        re.search(r"sign in once|\[\[eulogin\.sign-in\]\]|choose the app's entry|confirm with the new pin", text)
    )


def count_sign_ins(flow: Flow, answers: dict[str, str], suspended: Collection[str] = ()) -> None:
    """Counted by hand, apart from the engine: where a sign-in would be the third, the page asks to wait first."""
    tries = MAX_LOGIN_TRIES
    before: dict[str, str] = {}
    for visit in walk(flow, answers, suspended=suspended).visits:
        step = visit.step
        if step.earlier_tries is Tries.LOGIN:
            tries = step.earlier[visit.answer]
        elif step.kind is Kind.REMEDY and not visit.suspended:
            tries_here = invites_a_sign_in(flow, step)
            rests = step.pause_minutes >= PAUSE_MINUTES
            if tries_here and tries >= MAX_LOGIN_TRIES and not rests:
                there = walk(flow, before, suspended=suspended)
                assert (there.current, there.waits, there.is_ready) == (step, True, False), answers
                before[step.id] = visit.answer
                tries = 0 if visit.answer == YES else tries
                continue  # answered without the pause: it opens no further sign-in either
            done = visit.answer != CANNOT and not (step.only_waits and visit.answer == NO)
            if done:
                tries = (0 if rests else tries) + tries_here
                if tries_here and visit.answer == YES:
                    tries = 0
            assert tries <= MAX_LOGIN_TRIES, (step.id, answers)
        if not visit.suspended:
            before[step.id] = visit.answer


def test_no_path_spends_more_sign_ins_than_it_may(flow):
    for answers in walks(flow):
        count_sign_ins(flow, answers)


def test_what_a_remedy_declares_about_trying_is_what_its_words_invite(flow):
    for step in flow.steps.values():
        if step.kind is Kind.REMEDY and (step.id, "en") in flow.texts:
            assert invites_a_sign_in(flow, step) == (step.tries is Tries.LOGIN), step.id


def test_no_path_reaches_harm_before_what_is_milder(flow):
    for answers in walks(flow):
        remedies = [visit for visit in walk(flow, answers).visits if visit.step.kind is Kind.REMEDY]
        for number, visit in enumerate(remedies):
            failed = {earlier.step.id for earlier in remedies[:number] if earlier.answer in (NO, CANNOT)}
            assert set(visit.step.milder) <= failed, answers


def test_for_one_cause_harm_never_falls(flow):
    for answers in walks(flow):
        by_cause: dict[str, list[Step]] = {}
        for visit in walk(flow, answers).visits:
            if visit.step.kind is Kind.REMEDY and not visit.step.part_of:
                by_cause.setdefault(visit.step.cause, []).append(visit.step)
        for steps in by_cause.values():
            assert all(first.harm <= then.harm for first, then in pairwise(steps)), answers


def test_with_any_one_step_suspended_no_path_spends_more_sign_ins(flow):
    for step in flow.steps.values():
        if step.can_be_suspended:
            for answers in pairs_of_edges(flow, {step.id}):
                count_sign_ins(flow, answers, {step.id})


def test_with_any_one_step_suspended_every_path_still_ends(flow):
    for step in flow.steps.values():
        if not step.can_be_suspended:
            continue
        for answers in pairs_of_edges(flow, {step.id}):
            walked = walk(flow, answers, suspended={step.id})
            assert walked.current.kind is Kind.OUTCOME
            assert walked.current.id != step.id


#: Group *password* of the imi journey: the case, and the answers that lead to its remedy.
PASSWORD_CASES = {
    "lost": ({"tries-before": "none", "password-state": "lost"}, "reset-password"),
    "wrong": ({"tries-before": "none", "password-state": "refused"}, "type-by-hand"),
    "wrong, twice": (
        {"tries-before": "none", "password-state": "refused", "type-by-hand": "no", "by-hand-stopped": "password"},
        "reset-password",
    ),
    "wrong, tried before": (
        {"tries-before": "one", "password-state": "refused", "type-by-hand": "no", "by-hand-stopped": "password"},
        "reset-password",
    ),
    "expired": ({"tries-before": "one", "password-state": "expired"}, "reset-password"),
    "reset mail missing": ({"sign-in-page": "waiting-mail", "which-mail": "new-password"}, "look-for-mail"),
    "too many tries": ({"tries-before": "more"}, "pause-first"),
    "does not know how many tries": ({"tries-before": "unknown"}, "pause-first"),
    "locked during the reset": (
        {"tries-before": "none", "password-state": "lost", "reset-password": "no", "reset-stopped": "page-refuses"},
        "pause-after-reset",
    ),
    "new password refused": (
        {"tries-before": "none", "password-state": "lost", "reset-password": "no", "reset-stopped": "new-refused"},
        "type-new-by-hand",
    ),
    "new password still refused": (
        {
            "tries-before": "none",
            "password-state": "lost",
            "reset-password": "no",
            "reset-stopped": "new-refused",
            "type-new-by-hand": "no",
        },
        "wait-a-day",
    ),
    "tried once, cannot type it": (
        {"tries-before": "one", "password-state": "refused", "type-by-hand": "cannot"},
        "reset-password",
    ),
    "cannot see the picture code": (
        {"tries-before": "none", "password-state": "lost", "reset-password": "cannot", "reset-stopped": "picture-code"},
        "ask-eulogin-support",
    ),
}


@pytest.mark.parametrize("case", PASSWORD_CASES)
def test_every_case_of_the_password_group_reaches_its_remedy(real, case):
    answers, target = PASSWORD_CASES[case]
    walked = walk(real.flows["imi"], {"where": "password", "sign-in-page": "refused"} | answers)
    assert walked.current.id == target
    assert sum(visit.step.kind is Kind.QUESTION for visit in walked.visits) <= 6


def test_i_do_not_know_never_leads_to_harm(real):
    """A second *I still can't tell* leads to a harmless step or to somebody who can tell."""
    for flow in real.flows.values():
        for step in flow.steps.values():
            if "unknown" in step.next:
                target = flow.steps[step.next["unknown"]]
                assert target.harm is Harm.NOTHING, step.id


def test_a_code_of_the_report_leads_to_the_step_that_solves_it(real):
    """What the flow has no step for is answered as something else, and the page shows its words and its action."""
    flow = real.flows["cie-inps"]
    ways = flow.steps["pc-check"].next
    codes = {code.value for code in Code}
    solved = {code for step in flow.steps.values() for code in step.solves} & codes
    assert solved
    assert solved == codes & set(ways) - {"program.fault"}  # after which the same is asked by hand
    for code in solved:
        step = flow.steps[ways[code]]
        while step.kind is Kind.QUESTION:  # whoever has the code and had no refusal goes on to it
            step = flow.steps[step.next[next(answer for answer in ("never", "puk") if answer in step.next)]]
        assert code in step.solves
    assert "other" in ways


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_is_rendered_whole(real, language):
    from troubleshoot.flows.render import Renderer  # noqa: PLC0415

    renderer = Renderer(real)
    for flow in real.flows.values():
        for step in flow.steps.values():
            if step.kind is Kind.BRANCH:
                continue
            for screens in LANGUAGES:
                words = renderer.words(flow.id, step.id, language, screens)
                shown = "".join((words.title, words.summary, words.body, words.help, words.lost, words.picture))
                assert "[[" not in shown
                assert 'href="guida:' not in shown


def test_a_term_not_known_in_her_language_says_so(real):
    from troubleshoot.flows.render import show_term  # noqa: PLC0415

    with override("en"):
        shown = show_term(real.terms["eulogin.change-pin"], "en", "en")
    assert 'lang="it">Cambiare il codice PIN' in shown
    assert shown.endswith("</span>*")


def test_no_source_is_newer_than_today(real):
    assert all(source.read <= date.today() for source in real.sources.values())  # noqa: DTZ011


def test_the_words_of_a_code_stand_in_one_place(content_dir):
    texts = "\n".join(file.read_text(encoding="utf-8") for file in content_dir.rglob("*.md"))
    for language in LANGUAGES:
        for words in words_in(language).values():
            assert words.meaning not in texts
            assert words.action not in texts
