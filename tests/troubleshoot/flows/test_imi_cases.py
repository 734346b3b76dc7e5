"""Each case of the journey into IMI reaches its remedy: by few questions, and from the start page."""

import pytest
from bs4 import BeautifulSoup

from tests.troubleshoot.flows.imi_cases import CASES, LABELS
from troubleshoot.flows.engine import walk
from troubleshoot.flows.model import Content, Kind

#: Questions to the remedy that a person has patience for.
MOST_QUESTIONS = 6
#: Labels of this journey in the symptom list; a new one there needs its row here.
KNOWN = [
    "eulogin.account.email_not_accepted",
    "eulogin.account.locked",
    "eulogin.account.mail_not_received",
    "eulogin.account.no_rights_in_application",
    "eulogin.account.none_yet",
    "eulogin.account.two_accounts",
    "eulogin.password.wrong_or_expired",
    "eulogin.2fa.none_registered",
    "eulogin.2fa.sms_removed",
    "eulogin.2fa.lost_or_new_device",
    "eulogin.2fa.method_list",
    "eulogin.2fa.security_key",
    "eulogin.app.not_initialised",
    "eulogin.app.pin_forgotten",
    "eulogin.app.notification_missing",
    "eulogin.app.qr_not_accepted",
    "eulogin.eid.node_error",
    "eulogin.eid.registered_with_spid",
    "eulogin.access.redirect_loop",
    "imi.not_registered",
    "imi.account_not_linked",
    "imi.registered_with_spid",
    "imi.maintenance",
    "browser.unsupported_or_cache",
    "network.blocked_network",
    "network.server_certificate_expired",
    "network.service_down",
]


def answers_of(query: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in query.split("&"))


def walked_to(real: Content, query: str):
    walked = walk(real.flows["imi"], answers_of(query))
    assert dict(walked.answers) == answers_of(query), "an answer does not hold"
    return walked


def test_every_label_of_the_journey_has_its_row(real):
    assert set(LABELS) == set(KNOWN)
    solved = {label for step in real.flows["imi"].steps.values() for label in step.solves}
    assert solved == set(KNOWN)


@pytest.mark.parametrize(("label", "query", "step"), [(label, *way) for label, ways in LABELS.items() for way in ways])
def test_a_label_reaches_a_step_that_solves_it_by_few_questions(real, label, query, step):
    walked = walked_to(real, query)
    assert walked.current.id == step
    assert label in walked.current.solves
    assert sum(visit.step.kind is Kind.QUESTION for visit in walked.visits) <= MOST_QUESTIONS


def test_every_step_that_solves_a_label_is_reached_by_a_row_or_shares_the_words_of_one(real):
    reached = {step for ways in LABELS.values() for _, step in ways}
    for step in real.flows["imi"].steps.values():
        assert not step.solves or step.id in reached, step.id


@pytest.mark.parametrize("case", CASES)
def test_a_case_reaches_its_step(real, case):
    query, step = CASES[case]
    assert walked_to(real, query).current.id == step


@pytest.mark.django_db
@pytest.mark.parametrize("label", LABELS)
def test_a_label_is_reached_from_the_start_page_by_its_links(client, real, label):
    """Page by page, only following links that the page before offers; remedies on the way are answered by its form."""
    flow = real.flows["imi"]
    page = BeautifulSoup(client.get("/it/").content.decode(), "html.parser")
    url = page.select_one('.choices a[href*="/guida/imi/"]')["href"]
    for query, step in LABELS[label]:
        here = url
        for visit in walked_to(real, query).visits:
            if visit.step.kind is Kind.REMEDY:
                here = client.post(here, {"result": visit.answer}, headers={"sec-fetch-site": "same-origin"})[
                    "Location"
                ]
                continue
            links = BeautifulSoup(client.get(here).content.decode(), "html.parser").select(".choices a")
            wanted = flow.text(visit.step.id, "it").options[visit.answer]
            [here] = [link["href"] for link in links if link.get_text(strip=True) == wanted]
        assert (
            BeautifulSoup(client.get(here, follow=True).content.decode(), "html.parser")
            .select_one("h1")
            .get_text()
            .endswith(flow.text(step, "it").title)
        )
