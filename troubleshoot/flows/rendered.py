"""Pages already rendered, kept by each process: a flow page depends on nothing but what its key names.

The key holds the address, the content, the notices shown and the steps suspended; so a page is rendered
once until one of them changes. Pages that tell the time are never kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

#: Pages kept by a process, about 8 kB each: the ways people really go are few.
MAX_PAGES = 2_000


class RenderedPages:
    """The last used pages. Safe between threads."""

    def __init__(self, max_pages: int = MAX_PAGES) -> None:
        self._pages: OrderedDict[Hashable, bytes] = OrderedDict()
        self._max_pages = max_pages
        self._lock = Lock()

    def get(self, key: Hashable, render: Callable[[], bytes]) -> bytes:
        """The page kept under `key`, else what `render` makes, kept from now on."""
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
                return page
        page = render()
        with self._lock:
            self._pages[key] = page
            while len(self._pages) > self._max_pages:
                self._pages.popitem(last=False)
        return page

    def __len__(self) -> int:
        return len(self._pages)
