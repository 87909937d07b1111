"""Run every benchmark of this folder, one after the other, and say on what machine."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

FOLDER = Path(__file__).parent
NOT_A_BENCHMARK = {"__init__", "run", "measuring", "postgres_server", "store_stage"}


def names() -> list[str]:
    """Return the names of the benchmarks, in the order in which they run."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in NOT_A_BENCHMARK)


def main(wanted: list[str]) -> int:
    """Run the wanted benchmarks, or all; return 0 when all of them ran to the end."""
    unknown = [name for name in wanted if name not in names()]
    if unknown:
        print(
            f"There is no benchmark {', '.join(unknown)}. There are: {', '.join(names())}.",
            file=sys.stderr,
        )
        return 2
    print(
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"{datetime.now(tz=UTC):%Y-%m-%d}",
        flush=True,
    )
    failed = [name for name in wanted or names() if _run(name) != 0]
    if failed:
        print(f"Did not run to the end: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _run(name: str) -> int:
    print(f"\n== {name}", flush=True)
    return subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
