"""The texts that ship with the program are complete, correct, plain, and found by those who look for them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from pomfa_tui.content.faq import Faq, Question, load_faq
from pomfa_tui.content.role_names import role_names
from pomfa_tui.domain.limits import Numbers
from pomfa_tui.settings import Helpdesk, Settings

TITLES = {
    "Set up this terminal",
    "Sign in",
    "Authentication code",
    "Match your phone's clock",
    "Choose a new password",
    "Set up your authenticator",
    "Recovery codes",
    "Choose a site",
    "Home",
    "My account",
    "People",
    "Add a person",
    "Edit person",
    "Person",
    "Reset password",
    "Reset MFA QR code",
    "Activation code",
    "Sites",
    "Link a person",
    "Requests",
    "Audit log",
    "Evidence",
    "Who was affected",
    "Access review",
    "Help",
    "Contact us",
    "No administrator here",
}
"""Every title a screen may have."""

FIRST_NAMES = """
    aaron abdul abigail adam ahmed aisha alan alex alexander alice ali amanda amelia amir amy andrea andrew angela anita ann anna
    anne anthony arjun art asha barbara ben bill bob brian bruce cara carol carole caroline chase chloe chris christian
    christine claire colin connor daisy dan daniel darren david dawn dean deborah diane dominic donna duncan ed elizabeth ellie
    emily emma ethan eve faith farah fatima felicity florence frances frank gareth gary gemma gene george grace graham grant
    guy hannah harry hassan heather heidi helen henry hope ian imran iris isabel ivy jack jacob james jane jasmine jason jay
    jean jenny jill jo joan joe john jordan joseph joy judith julia june justin karen kate keith kelly ken kim lance laura lee
    leo lesley lily linda lisa lucy luke lynn major malcolm marcus maria mark mary matthew max may mia michael mohammed mona
    muhammad nadia natalie neil nicola nigel nina noah norma olivia omar oscar pam pat patience patricia paul penny peter phil
    poppy prince priya prudence rachel rajesh ray rebecca richard rob robert robin rosa rose rosemary ross roy ruby ruth ryan
    sally sam samantha sandra sara sarah scott sean shane sharon simon sky sofia sophie stephen sterling steve sue summer
    susan suzanne tara ted teresa thomas tim till tom tony tracy trevor usman vera veronica victor victoria vincent wayne wei
    wendy will william woody yasmin yusuf zac zainab zara zoe
"""


@pytest.fixture
def settings() -> Settings:
    """Provide settings as they ship."""
    return Settings(data_dir=Path("/srv/data"), key_file=Path("/srv/keys/master.key"))


@pytest.fixture
def faq(settings: Settings) -> Faq:
    """Provide the questions as people see them."""
    return load_faq().filled(settings.facts())


def by_id(faq: Faq, name: str) -> Question:
    """Return one question."""
    return next(question for question in faq.questions if question.id == name)


def ids(questions: tuple[Question, ...]) -> list[str]:
    """Return the names of questions, in their order."""
    return [question.id for question in questions]


# -- Shared mailboxes ---------------------------------------------------------------------------


def test_the_list_of_shared_mailboxes_is_long_and_in_the_form_it_is_looked_up_in() -> None:
    names = role_names()

    assert len(names) >= 80
    assert all(re.fullmatch(r"[a-z]{3,}", name) for name in names)


def test_no_name_stands_in_the_list_twice() -> None:
    text = Path(__file__).parent.parent / "pomfa_tui" / "content" / "role_mailboxes.txt"
    lines = [line for line in text.read_text("utf-8").splitlines() if line and line[0] != "#"]

    assert sorted(lines) == sorted(role_names())


@pytest.mark.parametrize(
    "name",
    [
        "info",
        "pharmacy",
        "dispensary",
        "manager",
        "shop",
        "counter",
        "reception",
        "admin",
        "office",
        "team",
        "enquiries",
        "orders",
        "prescriptions",
        "locum",
        "locums",
        "pharmacist",
        "support",
        "helpdesk",
        "contact",
        "noreply",
        "postmaster",
        "staff",
        "superintendent",
    ],
)
def test_the_usual_shared_mailboxes_are_in_the_list(name: str) -> None:
    assert name in role_names()


def test_nobody_is_called_like_a_shared_mailbox() -> None:
    """A person's own address must not be refused because of their name."""
    assert role_names().isdisjoint(FIRST_NAMES.split())


def test_the_list_is_read_once() -> None:
    assert role_names() is role_names()


# -- Questions and answers ----------------------------------------------------------------------


def test_there_are_twenty_and_more_questions_each_under_a_heading() -> None:
    faq = load_faq()

    assert len(faq.questions) >= 20
    assert len(set(ids(faq.questions))) == len(faq.questions)
    assert [q for group in faq.groups for q in faq.of_group(group.id)] == list(faq.questions)
    assert all(faq.of_group(group.id) for group in faq.groups)


def test_every_question_fits_a_screen_that_exists() -> None:
    for question in load_faq().questions:
        assert question.screens, question.id
        assert set(question.screens) <= TITLES, question.id
        assert len(set(question.screens)) == len(question.screens), question.id


@pytest.mark.parametrize(
    "title",
    ["Sign in", "Authentication code", "Set up your authenticator", "No administrator here"],
)
def test_people_who_are_stuck_before_they_are_in_find_help_for_that_screen(title: str) -> None:
    found = load_faq().for_screen(title)

    assert len(found) >= 4
    fitting = [each for each in load_faq().questions if title in set(each.screens)]
    assert set(found) >= set(fitting)
    assert found[0].id == load_faq().opens_at[title]


def test_help_opens_at_a_question_that_exists() -> None:
    """Rule 28: from every screen that is named, and at another one when something has just happened there."""
    faq = load_faq()
    assert set(faq.opens_at.values()) <= set(ids(faq.questions))
    assert faq.for_screen("Authentication code")[0].id == "code-refused"
    assert faq.for_screen("Authentication code", "phone-clock")[0].id == "phone-clock"
    assert faq.for_screen("Are you sure?") == ()


def test_texts_are_short_plain_and_shown_on_any_terminal(faq: Faq) -> None:
    """A monochrome console without UTF-8 shows ASCII and nothing else."""
    for question in faq.questions:
        assert question.question.isascii(), question.id
        assert question.answer.isascii(), question.id
        assert len(question.question) <= 64, question.id
        assert 10 <= len(question.answer.split()) <= 85, question.id
        assert "{" not in question.question + question.answer, question.id
        assert "  " not in question.answer, question.id
        assert "`" not in question.answer, question.id
        assert question.answer.endswith("."), question.id
        assert question.keywords, question.id


def test_every_fact_that_a_text_names_comes_from_the_settings(settings: Settings) -> None:
    named: set[str] = set()
    for question in load_faq().questions:
        named.update(re.findall(r"\{(\w+)\}", question.question + question.answer))

    assert named <= set(settings.facts())
    assert {"contact_page", "helpdesk_email", "helpdesk_phone"} <= named


def test_a_fact_that_is_missing_is_not_papered_over() -> None:
    with pytest.raises(KeyError):
        load_faq().filled({})


def test_the_helpdesk_is_named_as_the_settings_have_it(settings: Settings) -> None:
    """Rule 29: no text holds a telephone number or an address of its own."""
    raw = " ".join(question.question + question.answer for question in load_faq().questions)
    assert not re.search(r"\d{4,}|0\d{2,} |phpartnership|@(?!nhs\.net\b)\w", raw)

    helpdesk = Helpdesk(contact_page="the intranet", email="desk@example.org", phone="01632 960123")
    faq = load_faq().filled(replace(settings, helpdesk=helpdesk).facts())

    answer = by_id(faq, "no-administrator").answer
    assert "the intranet, desk@example.org or 01632 960123" in answer


def test_numbers_follow_the_settings(settings: Settings) -> None:
    numbers = Numbers(
        soft_lock_failures=5,
        nhsmail_per_site=12,
        idle_minutes=1,
        activation_hours=1,
        audit_months=18,
    )
    faq = load_faq().filled(replace(settings, limits=numbers).facts())

    assert "After 5 wrong tries in a row, wait 15 minutes" in by_id(faq, "locked-out").answer
    assert "Up to 12 personal NHSmail accounts" in by_id(faq, "ten-nhsmail").answer
    assert "left alone for 1 minute signs out" in by_id(faq, "signed-out").answer
    assert "once and for 1 hour," in by_id(faq, "activation-code").answer
    assert "It is kept for 18 months" in by_id(faq, "what-is-recorded").answer
    assert (
        "kept for 12 months"
        in by_id(load_faq().filled(settings.facts()), "what-is-recorded").answer
    )


def test_a_brace_in_a_configured_text_is_shown_as_it_is(settings: Settings) -> None:
    helpdesk = Helpdesk(contact_page="{issuer} {nonsense} {0}")
    faq = load_faq().filled(replace(settings, helpdesk=helpdesk).facts())

    assert "{issuer} {nonsense} {0}" in by_id(faq, "no-administrator").answer


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("activation-code", ["on a slip of paper", "never sent by e-mail", "24 hours", "once"]),
        ("shared-login", ["No.", "pharmacy.ODS-code@nhs.net"]),
        ("no-nhsmail", ["Any address that only you read"]),
        ("ten-nhsmail", ["Up to 10 personal", "nhs.uk", "helpdesk"]),
        ("code-life", ["30 seconds", "60", "works once"]),
        ("code-refused", ["right entry", "used already", "clock", "last reset"]),
        ("no-phone", ["yours alone", "setup key"]),
        (
            "who-can-reset",
            ["commissioner", "two or more", "only the helpdesk", "Nobody resets their own"],
        ),
        (
            "asked-before-reset",
            ["in person", "known to", "number on record", "another administrator"],
        ),
        ("after-a-reset", ["signed out everywhere", "activation code", "recovery codes are dead"]),
        ("forgotten-password", ["activation code", "code from your authenticator"]),
        (
            "locked-out",
            ["After 10 wrong", "15 minutes", "5 further", "60 minutes", "After 100 wrong"],
        ),
        ("signed-out", ["5 minutes", "60 seconds", "8 hours", "3 terminals"]),
        ("recovery-codes", ["10 numbered codes", "password and then", "works once"]),
        ("no-administrator", ["helpdesk@phpartnership.com", "0345 450 6279", "ODS code", "GPhC"]),
        ("locum-several-sites", ["One.", "switch without another code", "helpdesk links you"]),
        ("emergency-locum", ["midnight", "7 days and 1 day"]),
        ("only-administrator", ["cannot be removed", "the helpdesk can, with a reason"]),
        ("leaver", ["history stays", "long leave, disable"]),
        ("other-codes", ["three separate things"]),
        ("no-signal", ["without any connection"]),
        ("password-refused", ["at least 12 characters", "never runs out"]),
    ],
)
def test_an_answer_says_what_the_rules_say(faq: Faq, name: str, facts: list[str]) -> None:
    answer = " ".join(by_id(faq, name).answer.split())

    assert [fact for fact in facts if fact not in answer] == []


def test_nothing_speaks_of_what_was_deliberately_not_built(faq: Faq) -> None:
    """PWD-11: no secret word, no hint, no security question, no code by e-mail, no switching off."""
    shown = " ".join(question.question + " " + question.answer for question in faq.questions)

    assert not re.search(
        r"secret word|hint|security question|by text message|turn off|switch off MFA", shown
    )
    assert "Authorisation" not in shown


# -- Searching ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("lost phone", "lost-phone"),
        ("LOST my PHONE!", "lost-phone"),
        ("new phone", "new-phone"),
        ("forgotten", "forgotten-password"),
        ("locked", "locked-out"),
        ("unlock", "locked-out"),
        ("barcode", "qr-will-not-scan"),
        ("scan", "qr-will-not-scan"),
        ("code refused", "code-refused"),
        ("wrong code", "code-refused"),
        ("e-mail", "no-nhsmail"),
        ("email", "no-nhsmail"),
        ("gmail", "no-nhsmail"),
        ("Wi-Fi", "no-signal"),
        ("wifi", "no-signal"),
        ("locum", "locum-several-sites"),
        ("emergency locum", "emergency-locum"),
        ("smartcard", "other-codes"),
        ("secret word", "asked-before-reset"),
        ("slip", "activation-code"),
        ("holiday", "no-administrator"),
        ("leaver", "leaver"),
        ("dspt", "access-review"),
        ("phishing", "somebody-asks"),
        ("2fa", "why-a-code"),
    ],
)
def test_people_find_the_answer_with_their_own_words(faq: Faq, typed: str, first: str) -> None:
    assert ids(faq.search(typed))[0] == first


def test_every_typed_word_must_occur(faq: Faq) -> None:
    assert ids(faq.search("phone"))
    assert ids(faq.search("phone submarine")) == []


def test_the_question_comes_before_the_keywords_and_those_before_the_answer() -> None:
    def entry(name: str, question: str, keyword: str, answer: str) -> Question:
        return Question(name, "g", question, answer, (keyword,), ("Help",))

    faq = Faq(
        groups=(),
        questions=(
            entry("in-answer", "Other?", "other", "Something about a badger."),
            entry("in-keywords", "Other?", "badger", "Other."),
            entry("nowhere", "Other?", "other", "Other."),
            entry("in-question", "Where is the badger?", "other", "Other."),
            entry("across", "A badger?", "other", "Its sett."),
        ),
    )

    assert ids(faq.search("badger")) == ["in-question", "across", "in-keywords", "in-answer"]
    assert ids(faq.search("badger sett")) == ["across"]


def test_half_a_word_is_enough_from_its_beginning(faq: Faq) -> None:
    assert "forgotten-password" in ids(faq.search("forgot"))
    assert ids(faq.search("otten")) == []


@pytest.mark.parametrize("nothing", ["", "   ", "?!", "-"])
def test_without_a_word_everything_is_listed(faq: Faq, nothing: str) -> None:
    assert faq.search(nothing) == faq.questions


@pytest.mark.parametrize("odd", ["[@click=app.quit]x[/]", "\x1b[2J", "(", "\\", "*", "a" * 10_000])
def test_odd_characters_are_only_characters(faq: Faq, odd: str) -> None:
    """GEN-05: what is typed is never a pattern."""
    assert set(faq.search(odd)) <= set(faq.questions)


def test_the_questions_are_read_once() -> None:
    assert load_faq() is load_faq()
