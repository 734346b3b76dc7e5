import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.core.typed import Typed, kind_of, new_reference, reference_in


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("AF-ACDE-FGH3", Typed.REFERENCE),
        ("af acde fgh3", Typed.REFERENCE),
        ("AF–ACDE–FGH3", Typed.REFERENCE),
        ("AFACDEFGH3", Typed.REFERENCE),
        ("ABCD-EFGH", Typed.PAIRING_CODE),
        ("abcd-efgh", Typed.PAIRING_CODE),
        ("n00a1b2c", Typed.USER_ID),
        ("N00A1B2C", Typed.USER_ID),
        ("12345678", Typed.PIN),
        ("1234 5678", Typed.PIN),
        ("anna@comune.example", Typed.EMAIL),
        ("", Typed.OTHER),
        ("AF-0000-0000", Typed.OTHER),
        ("ciao", Typed.OTHER),
    ],
)
def test_what_was_typed(text, kind):
    assert kind_of(text) is kind


@given(st.booleans(), st.sampled_from(["-", " ", "", "–"]))
def test_every_reference_is_read_however_it_is_typed(lower, dash):
    reference = new_reference()
    typed = reference.replace("-", dash)
    assert reference_in(typed.lower() if lower else typed) == reference
    assert kind_of(reference) is Typed.REFERENCE
    assert not reference.removeprefix("AF-").replace("-", "").isdigit()


@given(st.text(max_size=200))
def test_any_text_is_of_some_kind(text):
    assert kind_of(text) in Typed
