"""A person in a hurry: wrong turns, changed answers, other roads, steps taken out under her. Her sign-ins are logged
as they happen, apart from all counting of ours; never a third without a pause.
"""

from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshoot.flows import library
from troubleshoot.flows.addresses import read_place
from troubleshoot.flows.engine import walk
from troubleshoot.flows.model import CANNOT, NO, UNKNOWN, YES, Kind, Tries
from troubleshoot.flows.pages import Page
from troubleshoot.flows.tries import PAUSE_MINUTES

#: Answers that say that a sign-in has just been accepted, or that there is no account a try could lock.
BEGINS_ANEW = {("where", "imi-refuses"), ("has-account", "none"), ("what-have", "only-mail")}
MOST = 2


class Person:
    """url: where she is; tried: sign-ins since she last waited, or was let in."""

    def __init__(self, shelf: library.Library, draw) -> None:
        self.shelf, self.draw = shelf, draw
        self.url, self.tried, self.out = "/it/guida/imi/where/", 0, set()

    def page(self, url: str = "") -> Page:
        """The page at her address, or where the server would send her on."""
        parts = urlsplit(url or self.url)
        flow = self.shelf.content.flows["imi"]
        place = read_place(self.shelf.content, "imi", "it", QueryDict(parts.query))
        walked = walk(flow, place.answers, suspended=self.out, forgotten=place.forgotten)
        wanted = walked.visit(parts.path.split("/")[4])
        step = wanted.step if wanted else walked.current
        return Page(self.shelf, flow, step, place, walked, self.out, wanted)

    def move(self) -> None:
        page = self.page()
        kind = self.draw(st.sampled_from(["on", "on", "on", "on", "back", "staff"]))
        if kind == "staff":
            step = self.draw(st.sampled_from([step.id for step in page.flow.steps.values() if step.can_be_suspended]))
            self.out = self.out ^ {step}
        elif kind == "back" and (visits := [visit for visit in page.walked.visits if not visit.suspended]):
            self.url = page.place.url(self.draw(st.sampled_from(visits)).step.id)
        elif page.step.kind is Kind.QUESTION:
            self.answer(page)
        elif page.step.kind is Kind.REMEDY:
            self.follow(page)
        else:
            self.url = "/it/guida/imi/where/"

    def answer(self, page: Page) -> None:
        answers = list(page.step.next)
        if page.step.earlier_tries is Tries.LOGIN and page.step.id.startswith("tries"):  # she says the truth
            answers = [answer for answer in answers if page.step.earlier[answer] >= self.tried]
        said = self.draw(st.sampled_from(answers))
        if (page.step.id, said) in BEGINS_ANEW:
            self.tried = 0
        self.url = page.url_after(said)

    def follow(self, page: Page) -> None:
        if page.visit is not None:  # the instructions are folded away; she may only correct what she said
            self.url = page.url_after(self.draw(st.sampled_from(list(page.step.next))))
            return
        if page.asks_first:
            if self.draw(st.booleans()):
                self.url = page.cannot_url
                return
            self.tried = 0 if page.waits else self.tried
            self.url = page.ready_url
            page = self.page()
            if page.asks_first:
                return
        result = self.draw(st.sampled_from(list(page.step.next)))
        if page.step.pause_minutes >= PAUSE_MINUTES and result != CANNOT:
            self.tried = 0
        if page.step.tries is Tries.LOGIN and result != CANNOT:
            self.tried += 1
            assert self.tried <= MOST, (self.url, page.step.id)
            if result == YES:
                self.tried = 0
        self.url = page.url_after(result)


@settings(max_examples=300)
@given(data=st.data())
def test_no_way_through_the_pages_leads_to_a_third_sign_in_without_a_pause(data):
    person = Person(library.current(), data.draw)
    for _ in range(25):
        person.move()


def at(url: str) -> Page:
    person = Person(library.current(), None)
    return person.page(url)


def test_another_road_does_not_forget_what_was_tried():
    answers = "phone=usual&qr-does=invalid&scan-with-app=no&tries-second=none&use-pin=no&where=second-factor"
    page = at(f"/it/guida/imi/qr-does/?{answers}&which-method=app-qr")
    url = page.url_after("refused")
    assert "tentativi=2" in url
    assert at(url).waits
    assert at(at(url).url_after(CANNOT)).place.forgotten == 2


def test_a_changed_answer_that_leaves_nothing_behind_adds_nothing():
    page = at(
        "/it/guida/imi/qr-does/?phone=usual&qr-does=invalid&tries-second=none&where=second-factor&which-method=app-qr"
    )
    assert "tentativi" not in page.url_after("refused")


def test_ready_is_dropped_when_an_earlier_answer_changes():
    lost = "external-replace=yes&method-now=yes&other-stopped=scan&own-mailbox-replace=yes&phone=new"
    answers = f"add-with-other-method=no&{lost}&replace-device=ready&tries-second=none&use-other-method=cannot"
    page = at(f"/it/guida/imi/tries-second/?{answers}&where=second-factor")
    changed = at(page.url_after("one"))
    assert changed.step.id == "replace-device"
    assert changed.asks_first


@pytest.mark.parametrize("answer", [NO, YES])
def test_an_answer_corrected_keeps_the_pause_that_came_before_it(answer):
    answers = "password-state=lost&reset-password=waited-no&sign-in-page=refused&tries-before=more&where=password"
    page = at(f"/it/guida/imi/reset-password/?{answers}&pause-first=yes")
    assert f"reset-password=waited-{answer}" in page.url_after(answer)


@pytest.mark.usefixtures("without_database")
def test_a_step_answered_already_folds_its_instructions_away(client):
    answers = "password-state=refused&sign-in-page=refused&tries-before=none&type-by-hand=no&where=password"
    html = client.get(f"/it/guida/imi/type-by-hand/?{answers}").content.decode()
    assert "Provarlo di nuovo conta come un altro tentativo" in html
    assert html.index('<details class="again">') < html.index("Bloc Maiusc")
    assert UNKNOWN not in html.split("<form")[1].split("</form>")[0]
