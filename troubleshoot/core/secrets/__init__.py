"""What looks like a person's secret in free text, Italian or English, so that it can be asked about or covered.

A number is judged by what stands around it: a word that names it (PIN, CAN, OTP) directly before or after, a word
nearby, or none. Near PIN and PUK doubt covers; elsewhere a number that has another name (a date, a telephone, an error)
stays. Every pattern repeats a bounded number of times or gives nothing back, so time grows with the text alone.

From the bottom up: `spans`, `reading`, `nearby`; `documents`, `passwords`; `digits`, `number_words`, `other_numbers`,
`numbers`; `covering`, `logs`.
"""

from troubleshoot.core.secrets.covering import COVER, cover, find
from troubleshoot.core.secrets.logs import CoveringFilter
from troubleshoot.core.secrets.spans import Kind, Span

__all__ = ["COVER", "CoveringFilter", "Kind", "Span", "cover", "find"]
