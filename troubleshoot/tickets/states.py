"""Where a request stands, for whom it can wait, and how it is made sure who asks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from troubleshoot.tickets.fields import TOPICS


class State(models.TextChoices):
    """Where a request stands (the states of the desk)."""

    NEW = "new", _("new")
    OPEN = "open", _("open")
    WAITING = "waiting", _("waiting for the operator")
    WAITING_OTHERS = "waiting-others", _("waiting for others")
    SOLVED = "solved", _("solved")
    CLOSED = "closed", _("closed")


#: The desk's clock runs, it stands still, nobody has to do anything any more.
RUNNING, WAITING, DONE = (
    (State.NEW, State.OPEN),
    (State.WAITING, State.WAITING_OTHERS),
    (State.SOLVED, State.CLOSED),
)
#: Topics that change an account: a way to take one over.
CHANGES_ACCOUNT = tuple(topic.value for topic, asked in TOPICS.items() if asked.changes_account)


class Others(models.TextChoices):
    """For whom a request can wait beside the operator."""

    EU_LOGIN = "eu-login", _("EU Login support")
    COMMISSION = "commission", _("the Commission (IMI)")
    IT = "it", _("the IT unit of the authority")
    COMUNE = "comune", _("the Comune")
    MINISTRY = "ministry", _("the Ministry of the Interior")
    INPS = "inps", _("INPS")


class Identity(models.TextChoices):
    """How it was made sure who asks, before an account is changed."""

    REGISTERED_MAILBOX = "registered-mailbox", _("a mail to the address registered before was answered")
    KNOWN_PHONE = "known-phone", _("called back at a number known before, not one from this request")
    AUTHORITY = "authority", _("the authority confirmed it: its access manager, or an official letter")
    IN_PERSON = "in-person", _("seen in person or in a video call, with a document")
