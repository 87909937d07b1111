"""People are told what others did to their account, and not more than can be read."""

from __future__ import annotations

import pytest

from pomfa_tui.domain.notices import NOTICES_KEPT, Notice, NoticeKind, with_notice


def notice(at: int, kind: NoticeKind = NoticeKind.MFA_RESET, site: str | None = None) -> Notice:
    """Return a notice of a moment."""
    return Notice.new(at, kind, by="Al Brown", terminal="tty1", site=site)


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_a_sentence_with_and_without_the_site(kind: NoticeKind) -> None:
    """ENR-16."""
    plain = notice(1, kind).sentence()

    assert plain.startswith(("Your ", "You were "))
    assert plain.endswith(".")
    assert notice(1, kind, site="FZ101").sentence() == f"{plain[:-1]} (FZ101)."


def test_every_kind_says_something_else() -> None:
    assert len({notice(1, kind).sentence() for kind in NoticeKind}) == len(NoticeKind)


def test_each_notice_has_an_identifier_of_its_own() -> None:
    """ENR-16: each is acknowledged by itself."""
    assert len({notice(1).id for _ in range(100)}) == 100


def test_notices_wait_in_their_order() -> None:
    first, second = notice(1), notice(2)

    assert with_notice(with_notice((), first), second) == (first, second)


def test_the_oldest_make_room_when_too_many_wait() -> None:
    """ENR-16, STO-11: nobody's record grows without end."""
    waiting: tuple[Notice, ...] = ()
    for at in range(NOTICES_KEPT + 5):
        waiting = with_notice(waiting, notice(at))

    assert [each.at for each in waiting] == list(range(5, NOTICES_KEPT + 5))
