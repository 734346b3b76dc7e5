"""Colours of the window, where the system brings no look of its own (X11); Windows and macOS keep theirs."""

import tkinter as tk
from tkinter import ttk

_WHITE, _INK, _LINE, _BLUE, _DARK_BLUE, _GREY = "#ffffff", "#17324d", "#5c6f82", "#0066cc", "#004080", "#e6e9f2"


def dress(root: tk.Tk) -> None:
    """Plain and high in contrast: the site's own colours."""
    if root.tk.call("tk", "windowingsystem") != "x11":
        return
    style = ttk.Style(root)
    style.theme_use("clam")
    root.configure(background=_WHITE)
    style.configure(".", background=_WHITE, foreground=_INK, bordercolor=_LINE, focuscolor=_INK)
    style.configure("TButton", padding=(12, 7), background=_WHITE, foreground=_DARK_BLUE, bordercolor=_BLUE)
    style.map("TButton", background=[("disabled", _WHITE), ("active", _GREY)], foreground=[("disabled", _LINE)])
    style.configure("First.TButton", background=_BLUE, foreground=_WHITE)
    style.map(
        "First.TButton",
        background=[("disabled", _GREY), ("active", _DARK_BLUE)],
        foreground=[("disabled", _LINE)],
    )
    style.configure("TEntry", padding=6)
    style.configure("TCombobox", padding=6)
    style.map("TCombobox", fieldbackground=[("readonly", _WHITE)])
