"""What the worker does about reports."""

from troubleshoot.reports import pairings


def clear() -> None:
    """Delete pairings and reports whose time is over."""
    pairings.clear()
