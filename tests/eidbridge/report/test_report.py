"""The report, written and read back; and everything hostile that may stand in its place."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eidbridge.errors import Code
from eidbridge.report import MAX_BYTES, Report, ReportError, ReportFault, SystemFamily, as_text, decode, encode
from eidbridge.report.schema import CHECKS, EARLIEST_YEAR, FACTS, LATEST_YEAR, may_stand_in
from eidbridge.results import CheckResult, Outcome
from tests.eidbridge.report.examples import FINE, NO_READER, PIN_BLOCKED, SLOT_READER, report


def document(**changes: object) -> dict[str, object]:
    return json.loads(encode(report(NO_READER, FINE))) | changes


def fault_of(data: bytes | dict[str, object]) -> ReportFault:
    with pytest.raises(ReportError) as raised:
        decode(json.dumps(data).encode() if isinstance(data, dict) else data)
    return raised.value.fault


def test_a_report_is_read_back_as_it_was_written():
    written = report(FINE, SLOT_READER, NO_READER, PIN_BLOCKED)
    assert decode(encode(written)) == written


def test_the_sample_in_the_documents_is_a_report():
    sample = Path(__file__).parents[3] / "docs" / "reference" / "report-example.json"
    assert [result.code for result in decode(sample.read_bytes()).findings] == [
        Code.PIN_BLOCKED,
        Code.READER_CONTACT_ONLY,
    ]


def test_failed_findings_come_before_warned_ones():
    codes = [result.code for result in report(SLOT_READER, FINE, PIN_BLOCKED, NO_READER).findings]
    assert codes == [Code.PIN_BLOCKED, Code.READER_NONE, Code.READER_CONTACT_ONLY]


def test_facts_that_are_not_on_the_list_never_leave():
    leaky = CheckResult("reader.present", Outcome.FAILED, Code.READER_NONE, {"usb_readers_seen": 1, "host": "PC-ANNA"})
    data = encode(report(leaky))
    assert b"PC-ANNA" not in data
    assert decode(data).checks[0].facts == {"usb_readers_seen": 1}


@pytest.mark.parametrize(
    ("language", "words"), [("it", "PIN bloccato [card.pin-blocked]"), ("en", "PIN blocked [card.pin-blocked]")]
)
def test_the_findings_can_be_read_in_a_terminal(language, words):
    text = as_text(report(PIN_BLOCKED), language)
    assert words in text
    assert text.splitlines()[-1].endswith({"it": "1 controlli.", "en": "1 checks."}[language])


def test_what_nobody_saw_on_such_a_system_says_so_in_a_text_too():
    unseen = CheckResult("card.pin-tries", Outcome.FAILED, Code.PIN_BLOCKED, {}, proven=False)
    assert "mai stato provato" in as_text(report(unseen), "it")
    assert "mai stato provato" not in as_text(report(PIN_BLOCKED), "it")


def check(**changes: object) -> dict[str, object]:
    return document(
        checks=[{"check": "reader.present", "outcome": "failed", "code": "reader.none"} | changes], end={"checks": 1}
    )


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", ReportFault.NOT_JSON),
        (b"\xff\xfe", ReportFault.NOT_JSON),
        (b"hello", ReportFault.NOT_JSON),
        (b"[]", ReportFault.NOT_A_REPORT),
        (b"{}", ReportFault.NOT_A_REPORT),
        (b'{"schema": "eidbridge-report", "schema": "eidbridge-report"}', ReportFault.NOT_JSON),
        (b'{"schema": "eidbridge-report", "schema_version": NaN}', ReportFault.NOT_JSON),
        (b'{"schema": "eidbridge-report", "schema_version": ' + b"9" * 5000 + b"}", ReportFault.NOT_JSON),
        (b"[" * 100_000, ReportFault.TOO_DEEP),
        (b'{"a":' * 9 + b"1" + b"}" * 9, ReportFault.TOO_DEEP),
        (b" " * (MAX_BYTES + 1), ReportFault.TOO_LARGE),
        (document(schema="other"), ReportFault.NOT_A_REPORT),
        (document(schema_version=2), ReportFault.VERSION_UNKNOWN),
        (document(schema_version=True), ReportFault.VERSION_UNKNOWN),
        (document(schema_version="1"), ReportFault.VERSION_UNKNOWN),
        (document(end={"checks": 3}), ReportFault.CUT_OFF),
        (document(end=None), ReportFault.CUT_OFF),
        (document(user="anna"), ReportFault.FIELD_UNKNOWN),
        (document(program="<script>"), ReportFault.VALUE_REFUSED),
        (document(program="1.0\n"), ReportFault.VALUE_REFUSED),
        (document(system="beos"), ReportFault.VALUE_REFUSED),
        (document(made_at="yesterday"), ReportFault.VALUE_REFUSED),
        (document(made_at="2026-13-01T00:00:00Z"), ReportFault.VALUE_REFUSED),
        (document(made_at="0001-01-01T00:00:00Z"), ReportFault.VALUE_REFUSED),
        (document(made_at="２026-11-28T10:00:00Z"), ReportFault.VALUE_REFUSED),
        (document(schema_version=1.0), ReportFault.VERSION_UNKNOWN),
        (document(end={"checks": 2.0}), ReportFault.CUT_OFF),
        (document(checks=[], end={"checks": 0}), ReportFault.CUT_OFF),
        (check(check="host.session", code="card.pin-blocked"), ReportFault.VALUE_REFUSED),
        (check(check="mario.rossi.rssmra80a01h501u"), ReportFault.VALUE_REFUSED),
        (check(check="card.kind", outcome="passed", code=None), ReportFault.VALUE_REFUSED),
        (document(checks={}), ReportFault.VALUE_REFUSED),
        (document(checks=["x"], end={"checks": 1}), ReportFault.VALUE_REFUSED),
        (check(check="<script>alert(1)</script>"), ReportFault.VALUE_REFUSED),
        (check(check="a" * 200), ReportFault.VALUE_REFUSED),
        (check(check="reader\u202epresent"), ReportFault.VALUE_REFUSED),
        (check(outcome="exploded"), ReportFault.VALUE_REFUSED),
        (check(outcome=[]), ReportFault.VALUE_REFUSED),
        (check(outcome="passed"), ReportFault.VALUE_REFUSED),
        (check(code="reader.haunted"), ReportFault.VALUE_REFUSED),
        (check(code={}), ReportFault.VALUE_REFUSED),
        (check(proven="no"), ReportFault.VALUE_REFUSED),
        (check(facts=[]), ReportFault.VALUE_REFUSED),
        (check(facts={"usb_readers_seen": -1}), ReportFault.VALUE_REFUSED),
        (check(facts={"usb_readers_seen": True}), ReportFault.VALUE_REFUSED),
        (check(facts={"usb_readers_seen": "<b>"}), ReportFault.VALUE_REFUSED),
        (check(facts={"serial": "CA00000AA"}), ReportFault.FIELD_UNKNOWN),
        (check(name="anna"), ReportFault.FIELD_UNKNOWN),
    ],
)
def test_what_is_no_report_is_refused_by_name(data, fault):
    assert fault_of(data) == fault


def test_a_check_stands_once():
    rows = [{"check": "service.running", "outcome": "passed"}] * 2
    assert fault_of(document(checks=rows, end={"checks": 2})) == ReportFault.VALUE_REFUSED


def test_a_family_of_cards_is_one_of_those_known():
    row = {"check": "card.kind", "outcome": "passed", "facts": {"family": "cie-rossi"}}
    assert fault_of(document(checks=[row], end={"checks": 1})) == ReportFault.VALUE_REFUSED


@given(st.integers(min_value=1))
def test_a_report_cut_off_anywhere_is_never_taken(cut):
    data = encode(report(NO_READER, SLOT_READER))
    with pytest.raises(ReportError):
        decode(data[: cut % len(data)])


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_with_a_fault_or_read(data):
    try:
        decode(data)
    except ReportError as error:
        assert error.fault in ReportFault  # noqa: PT017 - the point is that nothing else is raised


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(["schema", "schema_version", "program", "system", "made_at", "checks", "end"]), json_values)
def test_any_value_in_any_field_is_refused_with_a_fault_or_read(field, value):
    try:
        decode(json.dumps(document(**{field: value})).encode())
    except ReportError as error:
        assert error.fault in ReportFault  # noqa: PT017


@st.composite
def results(draw: st.DrawFn) -> CheckResult:
    """Any result the schema allows."""
    outcome = draw(st.sampled_from(Outcome))
    name = draw(st.sampled_from(CHECKS))
    if outcome not in (Outcome.WARNED, Outcome.FAILED):
        return CheckResult(name, outcome, None, {}, draw(st.booleans()))
    code = draw(st.sampled_from([code for code in Code if may_stand_in(code, name)]))
    samples = {0, 1, 32, "076b", "ffff"}
    facts = {
        key: value
        for key, kind in FACTS.get(code, {}).items()
        for value in samples
        if kind.allows(value) and draw(st.booleans())
    }
    return CheckResult(name, outcome, code, facts, draw(st.booleans()))


@given(
    st.lists(results(), min_size=1, max_size=20, unique_by=lambda each: each.check),
    st.sampled_from(SystemFamily),
    st.datetimes(),
)
def test_every_report_the_schema_allows_survives_the_journey(checks, system, made_at):
    from datetime import UTC  # noqa: PLC0415

    made = made_at.replace(microsecond=0, tzinfo=UTC)
    if not EARLIEST_YEAR <= made.year <= LATEST_YEAR:
        made = made.replace(year=2024)  # a leap year, as the one before may be
    written = Report("1.20.3", system, made, tuple(checks))
    assert decode(encode(written)) == written
