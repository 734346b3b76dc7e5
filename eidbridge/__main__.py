"""`python -m eidbridge`."""

import sys

from eidbridge.cli import main

if __name__ == "__main__":
    sys.exit(main())
