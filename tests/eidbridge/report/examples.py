"""Reports to test with, built as the program builds them."""

from datetime import UTC, datetime

from eidbridge.errors import Code
from eidbridge.report import Report, SystemFamily
from eidbridge.results import CheckResult, Outcome


def report(*checks: CheckResult) -> Report:
    return Report("0.1.0", SystemFamily.LINUX, datetime(2026, 11, 22, 9, 30, tzinfo=UTC), checks)


NO_READER = CheckResult("reader.present", Outcome.FAILED, Code.READER_NONE, {"usb_readers_seen": 0})
SLOT_READER = CheckResult(
    "reader.kind",
    Outcome.WARNED,
    Code.READER_CONTACT_ONLY,
    {"usb_vendor": "076b", "usb_product": "3031", "built_in": False},
)
PIN_BLOCKED = CheckResult("card.pin-tries", Outcome.FAILED, Code.PIN_BLOCKED, {"tries_left": 0})
FINE = CheckResult("service.running", Outcome.PASSED)
