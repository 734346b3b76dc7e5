"""No order of what people and reviewers do breaks what must hold of a request: its state, its history, its clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from troubleshoot.accounts.models import Role, User
from troubleshoot.core.keys import nonce
from troubleshoot.core.office import office
from troubleshoot.flows.model import Topic
from troubleshoot.tickets import desk, retention, services
from troubleshoot.tickets.models import Entry, Link, Ticket
from troubleshoot.tickets.moves import allowance
from troubleshoot.tickets.sheet import FactSheet
from troubleshoot.tickets.states import DONE, RUNNING, WAITING, Identity, Others, State

pytestmark = pytest.mark.django_db
ROME = ZoneInfo("Europe/Rome")
#: Before both clock changes, Easter, Christmas and a patron saint's day; nights and weekends come by themselves.
STARTS = [
    datetime(2026, 3, 27, 16, 50, tzinfo=ROME),
    datetime(2026, 10, 23, 12, 0, tzinfo=ROME),
    datetime(2026, 12, 23, 9, 0, tzinfo=ROME),
    datetime(2026, 4, 3, 8, 59, tzinfo=ROME),
    datetime(2026, 6, 27, 3, 0, tzinfo=ROME),
]


DECISIONS = ["note", "assign", "identity", "topic", "solve", "close", "solve-with-words"]
TOPIC = st.sampled_from(list(Topic))


class Desk(RuleBasedStateMachine):
    """One request, in as many hands as there are. `used`: office time gone since the promise began, counted apart."""

    @initialize(start=st.sampled_from(STARTS), topic=st.sampled_from([Topic.ACCESS, Topic.CHANGE, Topic.IMI_RESET]))
    def send(self, start: datetime, topic: Topic) -> None:
        self.savepoint = transaction.atomic()  # each run begins with the database as it was
        self.savepoint.__enter__()
        self.clock = time_machine.travel(start, tick=False)
        self.traveller = self.clock.start()
        self.hands = [
            User.objects.create_user(f"{nonce()}@nimic.example", "x" * 16, name=role, role=role)
            for role in (Role.REVIEWER, Role.REVIEWER, Role.READER)
        ]
        facts = {"name": "Anna", "authority": "Comune", "email": f"{nonce()}@comune.example"}
        sheet = FactSheet("imi", "IMI", "v", "x", topic=topic, facts=facts)
        self.ticket = services.make(sheet, timezone.now(), submission=nonce(), language="it", path="", is_held=False)
        services.mail_first_link(self.ticket)
        self.history: list[tuple[object, ...]] = []
        self.used = timedelta()

    def teardown(self) -> None:
        if hasattr(self, "clock"):
            self.clock.stop()
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    def look(self) -> Ticket:
        return Ticket.objects.get(pk=self.ticket.pk)

    def seen(self) -> int:
        return self.ticket.history.latest("pk").pk if self.ticket.history.exists() else 0

    @rule(minutes=st.sampled_from([1, 37, 240, 1_000, 4_000, 30_000]))
    def time_passes(self, minutes: int) -> None:
        ticket, before = self.look(), timezone.now()
        self.traveller.shift(timedelta(minutes=minutes))
        if ticket.state in RUNNING:
            self.used += office().between(before, timezone.now())

    @rule()
    def she_confirms(self) -> None:
        ticket = self.look()
        begins = ticket.state == State.NEW and not ticket.is_confirmed
        if services.confirm(Link.objects.filter(ticket=ticket).latest("pk")) and begins:
            self.used = timedelta()

    @rule(ends=st.sampled_from(["add", "give", "cannot", "close", "reopen"]))
    def she_acts(self, ends: str) -> None:
        ticket = self.look()
        was_done = ticket.is_done
        match ends:
            case "add":
                services.add_fact(ticket, "Ancora fuori.")
            case "give":
                services.give_fact(ticket, "n00a1b2c")
            case "cannot":
                services.give_fact(ticket, "")
            case "close":
                services.close_as_solved(ticket)
            case "reopen":
                services.reopen(ticket)
        if was_done and not self.look().is_done:
            self.used = timedelta()

    @rule(what=st.sampled_from(["answer", "ask", "wait", "back"]), who=st.integers(0, 1))
    def he_writes(self, what: str, who: int) -> None:
        self.act(what, self.hands[who], seen=self.seen())

    @rule(
        what=st.sampled_from(["note", "assign", "identity", "topic", "solve", "close", "solve-with-words"]), topic=TOPIC
    )
    def he_decides(self, what: str, topic: Topic) -> None:
        self.act(what, self.hands[0], seen=self.seen(), topic=topic)

    @rule(what=st.sampled_from(["answer", "wait", "solve", "close"]), is_reader=st.booleans())
    def he_may_not(self, what: str, is_reader: bool) -> None:
        """A reader, or a reviewer whose page is old."""
        self.act(what, self.hands[2 if is_reader else 1], seen=self.seen() if is_reader else 0)

    def act(self, what: str, by: User, *, seen: int, topic: Topic = Topic.OTHER) -> None:
        ticket = self.look()
        hand = desk.Hand(by, seen=seen, submission=nonce())
        before = (ticket.state, ticket.history.count())
        was_done = ticket.is_done
        remind_at = timezone.now() + timedelta(days=3)
        deeds = {
            "answer": lambda: desk.answer(ticket, "Ecco.", hand),
            "ask": lambda: desk.ask(ticket, "user_id", "Codice?", hand),
            "note": lambda: desk.note(ticket, "Da sentire.", hand),
            "assign": lambda: desk.assign(ticket, self.hands[0], hand),
            "wait": lambda: desk.wait_for(ticket, Others.EU_LOGIN, remind_at, "", hand),
            "back": lambda: desk.take_back(ticket, hand),
            "identity": lambda: desk.check_identity(ticket, Identity.KNOWN_PHONE, "", hand),
            "topic": lambda: desk.retopic(ticket, topic, hand),
            "solve": lambda: desk.solve(ticket, hand),
            "close": lambda: desk.close(ticket, hand),
            "solve-with-words": lambda: desk.solve(ticket, hand, text="Fatto.", helped="imi/open-app"),
        }
        try:
            deeds[what]()
        except desk.RefusedError:
            after = self.look()
            assert (after.state, after.history.count()) == before  # refused: nothing happened
            return
        assert by.may_review
        after = self.look()
        if what in ("answer", "solve-with-words") or (was_done and not after.is_done):
            self.used = timedelta()
        if after.state == State.SOLVED and after.changes_account and not was_done:
            assert after.is_confirmed
            assert after.identity_how

    @precondition(lambda self: self.look().state == State.SOLVED)
    @rule()
    def its_time_is_over(self) -> None:
        self.traveller.shift(timedelta(days=31))
        retention.clean()

    @invariant()
    def the_history_only_grows(self) -> None:
        rows = list(Entry.objects.filter(ticket=self.ticket).order_by("pk").values_list("pk", "kind", "text", "by_id"))
        assert rows[: len(self.history)] == self.history
        self.history = rows

    @invariant()
    def what_must_hold_holds(self) -> None:
        ticket = self.look()
        ticket.validate_constraints()
        assert (ticket.due_at is not None) == (ticket.state in RUNNING)
        assert (ticket.office_left is not None) == (ticket.state in WAITING)
        assert (ticket.solved_at is not None) == (ticket.state in DONE)

    @invariant()
    def office_time_is_counted_once(self) -> None:
        ticket, left = self.look(), max(allowance() - self.used, timedelta())
        if ticket.state in WAITING:
            assert ticket.office_left == left
        elif ticket.state in RUNNING:
            assert office().between(timezone.now(), ticket.due_at) == left


def test_no_order_of_deeds_breaks_a_request():
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=30,
            stateful_step_count=20,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
        ),
    )
