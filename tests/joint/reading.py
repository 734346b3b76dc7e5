"""Reads the program's window for the tests, in a process of its own: Tk ends whoever holds a screen that goes away.

Asked by lines on standard input, `texts` or `focus`; answers with a line of JSON.
"""

import json
import sys
import tkinter

#: Walks all widgets that show, and gives class and text of each.
_READ = """
proc ::eid_texts {w} {
    set out {}
    foreach c [winfo children $w] {
        if {[winfo ismapped $c]} {
            set said ""
            switch [winfo class $c] {
                Text { set said [$c get 1.0 end-1c] }
                TEntry - TCombobox { set said [$c get] }
                default { catch { set said [$c cget -text] } }
            }
            lappend out [list [winfo class $c] $said]
        }
        set out [concat $out [::eid_texts $c]]
    }
    return $out
}
::eid_texts .
"""
_FOCUS = "catch {[focus] cget -text} said; set said"


def main() -> None:
    reader = tkinter.Tk(className="reader")
    reader.withdraw()
    split = reader.tk.splitlist
    for line in sys.stdin:
        try:
            said = reader.send("eidbridge", _READ if line.strip() == "texts" else _FOCUS)
        except tkinter.TclError:  # no window yet, or no longer
            said = ""
        found = [split(row) for row in split(said)] if line.strip() == "texts" else said
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
