"""The window: what `eidbridge` shows when it is started without arguments. Screen readers have the text version."""

from eidbridge.window.main import main

__all__ = ["main"]
