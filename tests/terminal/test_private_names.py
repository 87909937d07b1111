"""The private names of Textual this program leans on are what they were in the pinned release."""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import inspect
import textwrap
from pathlib import Path

import pytest
import textual.app
import textual.keys
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.app import App
from textual.dom import DOMNode
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen

from pomfa_tui.terminal.quick_start import PALETTE, PALETTE_NAMES
from pomfa_tui.terminal.textual_private import QuietApp, QuietDriver, known_sequences

PARSE_ACTION = (
    "(self, action: 'str | ActionParseResult', default_namespace: 'DOMNode', "
    "namespaces: 'Mapping[str, DOMNode] | None' = None) -> 'tuple[DOMNode, str, tuple[object, ...]]'"
)
PUSH_RESULT_CALLBACK = (
    "(self, requester: 'MessagePump', callback: 'ScreenResultCallbackType[ScreenResultType] | None', "
    "future: 'asyncio.Future[ScreenResultType | None] | None' = None) -> 'None'"
)
PACKAGE = Path(__file__).parent.parent.parent / "pomfa_tui"


def signature(function: object) -> str:
    assert callable(function)
    return str(inspect.signature(function))


def test_textual_is_the_release_these_names_were_read_in() -> None:
    assert importlib.metadata.version("textual") == "8.2.8"


@pytest.mark.parametrize(
    ("owner", "name", "expected"),
    [
        (App, "_handle_exception", "(self, error: 'Exception') -> 'None'"),
        (App, "_fatal_error", "(self) -> 'None'"),
        (App, "_set_pointer_shape", "(self, shape: 'str') -> 'None'"),
        (App, "_print_error_renderables", "(self) -> 'None'"),
        (App, "_close_messages_no_wait", "(self) -> 'None'"),
        (
            App,
            "_parse_action",
            PARSE_ACTION,
        ),
        (
            Screen,
            "_push_result_callback",
            PUSH_RESULT_CALLBACK,
        ),
        (LinuxDriver, "_run_input_thread", "(self) -> 'None'"),
        (LinuxDriver, "run_input_thread", "(self) -> 'None'"),
        (LinuxDriver, "_get_terminal_size", "(self) -> 'tuple[int, int]'"),
        (LinuxDriver, "_query_in_band_window_resize", "(self) -> 'None'"),
        (LinuxDriver, "_enable_in_band_window_resize", "(self) -> 'None'"),
        (LinuxDriver, "_patch_lflag", "(attrs: 'int') -> 'int'"),
        (LinuxDriver, "start_application_mode", "(self)"),
        (LinuxDriver, "stop_application_mode", "(self) -> 'None'"),
        (Driver, "process_message", "(self, message: 'messages.Message') -> 'None'"),
        (textual.keys, "_character_to_key", "(character: 'str') -> 'str'"),
    ],
)
def test_a_private_function_has_the_signature_that_is_overridden(
    owner: object, name: str, expected: str
) -> None:
    assert signature(getattr(owner, name)) == expected


@pytest.mark.parametrize(
    "name",
    [
        *["_exception", "_exception_event", "_return_code", "_exit_renderables", "_loop"],
        *["_disable_notifications", "_disable_tooltips"],
    ],
)
def test_a_private_attribute_of_the_app_exists(name: str) -> None:
    source = inspect.getsource(textual.app)

    assert f"self.{name}" in source or f"def {name}(" in source


@pytest.mark.parametrize("name", ["self._file =", "self.exit_event =", "self.fileno ="])
def test_a_private_attribute_of_the_driver_is_set_where_we_replace_it(name: str) -> None:
    assert name in inspect.getsource(LinuxDriver.__init__)


def test_the_driver_is_built_as_we_expect() -> None:
    assert "debug=constants.DEBUG" in inspect.getsource(App._build_driver)
    assert signature(LinuxDriver.__init__) == (
        "(self, app: 'App', *, debug: 'bool' = False, mouse: 'bool' = True, "
        "size: 'tuple[int, int] | None' = None) -> 'None'"
    )


def test_the_table_of_keys_holds_the_keys_we_need() -> None:
    assert {"\x1b[A", "\x1bOP", "\x1b[24~", "\x1b[Z", "\r", "\t", "\x7f"} <= set(known_sequences())
    assert set(known_sequences()) <= set(ANSI_SEQUENCES_KEYS)


def private_overrides(path: Path) -> set[str]:
    """Name the private methods and attributes of Textual's that a module defines or sets on itself."""
    known = {name for cls in (App, LinuxDriver) for name in dir(cls) if name.startswith("_")}
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
            assert not any(part.startswith("_") for part in (node.module or "").split(".")), path
            assert not any(alias.name.startswith("_") for alias in node.names), path
    return {name for name in found & known if not name.startswith("__")}


def test_private_names_are_used_in_one_file_only() -> None:
    for path in PACKAGE.rglob("*.py"):
        if path.name != "textual_private.py":
            assert private_overrides(path) == set(), path


def widget_attributes() -> set[str]:
    """Return every attribute that Textual's widgets, screens and apps have by themselves."""
    from textual.screen import Screen
    from textual.widgets import Button, Input, Static

    found: set[str] = set()
    for cls in (App, Screen, Button, Input, Static, LinuxDriver):
        found |= set(dir(cls))
        for base in cls.__mro__[:-1]:
            try:
                tree = ast.parse(Path(inspect.getfile(base)).read_text(encoding="utf-8"))
            except (OSError, TypeError):
                continue
            found |= {
                node.attr
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute)
                and isinstance(node.ctx, ast.Store)
                and isinstance(node.value, ast.Name)
                and node.value.id == "self"
            }
    return found


def attributes_set_by(cls: type) -> set[str]:
    """Return the names that a class sets on itself."""
    return {
        node.attr
        for node in ast.walk(
            ast.parse(inspect.cleandoc("\n" + textwrap.dedent(inspect.getsource(cls))))
        )
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    }


def test_no_attribute_of_ours_shadows_a_private_one_of_textuals() -> None:
    """`_closing` or `_closed` on a screen would stop its messages; Textual's names are everywhere."""
    taken = {name for name in widget_attributes() if name.startswith("_")}
    for part in ("screens", "widgets"):
        for path in sorted((PACKAGE / part).glob("*.py")):
            module = importlib.import_module(f"pomfa_tui.{part}.{path.stem}")
            for cls in vars(module).values():
                if (
                    inspect.isclass(cls)
                    and issubclass(cls, DOMNode)
                    and cls.__module__ == module.__name__
                ):
                    assert attributes_set_by(cls) & taken == set(), cls


def test_the_stand_in_has_all_that_textual_imports_of_its_palette() -> None:
    """K02: the palette is not even loaded."""
    wanted: set[str] = set()
    for module in ("app", "theme", "system_commands", "screen"):
        path = Path(inspect.getfile(textual.app)).with_name(f"{module}.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == PALETTE:
                wanted |= {alias.name for alias in node.names}

    assert wanted == set(PALETTE_NAMES)


def test_the_quiet_classes_stand_on_the_public_ones() -> None:
    assert issubclass(QuietApp, App)
    assert issubclass(QuietDriver, LinuxDriver)
