"""A real SMTP server on loopback, which keeps what it is given and can be told to refuse."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller

from tests.serving import free_port


@dataclass
class Mailbox:
    """mails: as they came, in order. refuses: reply to a recipient, by address; `*` for all.

    It has no properties: the server looks at every one of them at each connection.
    """

    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(self, server: object, session: object, envelope: object, address: str, options: list) -> str:
        if reply := self.refuses.get(address) or self.refuses.get("*"):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        self.mails.append(envelope.original_content)
        self.senders.append(envelope.mail_from)
        return "250 kept"

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(mail, policy=policy.default) for mail in self.mails]

    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.messages()]


@contextmanager
def smtp_server(mailbox: Mailbox | None = None) -> Iterator[Mailbox]:
    """The server, on the mailbox's port or a free one."""
    mailbox = mailbox or Mailbox()
    mailbox.port = mailbox.port or free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
