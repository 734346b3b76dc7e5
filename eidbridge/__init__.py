"""Readers, cards, checks and a report, on people's own computers. Knows no Django."""

__version__ = "0.1.0"
