"""Rules about the source itself: which cryptography, which randomness, which comparisons."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

PACKAGE = Path(__file__).parent.parent.parent / "pomfa_tui"
SECURITY = sorted((PACKAGE / "security").glob("*.py"))
EVERYTHING = sorted(PACKAGE.rglob("*.py"))

Script = Callable[[str], "CompletedProcess[str]"]

GUESSABLE = re.compile(r"(random|numpy\.random|uuid)(\.|$)")
WEAK = re.compile(r"(md5|sha_?1)(?![0-9])", re.IGNORECASE)
CRYPTOGRAPHY = {"argon2", "binascii", "base64", "cryptography", "hashlib", "hmac", "secrets"}
OPERATING_SYSTEM = {"asyncio", "collections", "contextlib", "ctypes", "dataclasses", "enum", "logging"} | {
    "os", "pathlib", "re", "resource", "sys", "threading", "types", "typing",
}  # fmt: skip


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def guessable_randomness(tree: ast.AST) -> list[str]:
    return [name for name in imports(tree) if GUESSABLE.match(name)]


def unvetted_imports(tree: ast.AST) -> list[str]:
    allowed = CRYPTOGRAPHY | OPERATING_SYSTEM | {"__future__", "pomfa_tui"}
    return [name for name in imports(tree) if name.split(".")[0] not in allowed]


def weak_algorithms(tree: ast.AST) -> list[str]:
    """Names, attributes and whole strings that name MD5 or SHA-1; prose about them is not one."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.append(node.id)
        elif isinstance(node, ast.Attribute):
            found.append(node.attr)
        elif isinstance(node, ast.alias):
            found.append(node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value if re.fullmatch(r"[\w-]{1,12}", node.value) else "")
    return [name for name in found if WEAK.fullmatch(name.replace("-", ""))]


def leaky_comparisons(tree: ast.AST) -> list[str]:
    """Equality between two values neither of which is written in the source: one may be a secret."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(
            isinstance(operator, ast.Eq | ast.NotEq) for operator in node.ops
        ):
            sides = [node.left, *node.comparators]
            if not any(_is_public(side) for side in sides):
                found.append(ast.unparse(node))
    return found


def _is_public(side: ast.expr) -> bool:
    """Constants, names of constants, sizes and paths are known to everybody."""
    text = ast.unparse(side)
    return isinstance(side, ast.Constant) or bool(
        re.fullmatch(r"_?[A-Z][A-Z_]+|len\(.*\)|Path\(.*\)\.absolute\(\)", text)
    )


def keys_in_source(tree: ast.AST) -> list[str]:
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            value = node.value
            if isinstance(value, bytes) and len(value) in {16, 20, 32} and not _is_label(value):
                found.append(repr(value))
            elif isinstance(value, str) and re.fullmatch(
                r"[0-9a-fA-F]{32,}|[A-Z2-7]{26,}|[A-Za-z0-9+/_-]{43}=?", value
            ):
                found.append(value)
    return found


def _is_label(value: bytes) -> bool:
    return value.isascii() and value.decode("ascii").isprintable()


Check = Callable[[ast.AST], list[str]]


def violations(check: Check, files: list[Path]) -> dict[str, list[str]]:
    answers = {
        path.relative_to(PACKAGE).as_posix(): check(ast.parse(path.read_text("utf-8")))
        for path in files
    }
    return {name: found for name, found in answers.items() if found}


@pytest.mark.parametrize(
    ("check", "source"),
    [
        (guessable_randomness, "import random"),
        (guessable_randomness, "from random import choice"),
        (guessable_randomness, "from uuid import uuid4"),
        (unvetted_imports, "import Crypto.Cipher"),
        (unvetted_imports, "from pyaes import AES"),
        (weak_algorithms, "hashlib.md5(b'')"),
        (weak_algorithms, "hashlib.new('sha1')"),
        (weak_algorithms, "from hashlib import sha1"),
        (weak_algorithms, "SHA1()"),
        (weak_algorithms, "hashlib.new('SHA-1')"),
        (leaky_comparisons, "stored == computed"),
        (leaky_comparisons, "hmac.digest(k, m, 'sha256') != tag"),
        (keys_in_source, f"KEY = {bytes(range(32))!r}"),
        (keys_in_source, f"KEY = '{'ab' * 32}'"),
        (keys_in_source, "SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'"),
    ],
)
def test_each_check_of_this_module_finds_what_it_looks_for(check: Check, source: str) -> None:
    assert check(ast.parse(source))


def test_randomness_comes_from_the_operating_system_everywhere() -> None:
    """STO-08: neither `random` nor `uuid` in the whole program."""
    assert len(EVERYTHING) > len(SECURITY) > 5
    assert violations(guessable_randomness, EVERYTHING) == {}


def test_the_adapters_import_vetted_cryptography_only() -> None:
    """STO-13, STO-14: the inventory of what may be imported here is in this file."""
    assert violations(unvetted_imports, SECURITY) == {}


def test_md5_and_sha1_are_nowhere_but_in_the_codes_that_rfc_6238_defines_so() -> None:
    """STO-16: HMAC-SHA-1 is what authenticator apps speak; nothing else may use it."""
    assert set(violations(weak_algorithms, EVERYTHING)) <= {"domain/totp.py"}


def test_nothing_that_may_be_secret_is_compared_by_equality() -> None:
    """PWD-19: `hmac.compare_digest` or the library's own comparison."""
    assert violations(leaky_comparisons, SECURITY) == {}


def test_no_key_is_written_in_the_source() -> None:
    """STO-04: nothing that looks like a key or a seed."""
    assert violations(keys_in_source, EVERYTHING) == {}


def test_the_program_cannot_reach_the_cost_meant_for_tests() -> None:
    """STO-17: the only mention is the definition."""
    mentions = [path for path in EVERYTHING if "unsafe_for_tests" in path.read_text("utf-8")]
    assert mentions == [PACKAGE / "security" / "hashing.py"]
    assert mentions[0].read_text("utf-8").count("unsafe_for_tests") == 1


def test_the_adapters_load_their_libraries_only_when_they_are_used(script: Script) -> None:
    """The first frame waits for neither argon2 nor cryptography; a key file opens without them."""
    done = script(
        """
import pathlib, sys, tempfile
from pomfa_tui.security import hashing, keys, process, vault
with tempfile.TemporaryDirectory() as folder:
    path, data = pathlib.Path(folder, "keys", "master.key"), pathlib.Path(folder, "data")
    keys.KeyRing.create(path, data)
    ring = keys.KeyRing.load(path, data)
    hashing.Argon2Hasher(ring.sub_keys(keys.Purpose.PEPPER), hashing.HashCost())
    vault.AesGcmVault(ring.sub_keys(keys.Purpose.VAULT))
print(sorted({"argon2", "cryptography", "ctypes", "textual", "rich", "logging"} & set(sys.modules)))
"""
    )
    assert done.stderr == ""
    assert done.stdout == "[]\n"
