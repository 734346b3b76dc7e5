"""A page filled into its shape is, byte for byte, the page that the templates make."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from tests.languages import LANGUAGES
from tests.troubleshoot.flows.walks import few_walks
from troubleshoot.flows import library, views
from troubleshoot.flows.engine import walk
from troubleshoot.flows.model import Flow
from troubleshoot.flows.pages import Page
from troubleshoot.flows.shapes import Shapes
from troubleshoot.notices import services

URL = "/it/guida/imi/where/"


def places(flow: Flow, language: str) -> set[str]:
    """The address of every page that a walk passes: open, and answered with the whole walk behind it."""
    found = set()
    for answers in few_walks(flow):
        whole = walk(flow, answers)
        before: dict[str, str] = {}
        for step, given in [*((visit.step, dict(answers)) for visit in whole.visits), (whole.current, dict(answers))]:
            for kept in (before, given):
                query = "&".join(f"{name}={kept[name]}" for name in sorted(kept))
                found.add(f"/{language}/guida/{flow.id}/{step.id}/{'?' if query else ''}{query}")
            if step.id in answers:
                before = before | {step.id: answers[step.id]}
    return found


@time_machine.travel(datetime(2031, 11, 22, 9, 30, tzinfo=UTC), tick=False)
@pytest.mark.usefixtures("without_database")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("flow_id", ["imi", "cie-inps", "message", "elsewhere"])
def test_every_page_is_the_one_the_templates_make(client, monkeypatch, language, flow_id):
    monkeypatch.setattr(views, "_shapes", Shapes())
    flow = library.current().content.flows[flow_id]
    compared = 0
    for number, address in enumerate(sorted(places(flow, language))):
        if number % 7 and flow_id == "imi":
            continue  # every seventh of some thousands
        extra = {0: "", 1: "schermi=it", 2: "aiuto=1"}[compared % 3]
        join = "&" if "?" in address else "?"
        asked = f"{address}{join}{extra}" if extra else address
        response = client.get(asked)
        if response.status_code != 200:
            continue
        with override(language):
            request = RequestFactory().get(asked)
            page = views.find_page(request, flow_id, address.split("/")[4])
            if not isinstance(page, Page):
                continue
            first = "flows/warning.html" if page.step.opens_after_warning else "flows/wait.html"
            template = first if page.asks_first else views._TEMPLATES[page.step.kind]
            made = render_to_string(template, {"page": page, "notices": []}, request)
        assert response.content.decode() == made, asked
        compared += 1
    assert compared > 10


def test_a_shape_is_rendered_once_and_the_least_used_is_forgotten():
    shapes = Shapes(max_shapes=2)
    made = []

    def render(name):
        return lambda: made.append(name) or name

    for name in ("a", "b", "a", "c", "a", "b"):
        assert shapes.get(name, render(name)).texts == (name,)
    assert made == ["a", "b", "c", "b"]
    assert len(shapes) == 2


def test_a_shape_that_cannot_be_rendered_is_not_kept():
    shapes = Shapes()
    with pytest.raises(ZeroDivisionError):
        shapes.get("a", lambda: 1 / 0)
    assert shapes.get("a", lambda: "whole").texts == ("whole",)


@pytest.mark.usefixtures("without_database")
def test_two_addresses_of_one_shape_are_rendered_once(client, monkeypatch):
    monkeypatch.setattr(views, "_shapes", Shapes())
    answers = "sign-in-page=refused&tries-before={}&where=password"
    pages = [client.get(f"/it/guida/imi/password-state/?{answers.format(tries)}") for tries in ("none", "one")]
    assert [page.status_code for page in pages] == [200, 200]
    assert len(views._shapes) == 1
    assert pages[0].content != pages[1].content
    assert b"tries-before=one" not in pages[0].content


@pytest.mark.django_db
def test_a_kept_shape_gives_way_to_a_notice_and_comes_back(client, reviewer, monkeypatch):
    monkeypatch.setattr(views, "_shapes", Shapes())
    before = client.get(URL).content
    notice = services.put_up(
        by=reviewer,
        flow="imi",
        text_it="Avviso \ue000ghost\ue001 \ue000language xx\ue001",
        text_en="Notice \ue000language xx\ue001",
    )
    assert "Avviso" in client.get(URL).content.decode()
    services.take_down(notice.pk, by=reviewer)
    assert client.get(URL).content == before


@pytest.mark.usefixtures("without_database")
def test_a_kept_page_tells_the_hour_of_each_request(client, monkeypatch):
    monkeypatch.setattr(views, "_shapes", Shapes())
    url = "/it/guida/imi/pause-first/?sign-in-page=refused&tries-before=more&where=password"
    with time_machine.travel(datetime(2031, 11, 22, 9, 30, tzinfo=UTC), tick=False):
        assert 'dalle <strong class="pause-until">10:45</strong>' in client.get(url).content.decode()
    with time_machine.travel(datetime(2031, 11, 22, 10, 0, tzinfo=UTC), tick=False):
        assert 'dalle <strong class="pause-until">11:15</strong>' in client.get(url).content.decode()
    assert len(views._shapes) == 1
