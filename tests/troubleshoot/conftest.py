from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from tests.troubleshoot.flows import folder
from troubleshoot.accounts import services
from troubleshoot.accounts.models import User
from troubleshoot.core import office
from troubleshoot.flows import library
from troubleshoot.flows.facts import FACTS, Fact
from troubleshoot.notices import snapshot

#: What a browser says of a form sent from our own page.
OWN_PAGE = {"headers": {"sec-fetch-site": "same-origin"}}


@pytest.fixture
def reviewer(db: None) -> User:
    return services.make_reviewer(email="rosa@nimic.example", name="Rosa", password="una-lunga-password").user


@pytest.fixture
def staff(client: Client, reviewer: User) -> Client:
    client.force_login(reviewer)
    return client


@pytest.fixture
def tiny_site(tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The site serving the tests' own small content, which has a remedy of harm 3."""
    reads = frozenset({"tries-before"})
    waited = Fact("waited_before", reads, lambda answers: answers.get("tries-before") == "many")
    monkeypatch.setitem(FACTS, "waited_before", waited)
    settings.LANGUAGES = [("it", "Italiano"), ("en", "English")]  # what the small content is written in
    settings.FLOWS_CONTENT_DIR = folder.write(tmp_path)
    library.forget()
    yield settings.FLOWS_CONTENT_DIR
    library.forget()


@pytest.fixture
def without_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that need no database are tested without one: whoever asks it fails. Only what a process knows is given."""
    monkeypatch.setattr(snapshot, "_open_notices", tuple)
    monkeypatch.setattr(office._kept, "_read", office.rules_at_first)
