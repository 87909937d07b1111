"""The embedded engine: TinyDB, made safe for many processes of one host.

What lies in the data folder (0700, every file 0600):

* `store.json`: the snapshot, an ordinary TinyDB file (`snapshot`). It may be older than the store; the journal has the rest.
* `store.journal`: one line per commit since the snapshot (`journal`); folded into it when it has outgrown it (`upkeep`).
* `store.lock`: the lock, the sync lock and the marks (`lock`, `marks`). Nothing is lost with it but time.
* `audit.jsonl`: the audit log, written from the journal's lines (`auditfile`). When its oldest records are dropped for their age, a shorter one takes
  its place (`auditcut`), with a sealed checkpoint as the first line (`checkpoint`); places in it go on counting what is gone.
* `store.v<number>.json`: what was there before an older format was brought up to date (`upgrade`).
* `.store.json.new`, `.store.journal.new`, `.audit.jsonl.new`: while one of the three is being replaced; removed at the next start after a crash.

How a commit goes: take the lock; read what others have written (`picture`); run the transaction on layers over the tables in memory
(`rows`, `layers`, `indexes`), through TinyDB's own interface (`tables`); write one line and mark it as written (`writer`); give the lock
back. Then make it safe (`safety`): whoever has the sync lock waits for the disk once for all lines written so far, appends their records to
the audit log and marks them as safe. Only then is the caller told, and only then does any reader see it. When the disk or the audit log
refuses, everything that is not safe is taken back, and everybody concerned is told so.
"""

from __future__ import annotations

from pomfa_tui.store.tinydb.store import TinyStore

__all__ = ["TinyStore"]
