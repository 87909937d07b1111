"""The job titles in the order in which a form offers them."""

from __future__ import annotations

from pomfa_tui.domain.memberships import JobTitle

LIKELY = (
    JobTitle.PHARMACIST,
    JobTitle.LOCUM,
    JobTitle.TECHNICIAN,
    JobTitle.DISPENSER,
    JobTitle.COUNTER_ASSISTANT,
)

JOBS = (*LIKELY, *(job for job in JobTitle if job not in LIKELY))
"""The job titles of rule 6, the likely ones first."""
