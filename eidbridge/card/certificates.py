"""X.509 certificates as a card gives them."""

import warnings

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from eidbridge.errors import UnexpectedAnswerError


def read_certificate(content: bytes) -> x509.Certificate:
    """A certificate, DER. Raises UnexpectedAnswerError.

    What the library would only warn of (a serial number of zero, most of all) is for the issuer's ears, not for here.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return x509.load_der_x509_certificate(content)
        except (ValueError, x509.InvalidVersion, UnsupportedAlgorithm) as error:
            raise UnexpectedAnswerError("a certificate that cannot be read") from error
