"""What the worker does for the desk."""

from troubleshoot.review import presence, telling, writings


def send_due() -> None:
    """Carry out what can no longer be called back."""
    writings.send_due()


def tell() -> None:
    """Tell reviewers what is new and overdue."""
    telling.tell()
    presence.forget_old()
