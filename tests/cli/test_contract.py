"""The command line keeps its contract: which commands and options there are, and what programs are answered."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from pomfa_tui.cli.call import Call
from pomfa_tui.cli.endings import CODES, ending_of
from pomfa_tui.cli.main import cli
from pomfa_tui.domain import errors
from tests.cli.conftest import ADA, FIRST, CommandLine

WHY = {"--identity", "--reason", "--ticket", "--could-not-verify"}
"""How the identity was checked, and why."""

CONTRACT = {
    "": {"--data", "--key-file", "--config"},
    "run": {"--kiosk", "--site"},
    "init": {"--site-code", "--site-name", "--admin-name", "--admin-email"},
    "demo": {"--print"},
    "site add": {"--code", "--name"},
    "site list": set(),
    "site show": {"CODE"},
    "site edit": {"CODE", "--name", "--nhsmail-limit", "--reason"},
    "site close": {"CODE", "--reason"},
    "site key export": {"--site", "--out"},
    "site key import": {"FILE", "--replace"},
    "phone-reset": {"--challenge", "--email", *WHY},
    "person add": {
        "--email",
        "--name",
        "--site",
        "--role",
        "--job",
        "--gphc",
        "--from",
        "--to",
        "--period",
        "--override-reason",
    },
    "person list": {"--site", "--role", "--state", "--mfa", "--dormant", "--search"},
    "person show": {"WHO"},
    "person edit": {
        "WHO",
        "--name",
        "--email",
        "--gphc",
        "--period",
        "--role",
        "--job",
        "--site",
        "--from",
        "--to",
        "--away-until",
        "--override-reason",
        "--reason",
    },
    "person disable": {"WHO", "--reason"},
    "person enable": {"WHO", "--reason"},
    "person leave": {"WHO", "--reason"},
    "person unlock": {"WHO", *WHY},
    "person reset-password": {"WHO", *WHY},
    "person reset-mfa": {"WHO", *WHY},
    "person link": {"WHO", "--site", "--role", "--job", "--from", "--to", *WHY},
    "person unlink": {"WHO", "--site", "--role", "--job", *WHY},
    "import": {"FILE.csv", "--dry-run", "--codes"},
    "request list": {"--state", "--need", "--site", "--search", "--again", "--older"},
    "request show": {"NUMBER"},
    "request close": {"NUMBER", "--outcome", "--note"},
    "session list": {"[WHO]"},
    "session end": {"ID"},
    "person data": {"WHO", "--out"},
    "person erase": {"WHO", "--reason"},
    "audit show": {"--site", "--person", "--event", "--since", "--until", "--limit"},
    "audit verify": {"--file"},
    "report breach": {"--site", "--since", "--csv", "--out"},
    "report evidence": {"--site", "--since", "--until", "--csv", "--out"},
    "audit forward": {"--socket"},
    "audit export": {"--format", "--out", "--site", "--person", "--event", "--since", "--until"},
    "verify": {"--email"},
    "backup": {"FILE"},
    "restore": {
        "[FILE]",
        "--as-found",
        "--replace",
        "--reset-everybody",
        "--without-ledger",
        "--without-key",
    },
    "key rotate": set(),
    "tidy": set(),
    "doctor": {"--accept-clock"},
}
"""Every command with its options and arguments, as the contract has them; `--json`, `--help` and `--version` apart."""

WITHOUT_JSON = {"", "run", "demo"}
"""They answer to people alone."""

PERSON = {
    "id",
    "email",
    "name",
    "state",
    "mfa",
    "locked",
    "memberships",
    "role",
    "gphc",
    "period",
    "last_sign_in",
}
MOMENT = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def commands(group: click.Group, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command below a group, with its path, and the group itself where it does something alone."""
    if group.invoke_without_command:
        yield path, group
    context = click.Context(group, obj=Call({}))
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        where = f"{path} {name}".strip()
        if isinstance(command, click.Group):
            yield from commands(command, where)
        else:
            yield where, command


COMMANDS = dict(commands(cli))


def names(command: click.Command) -> set[str]:
    """Return what a command takes, as it is written; what is hidden apart."""
    found: set[str] = set()
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            found |= {name for name in parameter.opts if name not in {"--help", "--version"}}
        elif isinstance(parameter, click.Argument):
            found.add(parameter.make_metavar(click.Context(command)))
    return found


def test_there_are_the_commands_of_the_contract_and_no_others() -> None:
    """ROL-15: no undocumented doors."""
    assert set(COMMANDS) == set(CONTRACT)


@pytest.mark.parametrize("path", sorted(CONTRACT))
def test_a_command_takes_the_options_of_the_contract_and_no_others(path: str) -> None:
    json = set() if path in WITHOUT_JSON else {"--json"}
    assert names(COMMANDS[path]) == CONTRACT[path] | json


def test_no_command_takes_a_secret_from_the_command_line() -> None:
    """STO-12, K32: everybody on the host can read the arguments of a process."""
    secret = re.compile(r"password|passwd|secret|code$|token|otp|pin$")
    for path, command in COMMANDS.items():
        suspicious = {name for name in names(command) if secret.search(name.lower())}
        # These two are the ODS codes of sites.
        assert suspicious - {"--code", "--site-code", "CODE"} == set(), path


def test_no_option_is_a_single_letter() -> None:
    """K13: sshd starts a login shell with `-c`, which must mean nothing here."""
    for path, command in COMMANDS.items():
        short = [name for name in names(command) if re.fullmatch(r"-[^-]", name)]
        assert short == [], path


def test_init_answers_with_site_person_and_activation_code(line: CommandLine) -> None:
    answer = line.json("init", *FIRST, *ADA)
    assert set(answer) == {"site", "person", "activation_code"}
    assert answer["site"] == {"code": "FZ101", "name": "High Street Pharmacy"}
    assert set(answer["person"]) == PERSON
    assert answer["person"]["memberships"] == [
        {"site": "FZ101", "role": "admin", "job": "manager", "from": None, "to": None}
    ]
    assert re.fullmatch(
        r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", answer["activation_code"]
    )


def test_a_person_is_answered_with_every_field_of_the_contract(shop: CommandLine) -> None:
    added = shop.json(
        *("person", "add", "--email", "Jo.Bloggs@example.org", "--name", "Jo Bloggs"),
        *("--site", "fz101", "--role", "staff", "--job", "locum-pharmacist", "--gphc", "2071234"),
        *("--from", "2026-03-01", "--to", "2026-03-31", "--period", "60"),
    )
    assert set(added) == {"person", "activation_code"}
    person = added["person"]
    assert re.fullmatch(r"[0-9a-f]{32}", person.pop("id"))
    assert person == {
        "email": "Jo.Bloggs@example.org",
        "name": "Jo Bloggs",
        "state": "invited",
        "mfa": "none",
        "locked": False,
        "memberships": [
            {
                "site": "FZ101",
                "role": "staff",
                "job": "locum pharmacist",
                "from": "2026-03-01",
                "to": "2026-03-31",
            }
        ],
        "role": None,
        "gphc": "2071234",
        "period": 60,
        "last_sign_in": None,
    }


@pytest.mark.parametrize("role", ["support", "commissioner"])
def test_a_role_over_all_sites_has_no_membership(shop: CommandLine, role: str) -> None:
    added = shop.json("person", "add", "--email", "s@example.org", "--name", "Sam", "--role", role)
    assert added["person"]["role"] == role
    assert added["person"]["memberships"] == []


def test_people_are_listed_and_shown_in_one_shape(shop: CommandLine) -> None:
    (ada,) = shop.json("person", "list")["people"]
    assert set(ada) == PERSON
    assert shop.json("person", "show", "ADA@example.org") == {"person": ada}
    assert shop.json("person", "show", ada["id"]) == {"person": ada}


def test_sites_are_listed_and_shown_in_one_shape(shop: CommandLine) -> None:
    added = shop.json("site", "add", "--code", "fz102", "--name", "Harbour Pharmacy")
    assert added["site"] == {
        "code": "FZ102",
        "name": "Harbour Pharmacy",
        "state": "open",
        "people": 0,
        "administrators": 0,
        "nhsmail": 0,
        "nhsmail_limit": 10,
    }
    assert shop.json("site", "show", "FZ102") == added
    assert [site["code"] for site in shop.json("site", "list")["sites"]] == ["FZ102", "FZ101"]


def test_audit_records_are_answered_flat_with_utc_moments(shop: CommandLine) -> None:
    records = shop.json("audit", "show")["records"]
    assert [record["event"] for record in records] == [
        "store_created",
        "site_created",
        "user_created",
        "audit_read",
    ]
    assert all(MOMENT.fullmatch(record["at"]) for record in records)
    assert [set(record) for record in records] == 4 * [
        {
            *("seq", "at", "event", "outcome", "severity", "reason", "actor", "actor_role"),
            *("subject", "site", "session", "terminal", "pid", "version", "detail"),
            *("hash", "previous"),
        }
    ]
    assert records[1]["previous"] == records[0]["hash"]
    assert all(record["actor"].startswith("host:") for record in records)


def test_the_audit_log_is_verified_in_the_shape_of_the_contract(shop: CommandLine) -> None:
    verdict = shop.json("audit", "verify")
    assert re.fullmatch(r"[0-9a-f]{64}", verdict.pop("head"))
    assert verdict == {"ok": True, "records": 3, "first_bad": None}


def test_json_is_taken_before_and_after_the_command_and_among_its_options(
    shop: CommandLine,
) -> None:
    wanted = shop.json("person", "list", "--site", "FZ101")
    for arguments in (
        ("--json", "person", "list", "--site", "FZ101"),
        ("person", "--json", "list", "--site", "FZ101"),
        ("person", "list", "--json", "--site", "FZ101"),
    ):
        assert shop.run(*arguments).document == wanted


def test_every_refusal_there_is_has_a_code_and_a_status_of_the_contract() -> None:
    found = [kind for kind in vars(errors).values() if _is_refusal(kind)]
    assert len(found) > 20
    for kind in found:
        ending = ending_of(_made(kind))
        assert ending.code in CODES, kind
        assert ending.status in range(1, 8), kind


def _is_refusal(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, errors.Refusal)


def _made(kind: type[errors.Refusal]) -> errors.Refusal:
    refusal = kind.__new__(kind)
    refusal.message = "Because."
    return refusal
