"""An exchange of the key that says when it begins, so that it can be killed in the midst of it.

Started as `python -m tests.races.exchange_worker DATA KEY`; exchanges the key once, or brings an exchange that was killed to its end.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

from pomfa_tui.bootstrap import open_desk
from pomfa_tui.cli.waiting import Waiting
from pomfa_tui.custody import rotate_key
from pomfa_tui.domain.errors import Refusal
from pomfa_tui.domain.ports import Place
from pomfa_tui.services.access import HostCaller
from pomfa_tui.settings import Settings


def main() -> None:
    """Exchange the key."""
    data, key = map(Path, sys.argv[1:])
    settings = Settings(data_dir=data, key_file=key)
    place = Place(terminal="pts/1", boot="boot", pid=1, version="test")
    _say("ready")
    try:
        opened = open_desk(settings, place)
        rotated = rotate_key(settings, opened, place, HostCaller("root"), Waiting(None))
    except Refusal as refusal:
        _say(json.dumps({"refused": f"{type(refusal).__name__}: {refusal.message}"}))
    else:
        opened.close()
        _say(json.dumps(dataclasses.asdict(rotated)))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
