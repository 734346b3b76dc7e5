"""Requests to try the desk with, made once: each by the way a person would have come. Refused outside a demo."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from troubleshoot.core.keys import nonce
from troubleshoot.flows import library
from troubleshoot.flows.addresses import Place
from troubleshoot.flows.engine import walk
from troubleshoot.flows.model import NO, Kind, Topic
from troubleshoot.flows.views import page_at
from troubleshoot.tickets import services
from troubleshoot.tickets.models import Link, Ticket
from troubleshoot.tickets.replay import seen_on
from troubleshoot.tickets.sheet import sheet_of


@dataclass(frozen=True, slots=True)
class Story:
    """Who wrote what, from where in the guide. fails: remedies she tried in vain. days: ago."""

    name: str
    authority: str
    email: str
    topic: Topic
    answers: dict[str, str] = field(default_factory=dict)
    fails: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    flow: str = "imi"
    language: str = "it"
    days: int = 0
    is_confirmed: bool = True


_WHITE = "Dopo la password la pagina resta bianca. Ho provato anche con un collega, uguale."
STORIES = (
    Story(
        "Anna Prova",
        "Comune di Prova, SUAP",
        "anna@comune-prova.example",
        Topic.ACCESS,
        {"where": "second-factor", "tries-second": "none", "phone": "lost", "method-today": "no"},
        fails=2,
        facts={"user_id": "n00a1b2c", "request": "Ho perso il telefono con l'app EU Login.", "browser": "Firefox 145"},
        days=4,
    ),
    Story(
        "Bruno Esempio",
        "Regione Esempio, Ufficio professioni",
        "bruno@regione-esempio.example",
        Topic.ACCESS,
        {"where": "second-factor", "tries-second": "one", "phone": "new"},
        fails=1,
        facts={
            "request": "Ho cambiato telefono, l'app chiede di inizializzare.",
            "error_text": "Error code E-4711: The device is not registered in your account",
        },
        days=2,
    ),
    Story(
        "Carla Modello",
        "Comune di Prova, Ufficio commercio",
        "carla@comune-prova.example",
        Topic.IMI_RESET,
        {"where": "imi-refuses"},
        facts={
            "imi_email": "carla@comune-prova.example",
            "user_id": "n00c3d4e",
            "request": "IMI non mi riconosce più.",
        },
        days=1,
    ),
    Story(
        "Dario Finto",
        "Ordine dei periti di Fantasia",
        "dario.finto@gmail.com",
        Topic.CHANGE,
        facts={
            "old_email": "segreteria@periti-fantasia.example",
            "new_email": "dario.finto@gmail.com",
            "offices": "Segreteria, ora Direzione",
        },
        days=3,
    ),
    Story(
        "Elena Saggio",
        "Università di Fantasia",
        "elena@uni-fantasia.example",
        Topic.IMI_DELETION,
        facts={"request": "Ho due utenti in IMI, vorrei cancellare il primo."},
        days=1,
        is_confirmed=False,
    ),
    Story(
        "Fabio Campione",
        "Ministero di Fantasia",
        "fabio@ministero-fantasia.example",
        Topic.NEW_REGISTRATION,
        {"where": "never-entered", "office-uses-imi": "yes"},
        facts={"uses_imi": "yes", "modules": "Qualifiche professionali"},
    ),
    Story(
        "Grace Sample",
        "Camera di commercio di Prova",
        "grace@camera-prova.example",
        Topic.TRAINING,
        facts={"modules": "Services", "days": "2 or 3 December, in the morning", "people": "6"},
        language="en",
    ),
    Story(
        "Ivo Bozza",
        "INPS, sede di Prova",
        "ivo@sede-prova.example",
        Topic.CIE_INPS,
        {"road": "reader"},
        flow="cie-inps",
        facts={
            "request": "Il lettore si accende, ma la pagina dice che la carta non è riconosciuta.",
            "device": "PC con lettore",
        },
        days=1,
    ),
    Story(
        "Lina Copia",
        "Comune di Copia",
        "lina@comune-copia.example",
        Topic.OTHER,
        facts={"what_needed": "Vorrei sapere chi gestisce IMI nel mio ente.", "by_when": "entro venerdì"},
    ),
    *(
        Story(
            f"{name} Guasto",
            f"Comune di {name}",
            f"ufficio@comune-{name.lower()}.example",
            Topic.OUTAGE,
            {"where": "page-broken"},
            facts={"since_when": "stamattina", "who_is_hit": "tutto l'ufficio", "error_text": _WHITE},
        )
        for name in ("Alba", "Brina", "Corte", "Doria", "Elmo", "Fonte")
    ),
)


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options: object) -> None:
        if not settings.DEMO:
            raise CommandError("Demo requests are refused outside a demo.")
        if Ticket.objects.exists():
            self.stdout.write("There are requests already; none were added.")
            return
        for story in STORIES:
            make(story)
        self.stdout.write(f"{len(STORIES)} demo requests")


@transaction.atomic
def make(story: Story) -> Ticket:
    """The request of a story, as if she had sent it some days ago."""
    with translation.override(story.language):
        shelf = library.current()
        page = page_at(Place(story.language, story.flow, _answers(story)), shelf)
        sheet = replace(sheet_of(page), topic=story.topic, seen="Firefox 145, Windows")
        who = {"name": story.name, "authority": story.authority, "email": story.email}
        draft = services.begin(
            token=nonce(),
            path=page.current_url,
            sheet=sheet.with_facts({**who, **story.facts}, story.topic),
            seen=seen_on(page) if page.has_answers else (),
        )
        ticket = services.send(draft.pk, language=story.language, network="demo")
    sent = timezone.now() - timedelta(days=story.days, minutes=len(story.name))
    ticket.created_at, ticket.due_at = sent, services.answer_due(sent)
    ticket.save(update_fields=["created_at", "due_at"])
    if story.is_confirmed:
        services.confirm(Link.objects.filter(ticket=ticket).latest("pk"))
        Ticket.objects.filter(pk=ticket.pk).update(confirmed_at=sent, due_at=services.answer_due(sent))
    return Ticket.objects.get(pk=ticket.pk)


def _answers(story: Story) -> dict[str, str]:
    """Her answers, and *no* to as many remedies as have failed her."""
    flow = library.current().content.flows[story.flow]
    answers = dict(story.answers)
    for _turn in range(story.fails * 4):
        walked = walk(flow, answers)
        if walked.current.kind is not Kind.REMEDY or len(walked.failed_remedies) >= story.fails:
            break
        answers[walked.current.id] = NO if NO in walked.current.next else "yes"
    return dict(walk(flow, answers).answers)
