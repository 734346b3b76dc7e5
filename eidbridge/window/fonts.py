"""Sizes that grow with the person's wish: Ctrl + and Ctrl -, up to twice, as in a browser."""

import tkinter as tk
from tkinter import font

#: Points at 100 %, by the name of the font.
SIZES = {"TkDefaultFont": 11, "TkTextFont": 11, "TkHeadingFont": 11, "EidTitle": 15, "EidWord": 26, "EidCode": 20}
_STEPS = (100, 125, 150, 200)


class Fonts:
    """The fonts of one window, and the step they stand at."""

    def __init__(self, root: tk.Misc) -> None:
        self._place = 0
        family = font.nametofont("TkDefaultFont", root).actual("family")
        fixed = font.nametofont("TkFixedFont", root).actual("family")
        own = {"EidTitle": (family, "bold"), "EidWord": (family, "bold"), "EidCode": (fixed, "normal")}
        self._fonts = {
            name: font.Font(root, name=name, family=own[name][0], weight=own[name][1])  # type: ignore[arg-type]
            if name in own
            else font.nametofont(name, root)
            for name in SIZES
        }
        self._apply()

    def larger(self) -> int:
        """The size that it has then, in percent."""
        self._place = min(self._place + 1, len(_STEPS) - 1)
        return self._apply()

    def smaller(self) -> int:
        self._place = max(self._place - 1, 0)
        return self._apply()

    def _apply(self) -> int:
        percent = _STEPS[self._place]
        for name, size in SIZES.items():
            self._fonts[name].configure(size=round(size * percent / 100))
        return percent
