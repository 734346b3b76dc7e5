import pytest

from eidbridge.errors import REMEDIES, Code, EidError
from eidbridge.results import CheckResult, Outcome


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.PASSED, Code.READER_NONE),
        (Outcome.FAILED, None),
        (Outcome.WARNED, None),
        (Outcome.SKIPPED, Code.PIN_BLOCKED),
    ],
)
def test_only_a_bad_result_names_a_condition(outcome, code):
    with pytest.raises(ValueError, match=r"reader\.present"):
        CheckResult("reader.present", outcome, code)


def test_every_code_has_a_remedy_and_no_two_errors_the_same_code():
    """Codes without an error of their own are named by a check (`checks/test_conditions`)."""
    assert set(REMEDIES) == set(Code)
    raised = [error.code for error in EidError.__subclasses__()]
    assert len(raised) == len(set(raised))
    assert set(raised) <= set(Code)


def test_an_error_names_its_remedy():
    error = next(kind for kind in EidError.__subclasses__() if kind.code is Code.PIN_BLOCKED)()
    assert error.remedy == "unblock-with-puk"
