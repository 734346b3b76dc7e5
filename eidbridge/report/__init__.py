"""The report: the one thing that crosses from the program to the site."""

from eidbridge.report.decode import ReportError, ReportFault, decode
from eidbridge.report.encode import as_text, encode
from eidbridge.report.schema import MAX_BYTES, SCHEMA_VERSION, SITES, Report, SystemFamily
from eidbridge.report.words import Words, words_in

__all__ = [
    "MAX_BYTES",
    "SCHEMA_VERSION",
    "SITES",
    "Report",
    "ReportError",
    "ReportFault",
    "SystemFamily",
    "Words",
    "as_text",
    "decode",
    "encode",
    "words_in",
]
