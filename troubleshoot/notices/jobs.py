"""What the worker does about notices."""

from troubleshoot.notices.following import tell_all


def end_followed() -> None:
    """Tell followers what has changed or is over."""
    tell_all()
