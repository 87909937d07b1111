"""Settings come from the right place, and nothing that cannot be used starts the program."""

from __future__ import annotations

import importlib
import os
import re
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import FrozenInstanceError, replace
from pathlib import Path

import pytest

import pomfa_tui.settings
from pomfa_tui.domain.errors import UnsafeEnvironment, WrongUsage
from pomfa_tui.domain.limits import LIMITS, Numbers
from pomfa_tui.settings import HandOver, Helpdesk, Settings, Terminal
from pomfa_tui.settings.configfile import LARGEST
from pomfa_tui.settings.meanings import LIMIT_MEANINGS
from pomfa_tui.settings.relations import ARGON2_FLOOR, contradictions
from pomfa_tui.settings.rows import ROWS

ROOT = Path(__file__).parent.parent
NOBODY = 65534
HEAVY = {"textual", "msgspec", "tinydb", "argon2", "cryptography", "platformdirs", "tomllib"}

Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def no_system_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep this machine's own configuration out of the tests."""
    monkeypatch.setattr(pomfa_tui.settings, "SYSTEM_CONFIG", tmp_path / "etc" / "config.toml")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a configuration file and return its path."""

    def write(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)
        return path

    return write


@contextmanager
def without_root() -> Iterator[None]:
    """Go on without root's rights, which would read anything."""
    # Loaded late otherwise, and not to be found where Python itself lies in root's home.
    for late in ("encodings.utf_8_sig", "grp", "pwd", "shlex", "tomllib"):
        importlib.import_module(late)
    ours = os.geteuid()
    if ours == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(ours)


def make_foreign(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file belong to neither root nor this account."""
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)
    else:
        theirs = os.geteuid() + 1
        monkeypatch.setattr(os, "geteuid", lambda: theirs)


def load(config: Path | None = None, environ: dict[str, str] | None = None) -> Settings:
    """Load with places that suit every test."""
    return Settings.load(config, Path("/srv/data"), Path("/srv/keys/master.key"), environ or {})


def refusal(path: Path) -> str:
    """Return the sentence with which a file is refused as wrong usage."""
    with pytest.raises(WrongUsage) as caught:
        load(path)
    message = caught.value.message
    assert caught.value.exit_code == 2
    assert str(path) in message
    assert "\n" not in message
    assert message.isprintable()
    assert len(message) < 400
    return message


# -- Where things come from ---------------------------------------------------------------------


def test_without_a_file_everything_has_its_default() -> None:
    settings = load()

    assert settings == Settings(data_dir=Path("/srv/data"), key_file=Path("/srv/keys/master.key"))
    assert settings.limits == Numbers()
    assert settings.config is None
    assert settings.store == "tinydb"
    assert settings.issuer == "PharmOutcomes"
    assert settings.terminal == Terminal(site=None, theme="default", animation=False)
    assert settings.handover == HandOver((), "Pharmacy program", "home", 2)
    assert settings.printing == ()


def test_the_default_ways_to_the_helpdesk_are_those_of_the_guidance() -> None:
    assert load().helpdesk == Helpdesk(
        contact_page="Contact Us page on PharmOutcomes",
        email="helpdesk@phpartnership.com",
        phone="0345 450 6279",
    )


def test_a_file_sets_every_kind_of_key(write: Write) -> None:
    path = write(
        """
        [store]
        data_dir = "/var/lib/pomfa"
        key_file = "/etc/pomfa-tui/keys/master.key"
        store = "tinydb"
        [limits]
        idle_minutes = 2
        [totp]
        issuer = "Chemist & Söhne"
        [help]
        contact_page = "intranet page"
        email = "desk@example.org"
        phone = "01632 960123"
        [terminal]
        site = "fz101"
        theme = "high-contrast"
        animation = true
        [handover]
        command = ["/usr/bin/desk", "--title", ""]
        name = "The desk"
        start = "at-once"
        grace_seconds = 10
        [printing]
        command = ["lp", "-d", "counter"]
        """
    )

    settings = Settings.load(path, None, None, {})

    assert settings == Settings(
        data_dir=Path("/var/lib/pomfa"),
        key_file=Path("/etc/pomfa-tui/keys/master.key"),
        config=path,
        limits=replace(Numbers(), idle_minutes=2),
        issuer="Chemist & Söhne",
        helpdesk=Helpdesk("intranet page", "desk@example.org", "01632 960123"),
        terminal=Terminal(site="FZ101", theme="high-contrast", animation=True),
        handover=HandOver(("/usr/bin/desk", "--title", ""), "The desk", "at-once", 10),
        printing=("lp", "-d", "counter"),
    )


def test_the_command_line_comes_before_the_environment_and_that_before_the_file(
    write: Write,
) -> None:
    path = write('[store]\ndata_dir = "/file/data"\nkey_file = "/file/keys/key"')
    environ = {"POMFA_DATA_DIR": "/environ/data", "POMFA_KEY_FILE": "/environ/keys/key"}

    by_file = Settings.load(path, None, None, {})
    by_environ = Settings.load(path, None, None, environ)
    by_flag = Settings.load(path, Path("/flag/data"), Path("/flag/keys/key"), environ)

    assert (by_file.data_dir, by_file.key_file) == (Path("/file/data"), Path("/file/keys/key"))
    assert by_environ.data_dir == Path("/environ/data")
    assert by_environ.key_file == Path("/environ/keys/key")
    assert (by_flag.data_dir, by_flag.key_file) == (Path("/flag/data"), Path("/flag/keys/key"))


def test_the_file_is_named_by_flag_then_by_environment_then_by_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {name: tmp_path / f"{name}.toml" for name in ("flag", "environ", "system")}
    for name, path in files.items():
        path.write_text(f'[totp]\nissuer = "{name}"', encoding="utf-8")
        path.chmod(0o600)
    monkeypatch.setattr(pomfa_tui.settings, "SYSTEM_CONFIG", files["system"])
    environ = {"POMFA_CONFIG": str(files["environ"])}

    assert load(files["flag"], environ).issuer == "flag"
    assert load(environ=environ).issuer == "environ"
    assert load().issuer == "system"
    assert load().config == files["system"]


def test_an_empty_variable_counts_as_not_set() -> None:
    environ = {"POMFA_CONFIG": "", "POMFA_DATA_DIR": "", "POMFA_KEY_FILE": ""}

    assert load(environ=environ) == load()


def test_a_relative_place_on_the_command_line_starts_at_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    settings = Settings.load(None, Path("data"), None, {"POMFA_KEY_FILE": "keys/master.key"})

    assert settings.data_dir == tmp_path / "data"
    assert settings.key_file == tmp_path / "keys" / "master.key"


def test_a_relative_place_is_refused_when_the_current_folder_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    with pytest.raises(WrongUsage, match="current folder is gone"):
        Settings.load(None, Path("data"), None, {})


def test_the_default_data_and_key_lie_in_different_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """STO-04: also where an account keeps data and configuration in one place."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    settings = Settings.load(None, None, None, {})

    assert settings.data_dir == tmp_path / "pomfa-tui" / "data"
    assert settings.key_file == tmp_path / "pomfa-tui" / "keys" / "master.key"


def test_an_account_without_a_home_must_name_the_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_data_path", lambda _: Path("~/.local/share/pomfa-tui"))

    with pytest.raises(WrongUsage, match="no home folder: name a place with --data"):
        Settings.load(None, None, Path("/srv/keys/master.key"), {})


@pytest.mark.parametrize(
    "key",
    ["/srv/data/master.key", "/srv/data/deep/down/master.key", "/srv/x/../data/key", "/srv/data"],
)
def test_a_key_inside_the_data_folder_is_refused(key: str) -> None:
    """STO-04: whoever copies the data folder must not get the key as well."""
    with pytest.raises(WrongUsage, match="lies in the data folder /srv/data: name a place outside"):
        Settings.load(None, Path("/srv/data"), Path(key), {})


def test_a_key_that_a_link_leads_into_the_data_folder_is_refused(tmp_path: Path) -> None:
    """STO-04: the name may lie outside while the file does not."""
    (tmp_path / "data").mkdir()
    (tmp_path / "keys").symlink_to(tmp_path / "data")

    with pytest.raises(WrongUsage, match="lies in the data folder"):
        Settings.load(None, tmp_path / "data", tmp_path / "keys" / "master.key", {})


def test_the_data_folder_may_lie_beside_the_key_and_below_its_folder(tmp_path: Path) -> None:
    settings = Settings.load(None, tmp_path / "data", tmp_path / "master.key", {})

    assert settings.key_file.parent == tmp_path


def test_settings_cannot_be_changed_later() -> None:
    with pytest.raises(FrozenInstanceError):
        load().store = "other"  # type: ignore[misc]


def test_texts_may_name_the_helpdesk_the_issuer_and_every_number() -> None:
    facts = load().facts()

    assert facts["helpdesk_phone"] == "0345 450 6279"
    assert facts["helpdesk_email"] == "helpdesk@phpartnership.com"
    assert facts["contact_page"] == "Contact Us page on PharmOutcomes"
    assert facts["issuer"] == "PharmOutcomes"
    assert {name: facts[name] for name in LIMITS} == {
        name: str(limit.default) for name, limit in LIMITS.items()
    }


# -- What a file may not hold -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[limit]", "unknown table [limit]: perhaps limits is meant"),
        ("[colours]", "unknown table [colours]"),
        ("[limits]\npasword_min = 12", "unknown key pasword_min in [limits]: perhaps password_min"),
        ("[limits]\nPASSWORD_MIN = 12", "unknown key PASSWORD_MIN in [limits]: perhaps password_m"),
        ("[help]\nfax = '1'", "unknown key fax in [help]"),
        ("[store]\ntheme = 'default'", "has theme in [store]: it belongs in [terminal]"),
        ("idle_minutes = 3", "has idle_minutes outside any table: it belongs in [limits]"),
        ("store = 'postgresql://h/x'", "has store outside any table: it belongs in [store]"),
        ("limits = 3", "has limits as a whole number, but it must be a table, written [limits]"),
        ("[[limits]]\nidle_minutes = 3", "has limits as a list, but it must be a table"),
        (
            "limits.idle_minutes.x = 3",
            "idle_minutes in [limits] must be a whole number, not a table",
        ),
    ],
)
def test_what_has_no_row_is_refused_by_name(write: Write, text: str, sentence: str) -> None:
    assert sentence in refusal(write(text))


def test_a_wild_name_is_shown_cut_and_harmless(write: Write) -> None:
    """GEN-05: a name from a file is text from outside like any other."""
    message = refusal(write(f'"\\u001b[31m\\u202e{"x" * 500}" = 1'))

    assert "\N{REPLACEMENT CHARACTER}[31m\N{REPLACEMENT CHARACTER}xxx" in message


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "[limits]\nidle_minutes = '5'",
            "idle_minutes in [limits] must be a whole number, not a text",
        ),
        ("[limits]\nidle_minutes = 5.0", "not a number with a decimal point"),
        ("[limits]\nidle_minutes = nan", "not a number with a decimal point"),
        ("[limits]\nidle_minutes = true", "not true or false"),
        ("[limits]\nidle_minutes = [5]", "not a list"),
        ("[limits]\nidle_minutes = 2026-01-01", "not a date or time"),
        (f"[limits]\nidle_minutes = 0x{'F' * 6000}", "and this one is far too large"),
        ("[store]\ndata_dir = 1", "data_dir in [store] must be a text in quotes"),
        ("[store]\ndata_dir = 'relative/data'", "data_dir in [store] must be an absolute path"),
        ("[store]\ndata_dir = '~/data'", "data_dir in [store] must be an absolute path"),
        ("[store]\nkey_file = ''", "key_file in [store] must be an absolute path"),
        ('[store]\nkey_file = "/a\\u0000b"', "key_file in [store] must be an absolute path"),
        ("[store]\nstore = 'mysql'", 'store in [store] must be "tinydb"'),
        (
            "[totp]\nissuer = ''",
            "issuer in [totp] must be one line of 1 to 32 printable characters",
        ),
        (f"[totp]\nissuer = '{'x' * 33}'", "issuer in [totp] must be one line of 1 to 32"),
        ("[totp]\nissuer = ' x'", "issuer in [totp] must be one line of 1 to 32"),
        ('[totp]\nissuer = "a\\nb"', "issuer in [totp] must be one line of 1 to 32"),
        ('[totp]\nissuer = "a\\u202eb"', "issuer in [totp] must be one line of 1 to 32"),
        ("[totp]\nissuer = 'Pharm:Outcomes'", "issuer in [totp] must not hold the character :"),
        ("[help]\nemail = ''", "email in [help] must be one line of 1 to 100"),
        (f"[help]\nphone = '{'0' * 41}'", "phone in [help] must be one line of 1 to 40"),
        ("[terminal]\nsite = 'FFFFF'", "site in [terminal] cannot be used: FFFFF is the national"),
        ("[terminal]\nsite = 'A1B2C'", "site in [terminal] cannot be used: That is a head office"),
        ("[terminal]\nsite = 7", "site in [terminal] must be a text in quotes"),
        ("[terminal]\ntheme = 'dark'", 'theme in [terminal] must be "default" or "high-contrast"'),
        (
            "[terminal]\nanimation = 0",
            "animation in [terminal] must be true or false without quotes",
        ),
        ("[terminal]\nanimation = 'no'", "animation in [terminal] must be true or false"),
        ("[handover]\ncommand = '/bin/desk -x'", "command in [handover] must be a list of texts"),
        ("[handover]\ncommand = ['/bin/desk', 1]", "must be a list of texts and nothing else"),
        ("[printing]\ncommand = 'lp'", "command in [printing] must be a list of texts"),
        ("[handover]\ncommand = ['']", "must begin with a program's full path"),
        ("[handover]\ncommand = ['./desk']", "must begin with a program's full path"),
        ('[handover]\ncommand = ["/bin/desk", "\\u0000"]', "must not hold the character NUL"),
        (f"[handover]\ncommand = {['x'] * 65}", "must be at most 64 texts"),
        (f"[handover]\ncommand = ['x', '{'y' * 4097}']", "texts of at most 4096 characters"),
        (f"[handover]\nname = '{'x' * 26}'", "name in [handover] must be one line of 1 to 25"),
        ("[handover]\nstart = 'now'", 'start in [handover] must be "home" or "at-once"'),
        ("[handover]\ngrace_seconds = 0", "grace_seconds in [handover] must be 1 to 10"),
        ("[handover]\ngrace_seconds = 11", "grace_seconds in [handover] must be 1 to 10"),
        ("[handover]\ngrace_seconds = 2.0", "must be a whole number, not a number with"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_key(
    write: Write, text: str, sentence: str
) -> None:
    assert sentence in refusal(write(text))


@pytest.mark.parametrize(
    "text",
    [
        f"[totp]\nissuer = '{'x' * 32}'",
        f"[help]\ncontact_page = '{'x' * 100}'\nemail = 'x'\nphone = '{'0' * 40}'",
        f"[store]\ndata_dir = '/{'x' * 200}'",
        f"[handover]\ncommand = {['x'] * 64}",
        f"[handover]\ncommand = ['x', '{'y' * 4096}']",
        "[handover]\ncommand = []",
        "[limits]",
        "",
    ],
)
def test_a_value_that_just_fits_is_taken(write: Write, text: str) -> None:
    assert load(write(text)).config is not None


def test_postgresql_is_refused_for_now_without_repeating_its_password(write: Write) -> None:
    """STO-12: a connection text holds a password more often than not."""
    message = refusal(write("[store]\nstore = 'postgresql://desk:geheim@db/pomfa'"))

    assert "names PostgreSQL, which this version cannot use yet" in message
    assert "geheim" not in message


@pytest.mark.parametrize("name", LIMITS)
def test_each_number_may_lie_on_its_bounds_and_not_beyond(write: Write, name: str) -> None:
    """PWD-01, TOTP-04: outside the hard bounds the program refuses to start and says which."""
    limit = LIMITS[name]
    for value in (limit.low - 1, limit.high + 1):
        assert f"{name} = {value} is outside {limit.low} to {limit.high} {limit.unit}" in refusal(
            write(f"[limits]\n{name} = {value}")
        )
    for value in (limit.low, limit.high):
        numbers = replace(Numbers(), **{name: value})
        assert numbers.outside_bounds() == []
        if not list(contradictions(numbers)):
            assert load(write(f"[limits]\n{name} = {value}")).limits == numbers


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "idle_minutes = 1\nidle_warning_seconds = 60",
            "idle_warning_seconds = 60 must be less than idle_minutes = 1, which is 60 seconds",
        ),
        (
            "idle_minutes = 2\nidle_warning_seconds = 120",
            "idle_warning_seconds = 120 must be less than idle_minutes = 2, which is 120 seconds",
        ),
        (
            "soft_lock_minutes_1 = 31",
            "soft_lock_minutes_1 = 31 must not be more than soft_lock_minutes_2 = 30",
        ),
        (
            "soft_lock_minutes_3 = 29",
            "soft_lock_minutes_2 = 30 must not be more than soft_lock_minutes_3 = 29",
        ),
        (
            "recovery_codes = 5\nrecovery_low = 5",
            "recovery_low = 5 must be less than recovery_codes = 5",
        ),
        (
            "hash_memory = 19455",
            "hash_memory = 19455 is below the OWASP floor, which is 19456 KiB with hash_time = 2",
        ),
        (
            "hash_time = 1\nhash_memory = 47103",
            "hash_memory = 47103 is below the OWASP floor, which is 47104 KiB with hash_time = 1",
        ),
    ],
)
def test_numbers_that_contradict_each_other_are_refused_by_name(
    write: Write, text: str, sentence: str
) -> None:
    """STO-17: among them hash parameters below the OWASP row."""
    assert sentence in refusal(write(f"[limits]\n{text}"))


@pytest.mark.parametrize(
    "text",
    [
        "idle_minutes = 1\nidle_warning_seconds = 59",
        "idle_minutes = 2\nidle_warning_seconds = 119",
        "soft_lock_minutes_1 = 30\nsoft_lock_minutes_3 = 30",
        "recovery_codes = 5\nrecovery_low = 4",
        "hash_time = 1\nhash_memory = 47104",
        "hash_time = 3\nhash_memory = 12288",
        "hash_time = 16\nhash_memory = 12288",
    ],
)
def test_numbers_that_just_agree_are_taken(write: Write, text: str) -> None:
    """STO-17: the floor itself is enough."""
    load(write(f"[limits]\n{text}"))


def test_the_least_password_length_never_exceeds_the_most() -> None:
    numbers = Numbers(password_min=65, password_max=64)

    assert list(contradictions(numbers)) == [
        "password_min = 65 must not be more than password_max = 64"
    ]


def test_the_numbers_that_ship_do_not_contradict_each_other() -> None:
    assert list(contradictions(Numbers())) == []


# -- What is no configuration file --------------------------------------------------------------


def test_a_named_file_that_is_missing_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "missing.toml"

    assert "There is no configuration file at" in refusal(missing)
    with pytest.raises(WrongUsage, match="There is no configuration file at"):
        load(environ={"POMFA_CONFIG": str(missing)})


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"[limits\n", "is not valid TOML: look at line 1, column 8"),
        (b"[limits]\nidle_minutes = \n", "is not valid TOML: look at line 2"),
        (b"[limits]\nidle_minutes = 5\nidle_minutes = 5\n", "is not valid TOML"),
        (b"[limits]\nidle_minutes = " + b"9" * 6000, "is not valid TOML"),
        (b"x = " + b"[" * 20_000, "is not valid TOML: it is nested too deeply"),
        (b"\x00", "is not valid TOML: look at line 1, column 1"),
        ("[totp]\nissuer = 'Chemist & Söhne'".encode("latin-1"), "is not a text in UTF-8"),
        ("[limits]".encode("utf-16"), "is not a text in UTF-8"),
    ],
)
def test_a_damaged_file_is_refused_in_one_sentence(
    tmp_path: Path, data: bytes, sentence: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(data)
    path.chmod(0o600)

    assert sentence in refusal(path)


def test_a_mistake_is_located_without_repeating_the_line(write: Write) -> None:
    """AUD-04: a line that cannot be read may hold anything."""
    assert "geheim" not in refusal(write("[store]\nstore = postgresql://desk:geheim@db/pomfa"))


def test_a_file_from_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes("\ufeff[limits]\r\nidle_minutes = 3\r\n".encode())
    path.chmod(0o600)

    assert load(path).limits.idle_minutes == 3


def test_a_huge_file_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    """STO-11: 50 MB in the place of a few lines."""
    path = tmp_path / "config.toml"
    path.touch(mode=0o600)
    os.truncate(path, 50_000_000)

    assert f"is larger than {LARGEST} bytes" in refusal(path)


def test_a_file_of_exactly_the_largest_size_is_read(write: Write) -> None:
    text = "[limits]\n"

    assert load(write(text + "#" * (LARGEST - len(text)))).limits == Numbers()


def test_a_folder_or_fifo_in_its_place_is_refused_without_waiting(tmp_path: Path) -> None:
    """A35: opening a FIFO would wait for a writer for ever."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)

    assert "is not an ordinary file" in refusal(fifo)
    assert "is not an ordinary file" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [("config.toml/inside", "cannot be read: Not a directory"), ("x" * 300, "File name too long")],
)
def test_a_path_that_leads_nowhere_is_refused(write: Write, place: str, sentence: str) -> None:
    with pytest.raises(WrongUsage, match=sentence):
        load(write("").parent / place)


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.symlink_to(path)

    assert "cannot be read" in refusal(path)


def test_a_file_closed_to_this_account_is_refused(write: Write) -> None:
    """Ignoring it would start with other numbers than the operator wrote down."""
    path = write("")
    path.chmod(0o000)

    with without_root():
        assert "cannot be read by" in refusal(path)


def test_a_closed_system_file_is_not_taken_for_a_missing_one(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("")
    path.chmod(0o000)
    monkeypatch.setattr(pomfa_tui.settings, "SYSTEM_CONFIG", path)

    with without_root(), pytest.raises(WrongUsage, match="cannot be read by"):
        load()


# -- Who may write it ---------------------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o666, 0o664, 0o602])
def test_a_file_that_others_may_write_is_unsafe(write: Write, mode: int) -> None:
    """A35, STO-02: whoever writes the file chooses the store, the limits and the program."""
    path = write("")
    path.chmod(mode)

    with pytest.raises(UnsafeEnvironment, match=f"mode {mode:04o}.*chmod go-w") as caught:
        load(path)
    assert caught.value.exit_code == 7


def test_a_file_that_others_may_read_is_fine(write: Write) -> None:
    path = write("")

    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert load(path).config == path


def test_a_file_in_a_folder_that_others_may_write_is_unsafe(tmp_path: Path) -> None:
    """A35: the file could be swapped for another."""
    folder = tmp_path / "open"
    folder.mkdir()
    path = folder / "config.toml"
    path.touch(mode=0o600)
    folder.chmod(0o777)

    with pytest.raises(UnsafeEnvironment, match="chmod go-w"):
        load(path)


def test_a_file_of_another_account_is_unsafe(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A35: its owner can change it at any time."""
    path = write("")
    make_foreign(path, monkeypatch)

    with pytest.raises(UnsafeEnvironment, match="belongs to"):
        load(path)


def test_a_file_of_root_is_read_by_the_account_of_the_service() -> None:
    """The usual case: root writes it, the service reads it. This one is root's and no configuration."""
    with without_root():
        assert "is not valid TOML" in refusal(Path("/etc/passwd"))


def test_a_link_to_a_file_of_another_account_is_unsafe(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A35: a safe name does not make a safe file."""
    link = tmp_path / "link.toml"
    link.symlink_to(write(""))
    make_foreign(link.resolve(), monkeypatch)

    with pytest.raises(UnsafeEnvironment, match="belongs to"):
        load(link)


def test_a_link_out_of_a_safe_folder_into_an_open_one_is_unsafe(tmp_path: Path) -> None:
    """A35: the folder of the file counts as much as that of the link."""
    folder = tmp_path / "open"
    folder.mkdir()
    (folder / "config.toml").touch(mode=0o600)
    folder.chmod(0o777)
    link = tmp_path / "link.toml"
    link.symlink_to(folder / "config.toml")

    with pytest.raises(UnsafeEnvironment, match="chmod go-w"):
        load(link)


def test_a_link_to_a_safe_file_is_followed(write: Write, tmp_path: Path) -> None:
    """Estates keep such files in a repository and link them into place."""
    link = tmp_path / "link.toml"
    link.symlink_to(write("[totp]\nissuer = 'linked'"))

    assert load(link).issuer == "linked"


# -- What is loaded and what is written about it ------------------------------------------------


def test_settings_load_nothing_heavy_before_the_first_frame() -> None:
    """The start-up budget: with both places named and no file, only what every program loads."""
    code = (
        "import sys; from pathlib import Path; from pomfa_tui import settings;"
        "settings.SYSTEM_CONFIG = Path('/nonexistent/config.toml');"
        "settings.Settings.load(None, Path('/srv/data'), Path('/srv/keys/key'), {});"
        "print(*sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert HEAVY.isdisjoint(done.stdout.split())
    assert "pomfa_tui.settings" in done.stdout.split()


def documented_tables(document: str) -> dict[str, list[str]]:
    """Return the rows of each table in the document, under the name in its heading."""
    tables: dict[str, list[str]] = {}
    name = ""
    for line in document.splitlines():
        if heading := re.fullmatch(r"## \[(\w+)\]", line):
            name = heading.group(1)
        elif line.startswith("| `"):
            tables.setdefault(name, []).append(line)
    return tables


def test_the_documentation_lists_every_key_as_the_code_has_it() -> None:
    """SES-03, GEN-08: key, default, bounds and meaning, in the same order, and nothing else."""
    document = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    expected: dict[str, list[str]] = {}
    for row in ROWS:
        expected.setdefault(row.table, []).append(
            f"| `{row.key}` | {row.shown_default} | {row.allowed} | {row.meaning} |"
        )

    assert documented_tables(document) == expected
    assert f"larger than {LARGEST} bytes" in document
    for passes, floor in ARGON2_FLOOR.items():
        assert re.search(rf"{floor} with (`hash_time` = )?{passes}\b", document)


def test_the_example_in_the_documentation_is_a_configuration(write: Write) -> None:
    document = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", document, re.DOTALL)

    assert [sorted(tomllib.loads(example)) for example in examples] == [["handover", "terminal"]]
    assert load(write(examples[0])).terminal.site == "FZ101"


@pytest.mark.parametrize(
    ("login", "email"),
    [
        ("jo", "jo.bloggs@nhs.example"),
        ("kim", "kim@shop.example"),
        ("sam@post.example", "sam@post.example"),
    ],
)
def test_a_login_name_stands_for_the_email_that_the_file_says(
    write: Write, login: str, email: str
) -> None:
    path = write('[pam]\ndomain = "shop.example"\nemails = { jo = "jo.bloggs@nhs.example" }')
    assert load(path).pam.email_of(login) == email


def test_without_a_mapping_a_login_name_is_nobodys_email() -> None:
    assert load().pam.email_of("root") == "root"


@pytest.mark.parametrize(
    ("line", "clause"),
    [
        ('emails = "jo"', "must be a table of login names and e-mails, not a text"),
        ("emails = { jo = 7 }", "must give every login name one e-mail"),
        ('emails = { jo = "nobody" }', "must give every login name one e-mail"),
        ('emails = { jo = "jo @shop.example" }', "must give every login name one e-mail"),
        (f'emails = {{ jo = "{"j" * 250}@shop.example" }}', "must give every login name"),
        (f'emails = {{ {"j" * 65} = "jo@shop.example" }}', "1 to 64 printable characters"),
        ('emails = { "" = "jo@shop.example" }', "1 to 64 printable characters"),
        ('domain = "jo@shop.example"', "must not hold the character @"),
        ('domain = ""', "must be one line of 1 to 250"),
    ],
)
def test_a_mapping_that_names_nobody_is_refused(write: Write, line: str, clause: str) -> None:
    assert clause in refusal(write(f"[pam]\n{line}"))


def test_every_number_has_a_meaning_and_every_meaning_a_number() -> None:
    assert list(LIMIT_MEANINGS) == list(LIMITS)


def test_each_default_is_what_its_own_key_would_take(write: Write) -> None:
    """A default that could not be written down would be a value nobody can return to."""
    for row in ROWS:
        if row.default is None:
            continue
        text = str(row.default).lower() if isinstance(row.default, bool) else repr(row.default)
        text = row.shown_default.split("`")[1] if row.default == () else text
        load(write(f"[{row.table}]\n{row.key} = {text}"))
        assert text.replace("'", '"') in row.shown_default
