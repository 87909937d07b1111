"""One person, shown to those who may see them and hidden like nobody from the rest (rules 9, 11)."""

from __future__ import annotations

import msgspec
import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import NotFound, NotPermitted
from tests.house import ABBEY, BRIDGE, HOST, kinds
from tests.services.town import signed_in
from tests.world import World


class TestOnePerson:
    """`Person`."""

    @pytest.mark.parametrize("how", ["email", "id", "spaces and case"])
    def test_they_are_found_by_email_or_id(self, town: World, how: str) -> None:
        """Section 3: `WHO` is an e-mail or id."""
        ann = town.person("new@abbey.example")
        who = {"email": ann.email, "id": f" {ann.id} ", "spaces and case": " NEW@Abbey.example "}

        assert town.desk.people.show(HOST, who[how]).id == ann.id

    @pytest.mark.parametrize(
        "hidden", ["bob@bridge.example", "help@desk.example", "city@board.example"]
    )
    @pytest.mark.parametrize("spelling", ["{}", " {} ", "\t{}\n", "{}".upper()])
    def test_who_is_hidden_is_answered_like_nobody(
        self, town: World, hidden: str, spelling: str
    ) -> None:
        """ROL-02, ENU-06: the same sentence for another site, for support, and for nobody; the try is recorded."""
        boss = signed_in(town, "boss@abbey.example")
        with town.recorded() as events, pytest.raises(NotFound) as found:
            town.desk.people.show(boss, spelling.format(hidden))
        with pytest.raises(NotFound) as absent:
            town.desk.people.show(boss, spelling.format("no" + hidden))

        assert found.value.message == absent.value.message.replace("no" + hidden, hidden)
        assert kinds(events) == [Event.AUTHZ_FAILED]

    def test_a_long_address_elsewhere_is_answered_like_nobody(self, town: World) -> None:
        """ROL-02: the sentence is cut in the same place for both."""
        boss = signed_in(town, "boss@abbey.example")
        local = "x" * 60
        town.person(f"{local}@a-very-long-name-of-a-pharmacy.example", BRIDGE)
        messages = set()
        for host in ("a-very-long-name-of-a-pharmacy", "b-very-long-name-of-a-pharmacy"):
            with pytest.raises(NotFound) as refused:
                town.desk.people.show(boss, f"{local}@{host}.example")
            messages.add(refused.value.message.replace("@b-", "@a-"))

        assert len(messages) == 1

    def test_staff_see_themselves_and_no_colleague(self, town: World) -> None:
        """Rule 9: own account only."""
        ann = signed_in(town, "ann@abbey.example")

        assert town.desk.people.show(ann, "ann@abbey.example").name == "Ann"
        with pytest.raises(NotPermitted):
            town.desk.people.show(ann, "boss@abbey.example")
        with pytest.raises(NotFound):
            town.desk.people.show(ann, "bob@bridge.example")

    def test_an_administrator_sees_a_locum_s_tie_to_the_own_site_only(self, town: World) -> None:
        """ROL-09, rule 11: and that there are others, not which."""
        boss = signed_in(town, "boss@abbey.example")

        lee = town.desk.people.show(boss, "lee@locum.example")
        ann = town.desk.people.show(boss, "ann@abbey.example")

        assert ([tie.site for tie in lee.memberships], lee.elsewhere) == ([ABBEY], True)
        assert ([tie.site for tie in ann.memberships], ann.elsewhere) == ([ABBEY], False)
        assert BRIDGE not in repr(lee)

    def test_support_and_the_person_see_all_ties(self, town: World) -> None:
        """Rule 11: hidden from administrators of one site, not from these."""
        for caller in (
            HOST,
            signed_in(town, "help@desk.example"),
            signed_in(town, "lee@locum.example"),
        ):
            lee = town.desk.people.show(caller, "lee@locum.example")
            assert ([tie.site for tie in lee.memberships], lee.elsewhere) == (
                [ABBEY, BRIDGE],
                False,
            )

    def test_ended_ties_are_history(self, town: World) -> None:
        """Rule 14: not shown among those that hold."""
        with town.store.transaction() as tx:
            lee = tx.people.by_email("lee@locum.example")
            assert lee is not None
            first, second = lee.memberships
            ended = msgspec.structs.replace(second, ended_at=1)
            tx.people.put(msgspec.structs.replace(lee, memberships=(first, ended)))

        summary = town.desk.people.show(HOST, "lee@locum.example")
        assert [tie.site for tie in summary.memberships] == [ABBEY]

    @pytest.mark.parametrize("who", ["", "  ", "nobody", "\x1b[2J@x.example", "x" * 5000])
    def test_nonsense_is_not_found_in_a_harmless_sentence(self, town: World, who: str) -> None:
        """GEN-05: what was typed reaches a terminal again."""
        with pytest.raises(NotFound) as refused:
            town.desk.people.show(HOST, who)

        assert refused.value.message.isprintable()
        assert len(refused.value.message) < 300
