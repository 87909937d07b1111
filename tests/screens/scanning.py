"""A phone in front of the screen."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

from pomfa_tui.otpauth import PairingOffer
from tests import qr_reader
from tests.members import Phone
from tests.screens.hand import Hand


def scan(hand: Hand, phone: Phone) -> str:
    """Read the QR code off the cells of the screen into the phone; return the URI."""
    uri = qr_reader.read(qr_reader.cells_of_app(hand.app))
    assert uri is not None, "no phone could read this screen"
    parts = urlsplit(uri)
    issuer, _, account = unquote(parts.path.lstrip("/")).partition(":")
    (secret,) = parse_qs(parts.query)["secret"]
    phone.scan(PairingOffer(issuer, account, secret))
    return uri
