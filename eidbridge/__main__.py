"""`python -m eidbridge`, and the start files of a build: without arguments the window, or the text version."""

import sys
from pathlib import Path

if __name__ == "__main__":
    if getattr(sys, "frozen", False):  # in a build the process for PC/SC is the same file, started once more
        from multiprocessing import freeze_support

        freeze_support()
    try:
        if len(sys.argv) > 1:
            from eidbridge.cli import main

            sys.exit(main())
        if Path(sys.argv[0]).stem == "eidbridge-text":
            from eidbridge.cli import main

            code = main(["check", "--send"])
            if sys.stdin is not None and sys.stdin.isatty():  # a terminal that was opened for it closes with it
                from eidbridge.cli.terminal import say

                input(say("joint.close"))
            sys.exit(code)
        from eidbridge.window import main as show

        sys.exit(show())
    except ModuleNotFoundError as error:
        package = (error.name or "eidbridge").partition(".")[0]
        if getattr(sys, "frozen", False) or package == "eidbridge" or package in sys.stdlib_module_names:
            raise
        sys.exit(f"{error.name} is not installed here. What the program needs: pip install -r requirements-program.txt")
    except KeyboardInterrupt:  # while the program was being read, too
        sys.exit(130)
