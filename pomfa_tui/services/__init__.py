"""Use cases: each checks actor, target and site, and is one transaction."""
