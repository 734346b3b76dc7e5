"""All that stands in the window, from top to bottom: site, code, compare word, checks, report, what can be done.

Everything is reached by Tab in that order; Return does the one thing that is next; Ctrl + and Ctrl - change the size.
"""

import threading
import tkinter as tk
from collections.abc import Callable
from tkinter import filedialog, ttk
from typing import TYPE_CHECKING

from eidbridge.report.encode import facts_lines
from eidbridge.report.schema import Report
from eidbridge.report.words import words_in
from eidbridge.results import CheckResult, Outcome
from eidbridge.texts import language_of, texts
from eidbridge.window.fonts import Fonts
from eidbridge.window.look import dress
from eidbridge.window.sizes import HEIGHT, PAD, WIDTH

if TYPE_CHECKING:
    from eidbridge.agent.joint import Joint
    from eidbridge.agent.sites import Site

#: Milliseconds between two looks at what has happened.
_LOOK_MS = 60
#: Milliseconds after *Send* in which no other button takes its place.
_STILL_MS = 900
_COLOURS = {
    Outcome.PASSED: "#005c2e",
    Outcome.WARNED: "#7a4b00",
    Outcome.FAILED: "#a1001a",
    Outcome.SKIPPED: "#4d4d4d",
}


class Face:
    """The widgets, and what pressing them does. The work behind is a `Joint`, read in the background at the start."""

    def __init__(self, root: tk.Tk) -> None:
        self.root, self.language = root, language_of()
        self.words = texts(self.language)
        dress(root)
        self.fonts = Fonts(root)
        self.joint: Joint | None = None
        self.report: Report | None = None
        self.is_joined = self.is_checking = self.is_unsent = self.is_closed = False
        root.title(self.say("window.title"))
        root.minsize(WIDTH // 2, 320)
        root.geometry(f"{WIDTH}x{HEIGHT}")
        self._build()
        self._bind()
        self.code.focus_set()
        self._parts = _Parts()
        root.after(_LOOK_MS, self._look)

    def say(self, key: str, **values: object) -> str:
        return self.words[key].format(**values) if values else self.words[key]

    # What stands where.

    def _build(self) -> None:
        outer = ttk.Frame(self.root, padding=PAD)
        outer.pack(fill="both", expand=True)
        outer.columnconfigure(0, weight=1)
        outer.rowconfigure(6, weight=1)
        self._sites: tuple[str, ...] = ()
        self.site = ttk.Combobox(outer, state="readonly", font="EidTitle", values=("…",))
        self.site.current(0)
        self.site.grid(row=0, column=0, sticky="ew")
        self.site.grid_remove()  # a choice only where there is one
        self.name = ttk.Label(outer, font="EidTitle", anchor="w", text="…")
        self.name.grid(row=0, column=0, sticky="ew")
        entry = ttk.Frame(outer)
        entry.grid(row=1, column=0, sticky="ew", pady=(PAD, 0))
        self._before: tuple[ttk.Frame, ...] = (entry,)
        ttk.Label(entry, text=self.say("window.code")).pack(anchor="w")
        self.code = ttk.Entry(entry, font="EidCode", width=12)
        self.code.pack(side="left")
        self.join = ttk.Button(entry, text=self.say("window.join"), command=self.press_join, style="First.TButton")
        self.join.pack(side="left", padx=PAD)
        options = ttk.Frame(outer)
        options.grid(row=2, column=0, sticky="ew", pady=(PAD // 2, 0))
        self._before = (entry, options)
        self.reach = tk.BooleanVar(self.root)
        ttk.Checkbutton(options, text=self.say("window.reach"), variable=self.reach).pack(anchor="w")
        self.without = ttk.Button(options, text=self.say("window.without"), command=self.press_without)
        self.without.pack(anchor="w", pady=(PAD // 2, 0))
        self.word = ttk.Label(outer, font="EidWord", anchor="w")
        self.word.grid(row=3, column=0, sticky="ew", pady=(PAD, 0))
        self.word.grid_remove()
        self.status = ttk.Label(outer, anchor="w", justify="left")
        self.status.grid(row=4, column=0, sticky="ew")
        self.heading = ttk.Label(outer, text=self.say("window.checks"), font="EidTitle")
        self.heading.grid(row=5, column=0, sticky="w", pady=(PAD, 0))
        self.text = self._text(outer)
        self._buttons(outer)
        outer.bind("<Configure>", self._wrap)

    def _text(self, outer: ttk.Frame) -> tk.Text:
        box = ttk.Frame(outer)
        box.grid(row=6, column=0, sticky="nsew")
        text = tk.Text(
            box, wrap="word", height=4, width=20, font="TkTextFont", relief="flat", padx=PAD, pady=PAD, takefocus=True
        )
        bar = ttk.Scrollbar(box, command=text.yview)
        text.configure(yscrollcommand=bar.set, state="disabled")
        bar.pack(side="right", fill="y")
        text.pack(side="left", fill="both", expand=True)
        for outcome, colour in _COLOURS.items():
            text.tag_configure(outcome.value, foreground=colour)
        text.tag_configure("title", font="TkHeadingFont", spacing1=PAD)
        return text

    def _buttons(self, outer: ttk.Frame) -> None:
        row = ttk.Frame(outer)
        row.grid(row=7, column=0, sticky="ew", pady=(PAD, 0))
        self._row: tuple[ttk.Button, ...] = ()
        self.send = ttk.Button(row, command=self.press_send, style="First.TButton")
        self.save = ttk.Button(row, text=self.say("window.save"), command=self.press_save)
        self.again = ttk.Button(row, text=self.say("window.again"), command=self.press_again)
        self.shut = ttk.Button(row, text=self.say("window.close"), command=self.close)
        row.bind("<Configure>", lambda event: self._flow(event.width))
        self._row = (self.shut,)

    def _bind(self) -> None:
        for keys, do in (
            (("<Control-plus>", "<Control-equal>", "<Control-KP_Add>"), self._larger),
            (("<Control-minus>", "<Control-KP_Subtract>"), self._smaller),
        ):
            for key in keys:
                self.root.bind(key, _calls(do))
        self.code.bind("<Return>", lambda _event: self.press_join())
        self.root.bind_class("TButton", "<Return>", _press)

    def _larger(self) -> None:
        self._resize(self.fonts.larger())

    def _smaller(self) -> None:
        self._resize(self.fonts.smaller())

    def _resize(self, percent: int) -> None:
        """The window grows with its letters, as far as the screen goes."""
        width = min(WIDTH * percent // 100, self.root.winfo_screenwidth() - 40)
        height = min(HEIGHT * percent // 100, self.root.winfo_screenheight() - 80)
        self.root.geometry(f"{width}x{height}")
        self.root.update_idletasks()
        self._flow(width - 2 * PAD)

    def _wrap(self, event: "tk.Event[tk.Misc]") -> None:
        for label in (self.name, self.status, self.word):
            label.configure(wraplength=max(event.width - 2 * PAD, 100))

    # What can be pressed.

    def press_join(self) -> None:
        parts = self._parts
        if not parts.are_read:  # pressed in the first moment: it is done in the next
            self.root.after(_LOOK_MS, self.press_join)
            return
        if not parts.sites or self.is_joined:
            return
        kind = parts.typed(self.code.get())
        if kind != "code":
            self._say_status(self.say(kind))
            self.code.focus_set()
            self.code.selection_range(0, "end")  # what is typed next takes its place
            return
        joint = self._begin(parts.sites[self.site.current()])
        self._say_status(self.say("joint.pairing"))
        joint.pair(parts.tidy_code(self.code.get()), self.language)
        self.is_joined = True
        self._show_entry(shown=False)

    def press_without(self) -> None:
        if self._parts.are_read and not self.is_joined:
            self._begin(None)
            self._show_entry(shown=False)
            self._check()

    def press_send(self) -> None:
        if self.joint is not None and self.report is not None and self.is_joined:
            self._offer()
            self.joint.send(self.report)

    def press_again(self) -> None:
        if self.joint is not None:
            self._check()

    def press_save(self) -> None:
        if self.report is None:
            return
        name = filedialog.asksaveasfilename(
            parent=self.root,
            title=self.say("window.save-title"),
            defaultextension=".json",
            initialfile="eidbridge.json",
        )
        if not name:
            return
        try:
            self._parts.save(name, self.report)
        except OSError:
            self._say_status(self.say("window.save-failed"))
        else:
            self._say_status(self.say("joint.saved", file=name))

    def close(self) -> None:
        if self.is_closed:
            return
        self.is_closed = True
        self.root.withdraw()
        if self.joint is not None:
            self.joint.close()
        self.root.destroy()

    def _begin(self, site: "Site | None") -> "Joint":
        if self.joint is not None:
            self.joint.close()
        self.joint = self._parts.joint(site, wants_reach=self.reach.get())
        self._show_word("")
        self._clear()
        return self.joint

    def _check(self) -> None:
        if self.joint is None:
            return
        self._clear()
        self._offer()
        self.heading.configure(text=self.say("window.checks"))
        self._say_status(self.say("window.busy"))
        self.is_checking, self.is_unsent = True, False
        self.joint.check()

    # What happens.

    def _look(self) -> None:
        if self._parts.are_read and not self._parts.sites:
            self.name.configure(text=self.say("site.none"))
            self.join.state(["disabled"])
        elif self._parts.are_read and not self._sites:
            self._sites = tuple(f"{site.name} ({site.host})" for site in self._parts.sites)
            self.site.configure(values=self._sites)
            self.site.current(0)
            self.name.configure(text=self._sites[0])
            if len(self._sites) > 1:
                self.name.grid_remove()
                self.site.grid()
        while self.joint is not None and not self.joint.events.empty():
            self._parts.on(self, self.joint.events.get())
        self.root.after(_LOOK_MS, self._look)

    def show_word(self, word: str) -> None:
        self._show_word(word.upper())
        self._say_status(self.say("joint.pick-word"))

    def begin_checks(self) -> None:
        self._check()
        self._say_status(self.say("joint.opened"))

    def show_result(self, result: CheckResult, done: int, of: int) -> None:
        """One line, symbol and words: *✓ va bene: lettore collegato*."""
        outcome = result.outcome
        if outcome is Outcome.FAILED and not result.proven:
            outcome = Outcome.WARNED
        symbol, word = self.say(f"window.symbol-{outcome}"), self.say(f"outcome.{outcome}")
        self._write(f"{symbol}  {word}: {self.say(f'checks.{result.check}')}\n", outcome.value)
        self._say_status(self.say("joint.checking", done=done, of=of))

    def show_report(self, report: Report) -> None:
        """The whole report in words: what was found first, then every check."""
        self.report, self.is_checking, self.is_unsent = report, False, True
        lines = self.text.get("1.0", "end-1c")
        self._clear()
        self.heading.configure(text=self.say("window.report"))
        if not report.findings:
            self._write(self.say("joint.found-none") + "\n", Outcome.PASSED.value)
        spoken = words_in(self.language)
        for result in report.findings:
            assert result.code is not None
            words = spoken[result.code]
            self._write(f"{words.title} [{result.code}]\n", "title")
            self._write(f"{words.meaning}\n→ {words.action}\n", "")
            if not result.proven:
                self._write(self.say("check.not-proven") + "\n", "")
        self._write(self.say("window.checks") + "\n", "title")
        self._write(lines, "")
        self._write(self.say("joint.facts") + "\n", "title")
        self._write("\n".join(facts_lines(report)) + "\n", "")
        self._say_status(self.say("window.report-hint") if self.is_joined else "")
        if self.is_joined:
            self.send.configure(text=self.say("window.send", name=self._parts.sites[self.site.current()].name))
            self._offer(self.send, self.save, self.again)
        else:
            self._offer(self.save, self.again)

    def show_broken(self) -> None:
        self.is_checking = False
        self._say_status(self.say("joint.broken"))
        self._offer(self.again)

    def show_sent(self) -> None:
        self.is_unsent = False
        self._say_status(self.say("joint.sent"))
        self.root.after(_STILL_MS, lambda: self._offer(self.again, self.save))  # a second click falls on nothing

    def show_wish(self) -> None:
        self._say_status(self.say("joint.wished"))
        if not self.is_checking:  # a run that is under way is the one that was asked for
            self._offer(self.again, *((self.send,) if self.is_unsent else ()), self.save)

    def show_trouble(self, key: str, **values: object) -> None:
        """The pairing goes on."""
        self._say_status(self.say(key, **values))

    def show_not_taken(self, key: str) -> None:
        """The report was refused; it can be saved, or made anew."""
        self._say_status(self.say(key))
        self._offer(self.save, self.again)

    def show_end(self, key: str) -> None:
        """The pairing is over; the report, where there is one, stays to be saved."""
        instead = "" if self.report else f" {self.say('window.instead')}"
        self._say_status(self.say(key) + instead)
        self.is_joined = False
        self._show_word("")
        self._offer(*((self.save, self.again) if self.report else ()))
        self._show_entry(shown=True)
        self.code.delete(0, "end")
        self.code.focus_set()

    def _show_word(self, word: str) -> None:
        self.word.configure(text=word)
        self.word.grid() if word else self.word.grid_remove()

    def _offer(self, *buttons: ttk.Button) -> None:
        """Show what can be done now, the next thing first and under the Return key."""
        for button in (self.send, self.save, self.again, self.shut):
            button.grid_forget()
        self._row = (*buttons, self.shut)
        for button in self._row:
            button.lift()  # Tab goes in the order that is seen
        self._flow(self.shut.master.winfo_width())
        if buttons:
            buttons[0].focus_set()

    def _flow(self, width: int) -> None:
        """Lay the buttons out in as many rows as the width takes, so that none is cut."""
        row = column = used = 0
        for button in self._row:
            wanted = button.winfo_reqwidth() + PAD
            if used and used + wanted > width:
                row, column, used = row + 1, 0, 0
            button.grid(row=row, column=column, sticky="w", padx=(0, PAD), pady=(0, PAD // 2))
            column, used = column + 1, used + wanted

    def _show_entry(self, *, shown: bool) -> None:
        """The field for the code and what stands beside it: only while it can be used."""
        for part in self._before:
            part.grid() if shown else part.grid_remove()

    def _say_status(self, text: str) -> None:
        self.status.configure(text=text)

    def _clear(self) -> None:
        self.text.configure(state="normal")
        self.text.delete("1.0", "end")
        self.text.configure(state="disabled")

    def _write(self, text: str, tag: str) -> None:
        self.text.configure(state="normal")
        self.text.insert("end", text, (tag,) if tag else ())
        self.text.configure(state="disabled")


def _calls(do: Callable[[], None]) -> Callable[["tk.Event[tk.Misc]"], None]:
    return lambda _event: do()


def _press(event: "tk.Event[tk.Misc]") -> None:
    if isinstance(event.widget, ttk.Button):
        event.widget.invoke()


class _Parts:
    """What the window needs beside itself, read while it already shows."""

    def __init__(self) -> None:
        self.are_read = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        from eidbridge.window import parts  # noqa: PLC0415 - not before the window is there

        self.sites = parts.known_sites()
        self.typed: Callable[[str], str] = parts.typed
        self.tidy_code: Callable[[str], str] = parts.tidy_code
        self.joint = parts.Joint
        self.on = parts.on
        self.save: Callable[[str, Report], None] = parts.save
        self.are_read = True
