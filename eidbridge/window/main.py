"""The window's life: it is there at once, and what seals, sends and checks is read while it already shows."""

import signal
import sys
import tkinter as tk

from eidbridge.texts import language_of, texts


def main() -> int:
    """Show the window until it is closed. 3 where there is no screen to show it on."""
    try:
        root = tk.Tk(className="eidbridge")
    except tk.TclError as error:
        print(texts(language_of())["window.no-tk"].format(why=error), file=sys.stderr)  # noqa: T201
        return 3
    from eidbridge.window.face import Face  # noqa: PLC0415 - a missing screen is told first

    face = Face(root)
    root.protocol("WM_DELETE_WINDOW", face.close)

    def end(_number: int, _frame: object) -> None:
        """Whoever ends the session ends it like the person does: between two events, and not in the middle of one."""
        if not face.is_closed:
            root.after(0, face.close)

    for name in ("SIGTERM", "SIGHUP", "SIGINT"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end)
    root.mainloop()
    return 0
