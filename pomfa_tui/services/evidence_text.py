"""The evidence report as text for people, as CSV for spreadsheets and as a document for programs (rule 33)."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, Any

from pomfa_tui.domain import spreadsheets
from pomfa_tui.domain.administrators import ADMINISTRATORS_WANTED
from pomfa_tui.domain.amounts import counted
from pomfa_tui.domain.identity import LABELS, IdentityCheck
from pomfa_tui.domain.london import london_time
from pomfa_tui.domain.text import printable
from pomfa_tui.services.audit_lines import iso
from pomfa_tui.services.reporting import ReportForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pomfa_tui.services.evidence_figures import (
        CheckedAct,
        Evidence,
        OverallAccount,
        SiteFigures,
    )

TITLE = "Evidence for the Data Security and Protection Toolkit"

WIDTH = 78
"""Columns of the text."""

_NAMED = 2
"""Accounts over all sites that are named on one screen; the text has all of them."""

SITE_COLUMNS = (
    "site",
    "name",
    "people",
    "enrolled",
    "administrators",
    "nhsmail",
    "nhsmail_limit",
    "dormant_30",
    "dormant_60",
    "dormant_90",
    "last_review",
    "reviewed_by",
    "review_due",
)
OVERALL_COLUMNS = ("name", "role", "enrolled", "last_sign_in")
ACT_COLUMNS = ("at", "act", "who", "by", "identity", "site", "both_factors")


def facts(report: Evidence) -> Iterator[tuple[str, str]]:
    """Yield what the report says, name by name, in the toolkit's words."""
    yield "Period", f"{report.first:%-d %b %Y} to {report.last:%-d %b %Y}"
    if report.gone_until is not None:
        yield (
            "Not counted",
            f"what was done up to {_day(report.gone_until)}: records so old are dropped",
        )
    yield "MFA in use", f"yes: {report.enrolled} of {report.people} people enrolled"
    left = report.people - report.enrolled
    if left:
        waiting = f", {report.waiting} of them after a reset" if report.waiting else ""
        yield "", f"{left} cannot sign in before they pair{waiting}"
    yield from _of_sites(report)
    yield "Resets", _counted(report.kinds())
    checks = {_label(name): count for name, count in report.checks().items()}
    yield "Identity checks", _counted(checks)
    idle = ", ".join(f"{days} days {count}" for days, count in report.dormant.items())
    yield "Not signed in", idle
    yield "Leavers", f"{report.leavers} ended, {report.disabled} disabled now"
    yield "Locked out", f"{counted(report.locked, 'time')} by too many tries"


def text(report: Evidence) -> str:
    """Return the report on plain paper."""
    return "\n".join(_lines(report)) + "\n"


def table(report: Evidence) -> str:
    """Return the report for a spreadsheet: the figures, then the sites, then the acts."""
    figures = [("figure", "value"), ("made_at", iso(report.made_at))]
    figures += [("from", str(report.first)), ("to", str(report.last))]
    if report.gone_until is not None:
        figures += [("gone_until", iso(report.gone_until))]
    figures += [(name, str(getattr(report, name))) for name in _FIGURES]
    figures += [(f"dormant_{days}", str(count)) for days, count in report.dormant.items()]
    sites = [list(_site_row(site).values()) for site in report.sites]
    acts = [list(_act_row(act).values()) for act in report.acts]
    lines: list[Iterable[object]] = [*figures, (), SITE_COLUMNS, *sites, (), ACT_COLUMNS, *acts]
    if report.overall:
        overall = [list(_overall_row(each).values()) for each in report.overall]
        lines += [(), OVERALL_COLUMNS, *overall]
    return spreadsheets.rows(lines)


def written(report: Evidence, form: ReportForm) -> str:
    """Return the report as its file has it."""
    return table(report) if form is ReportForm.TABLE else text(report)


def document(report: Evidence) -> dict[str, Any]:
    """Return the report for programs."""
    return {
        "made_at": iso(report.made_at),
        "from": report.first.isoformat(),
        "to": report.last.isoformat(),
        "site": report.site,
        "gone_until": iso(report.gone_until) if report.gone_until is not None else None,
        **{name: getattr(report, name) for name in _FIGURES},
        "dormant": {str(days): count for days, count in report.dormant.items()},
        "resets": report.kinds(),
        "identity_checks": report.checks(),
        "acts": [_act_row(act) for act in report.acts],
        "over_all_sites": [_overall_row(each) for each in report.overall],
        "sites": [
            {**_site_row(site), "administrators": list(site.administrators)}
            for site in report.sites
        ],
    }


_FIGURES = ("people", "enrolled", "waiting", "disabled", "leavers", "locked")


def _of_sites(report: Evidence) -> Iterator[tuple[str, str]]:
    if report.site is not None:
        for site in report.sites:
            yield "Administrators", _administrators(site)
            yield "NHSmail", f"{site.nhsmail} of {site.nhsmail_limit} accounts"
            yield "Access review", _review(site, report.made_at)
        return
    few = [each.code for each in report.sites if len(each.administrators) < ADMINISTRATORS_WANTED]
    overdue = [each.code for each in report.sites if each.review_due < report.made_at]
    yield "Under two admins", _some(few)
    yield "NHSmail", counted(sum(each.nhsmail for each in report.sites), "account")
    yield "Review overdue", _some(overdue)
    yield "Over all sites", _overall(report)


def _overall(report: Evidence) -> str:
    names = ", ".join(f"{each.name} ({each.role})" for each in report.overall[:_NAMED])
    more = len(report.overall) - _NAMED
    return f"{names or 'nobody'}{f' and {more} more' if more > 0 else ''}"


def _administrators(site: SiteFigures) -> str:
    names = ", ".join(site.administrators) or "nobody"
    enough = len(site.administrators) >= ADMINISTRATORS_WANTED
    return names if enough else f"{names}; two or more are wanted"


def _review(site: SiteFigures, now: int) -> str:
    due = f"due by {_day(site.review_due)}"
    if site.review_due < now:
        due = f"overdue since {_day(site.review_due)}"
    if site.review is None:
        return f"none yet, {due}"
    last = site.review
    done = f"{last.confirmed} confirmed, {last.ended} ended, {last.disabled} disabled"
    return f"{_day(last.at)} by {site.reviewed_by}: {done}; next {due}"


def _lines(report: Evidence) -> Iterator[str]:
    yield TITLE
    where = ", ".join(f"{each.name} ({each.code})" for each in report.sites)
    yield printable(where) if report.site is not None else f"All sites ({len(report.sites)})"
    yield f"Made on {_day(report.made_at)}"
    yield ""
    for name, words in facts(report):
        first, *rest = wrap(printable(words), WIDTH - 17) or [""]
        yield f"{name:<17}{first}"
        yield from (f"{'':<17}{line}" for line in rest)
    yield ""
    yield from wrap(
        "Everybody has an account of their own; shared mailboxes are refused. Nobody signs in without a password and a code. "
        "Administrators and helpdesk check identity before every reset, and the audit log keeps how. Access is reviewed every "
        "quarter. Keep the agreements that administrators have signed beside this report.",
        WIDTH,
    )
    if report.site is None:
        yield from _site_lines(report)
        yield from _overall_lines(report)
    if report.acts:
        yield from ("", "Resets, unlocks and links in the period")
        yield from (printable(_act_line(act)) for act in report.acts)


def _site_lines(report: Evidence) -> Iterator[str]:
    yield from ("", "Site   Enrolled   Admins  NHSmail   90 days  Last review   Name")
    for each in report.sites:
        reviewed = _day(each.review.at) if each.review is not None else "none yet"
        enrolled = f"{each.enrolled} of {each.people}"
        nhsmail = f"{each.nhsmail} of {each.nhsmail_limit}"
        yield printable(
            f"{each.code:<7}{enrolled:<11}{len(each.administrators):<8}{nhsmail:<10}"
            f"{each.dormant[90]:<9}{reviewed:<14}{each.name}"
        )


def _overall_lines(report: Evidence) -> Iterator[str]:
    yield from (
        "",
        "Accounts over all sites: no site's review holds them, so check here that each is still needed",
    )
    for each in report.overall:
        seen = _day(each.last_sign_in) if each.last_sign_in is not None else "never"
        enrolled = "enrolled" if each.enrolled else "not enrolled"
        yield printable(f"{each.name}: {each.role}, {enrolled}, last signed in {seen}")


def _act_line(act: CheckedAct) -> str:
    check = f", {_label(act.check).lower()}" if act.check else ""
    both = ", both factors" if act.both_factors else ""
    return f"{_day(act.at)}  {act.who}: {act.what} by {act.by}{check}{both}"


def _site_row(site: SiteFigures) -> dict[str, Any]:
    review = site.review
    values = (
        site.code,
        site.name,
        site.people,
        site.enrolled,
        ", ".join(site.administrators),
        site.nhsmail,
        site.nhsmail_limit,
        *(site.dormant[days] for days in (30, 60, 90)),
        None if review is None else iso(review.at),
        site.reviewed_by or None,
        iso(site.review_due),
    )
    return dict(zip(SITE_COLUMNS, values, strict=True))


def _act_row(act: CheckedAct) -> dict[str, Any]:
    values = (iso(act.at), act.what, act.who, act.by, act.check, act.site, act.both_factors)
    return dict(zip(ACT_COLUMNS, values, strict=True))


def _overall_row(each: OverallAccount) -> dict[str, Any]:
    seen = None if each.last_sign_in is None else iso(each.last_sign_in)
    values = (each.name, each.role, each.enrolled, seen)
    return dict(zip(OVERALL_COLUMNS, values, strict=True))


def _label(check: str) -> str:
    return LABELS[IdentityCheck(check)] if check in set(IdentityCheck) else check


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "none"


def _some(codes: list[str]) -> str:
    if not codes:
        return "none"
    shown = ", ".join(codes[:6])
    return f"{len(codes)}: {shown}{' and others' if len(codes) > 6 else ''}"  # noqa: PLR2004 - what fits a line


def _day(moment: int) -> str:
    return f"{london_time(moment):%-d %b %Y}"
