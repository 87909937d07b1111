"""What is kept about somebody is given to them, and a leaver can be made unknown while the trail stays."""

from __future__ import annotations

import json

import pytest

from pomfa_tui.domain.audit import Event
from pomfa_tui.domain.errors import BadInput, NotFound, NotPermitted, Refusal
from pomfa_tui.domain.people import PersonState
from pomfa_tui.services.access import Caller
from pomfa_tui.services.linking import Link
from pomfa_tui.services.person_edits import PersonEdit
from pomfa_tui.services.privacy import as_text
from pomfa_tui.services.request_filing import NewRequest
from tests.house import ABBEY, BRIDGE, HOST
from tests.office import REASON, Picture, why
from tests.world import World


class TestOwnData:
    """UK GDPR Art. 15."""

    def test_everybody_gets_what_is_kept_about_them(self, world: World) -> None:
        """PRI-04: account, ties, factors without secrets, sessions, records; and nothing of others."""
        ann = world.person("ann@abbey.example", name="Ann")
        other = world.person("other@abbey.example", name="Other")
        world.sign_in(other)
        token = world.sign_in(ann)
        data = world.desk.office.privacy.own_data(token)
        assert data["person"]["email"] == "ann@abbey.example"
        assert [each["site"] for each in data["memberships"]] == [ABBEY]
        assert data["factors"]["recovery_codes_left"] == 10
        assert len(data["sessions"]) == 1
        events = [each["event"] for each in data["records"]]
        assert "authn_login_success" in events
        assert events[-1] == "audit_read"
        assert other.id not in as_text(data)

    def test_no_secret_is_in_it(self, world: World) -> None:
        """AUD-04: no hash, no sealed secret, no code."""
        ann = world.person("ann@abbey.example")
        text = as_text(world.desk.office.privacy.own_data(world.sign_in(ann)))
        credentials = world.credentials(ann)
        assert credentials.password is not None
        assert credentials.authenticator is not None
        for secret in (credentials.password.hash, credentials.authenticator.sealed):
            assert secret not in text
        assert not any(code.hash in text for code in credentials.recovery)

    def test_it_takes_a_fresh_code_and_is_recorded(self, world: World) -> None:
        """Rule 22, AUD-07."""
        ann = world.person("ann@abbey.example")
        token = world.sign_in(ann)
        assert world.desk.office.privacy.save_own_data(token) == "exports/my-data.json"
        assert json.loads(world.exports.files["my-data.json"])["person"]["id"] == ann.id
        event = world.events()[-1]
        assert (event.event, event.reason, event.subject) == (
            Event.AUDIT_READ,
            "personal_data",
            ann.id,
        )
        world.clock.advance(minutes=4)
        world.desk.sessions.touch(token)
        world.clock.advance(minutes=2)
        with pytest.raises(Refusal) as refused:
            world.desk.office.privacy.own_data(token)
        assert refused.value.code == "step_up_needed"

    def test_support_gives_it_to_who_asks_and_administrators_do_not(self, world: World) -> None:
        """Rule 11: an administrator would learn of other sites."""
        lee = world.person("lee@locum.example", ABBEY, BRIDGE)
        helper = world.sign_in(world.person("help@desk.example", role="support"))
        for caller in (HOST, helper):
            data = world.desk.office.privacy.data_of(caller, lee.email)
            assert [each["site"] for each in data["memberships"]] == [ABBEY, BRIDGE]
        boss = world.sign_in(world.person("boss@abbey.example", role="admin"))
        with pytest.raises(NotPermitted):
            world.desk.office.privacy.data_of(boss, lee.email)


class TestErasing:
    """UK GDPR Art. 17(3): the trail stays."""

    def test_a_leaver_becomes_unknown_and_the_trail_stays(self, world: World) -> None:
        """PRI-04: neither name nor address is in any document; the log still follows and names the id."""
        ann = world.person("ann@abbey.example", name="Ann Gone")
        boss = world.person("boss@abbey.example", role="admin", name="Bo Ss")
        world.sign_in(ann)
        world.desk.office.states.leave(HOST, ann.id, REASON)
        with world.recorded() as events:
            person = world.desk.office.privacy.erase(HOST, ann.id, "asked for it")
        assert (person.name, person.state) == ("Erased person", PersonState.LEFT)
        text = repr(Picture.of(world).documents).casefold()
        assert "ann@abbey.example" not in text
        assert "ann gone" not in text
        assert [(each.event, each.reason, each.subject) for each in events] == [
            (Event.USER_ARCHIVED, "erased", ann.id)
        ]
        assert world.desk.audit.verify(HOST).ok
        assert any(event.subject == ann.id for event in world.events())
        assert world.account(boss).name == "Bo Ss"

    def test_notices_to_others_forget_the_name_too(self, world: World) -> None:
        """PRI-04: who did it was an administrator who has left since."""
        boss = world.person("boss@abbey.example", role="admin", name="Bo Ss")
        world.person("two@abbey.example", role="admin")
        jo = world.person("jo@abbey.example")
        world.desk.office.resets.reset_mfa(world.sign_in(boss), jo.id, why())
        world.desk.office.states.leave(HOST, boss.id, REASON)
        world.desk.office.privacy.erase(HOST, boss.id, REASON)
        assert [each.by for each in world.account(jo).notices] == ["a former colleague"]

    def test_requests_they_closed_at_the_helpdesk_forget_their_name(self, world: World) -> None:
        """PRI-04: who closed it stays on record by the identifier."""
        helper = world.person("help@desk.example", role="support", name="Hel Per")
        new = NewRequest("other", "Ann", "ann@abbey.example", "020 7946 0000", note="Which app?")
        number = world.desk.filing.file(None, new)
        world.desk.requests.close(world.sign_in(helper), number, "done")
        world.desk.office.states.leave(HOST, helper.id, REASON)
        world.desk.office.privacy.erase(HOST, helper.id, REASON)
        closing = world.desk.requests.show(HOST, number).closing
        assert closing is not None
        assert (closing.by, closing.name) == (helper.id, "a former colleague")

    def test_who_was_erased_is_never_given_a_name_or_a_site_again(self, world: World) -> None:
        """PRI-04, rule 14: neither an edit nor a link brings them back; they would be added as somebody new."""
        ann = world.person("ann@abbey.example", name="Ann Gone")
        world.desk.office.states.leave(HOST, ann.id, REASON)
        with pytest.raises(BadInput) as left:
            world.desk.office.changes.edit(HOST, ann.id, PersonEdit(name="Ann Back"))
        assert "has left" in left.value.message
        world.desk.office.privacy.erase(HOST, ann.id, REASON)
        with pytest.raises(BadInput):
            world.desk.office.changes.edit(HOST, ann.id, PersonEdit(name="Ann Back"))
        with pytest.raises(BadInput) as erased:
            world.desk.office.links.link(HOST, ann.id, Link(BRIDGE, "staff", "dispenser"), why())
        assert "was erased" in erased.value.message
        assert world.desk.people.details(HOST, ann.id).deeds == ()

    def test_the_address_is_free_for_somebody_new(self, world: World) -> None:
        """Rule 1."""
        ann = world.person("ann@abbey.example")
        world.desk.office.states.leave(HOST, ann.id, REASON)
        world.desk.office.privacy.erase(HOST, ann.id, REASON)
        world.person("ann@abbey.example")

    def test_only_leavers_are_erased_and_only_once(self, world: World) -> None:
        """Whoever still has access is let go first."""
        ann = world.person("ann@abbey.example")
        erase = world.desk.office.privacy.erase
        for state in (PersonState.ACTIVE, PersonState.DISABLED, PersonState.INVITED):
            world.set_person(ann, state=state)
            with pytest.raises(BadInput):
                erase(HOST, ann.id, REASON)
        world.set_person(ann, state=PersonState.LEFT)
        with pytest.raises(BadInput):
            erase(HOST, ann.id, " ")
        erase(HOST, ann.id, REASON)
        with pytest.raises(BadInput):
            erase(HOST, ann.id, REASON)

    @pytest.mark.parametrize("role", ["staff", "admin", "commissioner"])
    def test_nobody_but_support_erases(self, world: World, role: str) -> None:
        """ROL-02: to administrators somebody who has left is nobody."""
        ann = world.person("ann@abbey.example")
        world.desk.office.states.leave(HOST, ann.id, REASON)
        caller: Caller = world.sign_in(world.person("jo@abbey.example", role=role))
        with pytest.raises((NotFound, NotPermitted)):
            world.desk.office.privacy.erase(caller, ann.id, REASON)
        assert world.account(ann).email == "ann@abbey.example"
