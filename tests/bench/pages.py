"""The pages that are measured."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """marker: stands in this page's HTML and proves that it is not another one. is_indexable: meant for search."""

    name: str
    address: str
    marker: str
    is_indexable: bool = False


_REFUSED = "password-state=refused&sign-in-page=refused&tries-before=none&where=password"
START = Page("start", "/it/", 'class="choices"', is_indexable=True)
QUESTION = Page("question", "/it/guida/imi/sign-in-page/?where=password", 'class="unknown"')
REMEDY = Page("remedy", f"/it/guida/imi/type-by-hand/?{_REFUSED}", 'name="result"')
ALL = (START, QUESTION, REMEDY)
FLOW = (QUESTION, REMEDY)

#: Views of this benchmark alone (urls.py): an empty response, and the base template with nothing in it.
EMPTY = Page("empty response", "/it/bench/empty/", "")
BASE = Page("base template", "/it/bench/base/", 'id="main"')
