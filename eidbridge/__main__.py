"""`python -m eidbridge`."""

import sys

if __name__ == "__main__":
    try:
        from eidbridge.cli import main

        sys.exit(main())
    except KeyboardInterrupt:  # while the program was being read, too
        sys.exit(130)
