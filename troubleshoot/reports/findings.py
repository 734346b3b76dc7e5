"""Findings in words, and why a report was refused. The words of a code stand in `eidbridge.report`."""

from dataclasses import dataclass

from django.utils.translation import gettext

from eidbridge.errors import Code
from eidbridge.report import Report, ReportFault, Words, words_in


@dataclass(frozen=True, slots=True)
class Finding:
    """proven: False where nobody has seen this check on such a system; then it is never shown in red."""

    code: Code
    words: Words
    proven: bool


def in_words(report: Report, language: str) -> list[Finding]:
    """The report's findings, gravest first."""
    spoken = words_in(language)
    return [Finding(r.code, spoken[r.code], r.proven) for r in report.findings if r.code is not None]


def fault_words(fault: ReportFault | None) -> str:
    """What is wrong with the file, and what to do. None: no file was chosen."""
    match fault:
        case None:
            return gettext("No file was chosen. Choose the file that eidbridge has saved.")
        case ReportFault.TOO_LARGE:
            return gettext("The file is too large for a report. Choose the file that eidbridge has saved.")
        case ReportFault.VERSION_UNKNOWN:
            return gettext("The report comes from another version of eidbridge. Get the newest one and check again.")
        case ReportFault.CUT_OFF:
            return gettext("The report is cut off: its end is missing. Save it once more and bring it again.")
        case ReportFault.NOT_JSON | ReportFault.NOT_A_REPORT | ReportFault.TOO_DEEP:
            return gettext("This file is no report of eidbridge. Choose the file that eidbridge has saved.")
        case ReportFault.FIELD_UNKNOWN | ReportFault.VALUE_REFUSED:
            return gettext("The report holds something this site does not know. Save a new one and bring that.")
