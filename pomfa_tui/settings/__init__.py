"""What the operator decides: places, numbers, texts. Read once at start, checked whole, frozen."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pomfa_tui.domain.errors import WrongUsage
from pomfa_tui.domain.limits import Numbers
from pomfa_tui.filewords import shown
from pomfa_tui.settings import rows
from pomfa_tui.settings.configfile import read_config
from pomfa_tui.settings.relations import contradictions
from pomfa_tui.settings.values import Values

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SYSTEM_CONFIG", "HandOver", "Helpdesk", "Pam", "Settings", "Terminal"]

SYSTEM_CONFIG = Path("/etc/pomfa-tui/config.toml")
"""The configuration file that is read when none is named, if it is there."""

_DATA = "POMFA_DATA_DIR"
_KEY = "POMFA_KEY_FILE"
_CONFIG = "POMFA_CONFIG"


@dataclass(frozen=True, slots=True)
class Helpdesk:
    """The ways to the helpdesk (rule 29).

    Attributes:
        contact_page: Where it has a form.
        email: Its e-mail address.
        phone: Its telephone number.
    """

    contact_page: str = rows.CONTACT_PAGE.default
    email: str = rows.HELP_EMAIL.default
    phone: str = rows.HELP_PHONE.default


@dataclass(frozen=True, slots=True)
class Terminal:
    """What holds for this terminal alone.

    Attributes:
        site: ODS code of the one site it is bound to, or none.
        theme: `default` or `high-contrast`.
        animation: Whether anything moves by itself.
    """

    site: str | None = rows.TERMINAL_SITE.default
    theme: str = rows.THEME.default
    animation: bool = rows.ANIMATION.default


@dataclass(frozen=True, slots=True)
class Pam:
    """Whose account a login name of the host stands for, where PAM asks.

    Attributes:
        domain: What turns a login name without @ into an e-mail, or none.
        emails: Login name and e-mail, before anything else.
    """

    domain: str | None = rows.PAM_DOMAIN.default
    emails: tuple[tuple[str, str], ...] = rows.PAM_EMAILS.default

    def email_of(self, login: str) -> str:
        """Return the e-mail of a login name; one that stands for nobody is returned as it is, and is nobody's e-mail."""
        named = dict(self.emails).get(login)
        if named is not None or "@" in login or self.domain is None:
            return named or login
        return f"{login}@{self.domain}"


@dataclass(frozen=True, slots=True)
class HandOver:
    """The program the terminal is for.

    Attributes:
        command: Program and arguments; empty for none.
        name: What people call it.
        start: `home`, to offer it there, or `at-once`.
        grace_seconds: How long it may take to end.
    """

    command: tuple[str, ...] = rows.COMMAND.default
    name: str = rows.NAME.default
    start: str = rows.START.default
    grace_seconds: int = rows.GRACE.default


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that was decided outside the program.

    Attributes:
        data_dir: The one folder that is written to.
        key_file: The file with the master key, outside `data_dir`.
        config: The configuration file that was read, or none.
        store: Name of the engine that keeps the store.
        limits: The numbers of the rules.
        issuer: First part of an entry's name in the authenticator.
        helpdesk: The ways to the helpdesk.
        terminal: What holds for this terminal alone.
        pam: Whose account a login name of the host stands for.
        handover: The program to start after sign-in.
        printing: Program and arguments that print a slip; empty for none.
    """

    data_dir: Path
    key_file: Path
    config: Path | None = None
    store: str = rows.STORE.default
    limits: Numbers = field(default_factory=Numbers)
    issuer: str = rows.ISSUER.default
    helpdesk: Helpdesk = field(default_factory=Helpdesk)
    terminal: Terminal = field(default_factory=Terminal)
    pam: Pam = field(default_factory=Pam)
    handover: HandOver = field(default_factory=HandOver)
    printing: tuple[str, ...] = rows.PRINT_COMMAND.default

    @classmethod
    def load(
        cls,
        config: Path | None,
        data: Path | None,
        key_file: Path | None,
        environ: Mapping[str, str],
    ) -> Settings:
        """Put together what the command line, the environment, the configuration file and the defaults say, in this order.

        Args:
            config: `--config`.
            data: `--data`.
            key_file: `--key-file`.
            environ: The environment; an empty variable counts as not set.

        Raises:
            WrongUsage: Something cannot be used; says what and where.
            UnsafeEnvironment: Somebody else could change the configuration file.
        """
        place, values = _configured(_named(config, environ, _CONFIG))
        data_dir = _named(data, environ, _DATA) or values.of(rows.DATA_DIR) or _default_data()
        key = _named(key_file, environ, _KEY) or values.of(rows.KEY_FILE) or _default_key()
        _keep_apart(data_dir, key)
        return cls(
            data_dir=data_dir,
            key_file=key,
            config=place,
            store=values.of(rows.STORE),
            limits=_limits(values),
            issuer=values.of(rows.ISSUER),
            helpdesk=Helpdesk(
                contact_page=values.of(rows.CONTACT_PAGE),
                email=values.of(rows.HELP_EMAIL),
                phone=values.of(rows.HELP_PHONE),
            ),
            terminal=Terminal(
                site=values.of(rows.TERMINAL_SITE),
                theme=values.of(rows.THEME),
                animation=values.of(rows.ANIMATION),
            ),
            pam=Pam(domain=values.of(rows.PAM_DOMAIN), emails=values.of(rows.PAM_EMAILS)),
            handover=HandOver(
                command=values.of(rows.COMMAND),
                name=values.of(rows.NAME),
                start=values.of(rows.START),
                grace_seconds=values.of(rows.GRACE),
            ),
            printing=values.of(rows.PRINT_COMMAND),
        )

    def facts(self) -> dict[str, str]:
        """Return what texts may name: the helpdesk, the issuer and every number."""
        return {
            "contact_page": self.helpdesk.contact_page,
            "helpdesk_email": self.helpdesk.email,
            "helpdesk_phone": self.helpdesk.phone,
            "issuer": self.issuer,
            **{name: str(number) for name, number in asdict(self.limits).items()},
        }


def _configured(named: Path | None) -> tuple[Path | None, Values]:
    path = named or SYSTEM_CONFIG
    try:
        tables = read_config(path)
    except FileNotFoundError:
        if named is None:
            return None, Values(path, {})
        raise WrongUsage(
            f"There is no configuration file at {shown(path)}: check the path."
        ) from None
    return path, Values.read(path, tables)


def _limits(values: Values) -> Numbers:
    numbers = Numbers(**{name: values.of(row) for name, row in rows.LIMIT_ROWS.items()})
    for clause in numbers.outside_bounds() or contradictions(numbers):
        raise values.refused("limits", clause.removesuffix("."))
    return numbers


def _named(flag: Path | None, environ: Mapping[str, str], variable: str) -> Path | None:
    """Return the absolute path that the command line names, else the environment, else none."""
    path = flag or (Path(environ[variable]) if environ.get(variable) else None)
    try:
        return path and path.absolute()
    except FileNotFoundError:
        raise WrongUsage(
            f"{shown(path or Path())} is a relative path, but the current folder is gone: write the full path."
        ) from None


def _default_data() -> Path:
    import platformdirs  # noqa: PLC0415 - not where both places are named

    return _in_a_home(platformdirs.user_data_path("pomfa-tui") / "data", _DATA, "--data")


def _default_key() -> Path:
    import platformdirs  # noqa: PLC0415 - not where both places are named

    folder = platformdirs.user_config_path("pomfa-tui") / "keys"
    return _in_a_home(folder / "master.key", _KEY, "--key-file")


def _in_a_home(path: Path, variable: str, flag: str) -> Path:
    if not path.is_absolute():
        raise WrongUsage(
            f"This account has no home folder: name a place with {flag} or {variable}."
        )
    return path


def _keep_apart(data_dir: Path, key_file: Path) -> None:
    """Refuse a key inside the data folder: one copy or backup would take both (STO-04)."""
    data = Path(os.path.realpath(data_dir))
    if Path(os.path.realpath(key_file)).is_relative_to(data) or data in _folders(key_file):
        raise WrongUsage(
            f"The key file {shown(key_file)} lies in the data folder {shown(data_dir)}: "
            "name a place outside it with --key-file."
        )


def _folders(key_file: Path) -> tuple[Path, ...]:
    folder = Path(os.path.realpath(key_file.parent))
    return (folder, *folder.parents)
