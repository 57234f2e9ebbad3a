"""What no room may contain: the laws of the tree that import contracts cannot see."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import earmark.errors
from earmark.errors import EarmarkError
from hearing import FORBIDDEN

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "earmark"
TOP_LEVEL = {"LICENSE", "README.md", "daw_scripts", "docs", "pyproject.toml", "src", "tests"}
DAWS = re.compile(r"\b(ardour|reaper|pro ?tools|ableton|bitwig|logic pro|cubase|audacity)", re.IGNORECASE)
ROOMS_THAT_KNOW_DAWS = ("session", "surfaces", "cli")
NOBODY_KNOWS_WHAT_IS_IN = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
OF_A_MACHINE = re.compile(r"(?<![\w.])/(work/|root/|Users/|home/(?!me/))|\bpypi\.|index-url|127\.0\.0\.1:\d{2,}/simple")


def python_files(*rooms: str) -> list[Path]:
    return sorted(file for room in rooms or ("",) for file in (SOURCE / room).rglob("*.py"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def room_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0]


def tracked() -> list[Path]:
    """Every file that is, or is about to be, part of the tree."""
    asked = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


EVERY_FILE = pytest.mark.parametrize("path", python_files(), ids=named)


def test_nothing_new_stands_at_the_top_of_the_tree():
    top = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in top if not name.startswith(".")} <= TOP_LEVEL


@EVERY_FILE
def test_a_file_is_short_enough_to_be_read_at_once(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@EVERY_FILE
def test_a_file_says_by_its_name_what_is_in_it(path):
    assert path.stem not in NOBODY_KNOWS_WHAT_IS_IN


@pytest.mark.parametrize(
    "path", [path for path in python_files() if room_of(path) not in ROOMS_THAT_KNOW_DAWS], ids=named
)
def test_a_room_that_needs_no_daw_names_none(path):
    assert not [word for word in (*names_in(path), *texts_in(path)) if DAWS.search(word)]


@pytest.mark.parametrize("path", python_files("features", "audio", "session"), ids=named)
def test_a_room_before_the_rules_has_no_threshold(path):
    assert not [name for name in names_in(path) if "threshold" in name.lower()]


def names_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.alias):
            yield node.name


@pytest.mark.parametrize("path", [path for path in python_files() if room_of(path) != "audio"], ids=named)
def test_no_other_room_than_audio_opens_sound_with_a_library(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(
        r"pedalboard\.io|AudioFile|librosa\.load|scipy\.io\.wavfile|^\s*import wave\b", text, re.MULTILINE
    )


def texts_in(path: Path, docstring_too: bool = False) -> Iterator[str]:
    """String constants; of the docstrings at most the module's own, which `explain` and `--help` print."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hidden = {id(node.body[0].value) for node in ast.walk(tree) if has_docstring(node)}
    if docstring_too and has_docstring(tree):
        hidden.remove(id(tree.body[0].value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in hidden:
            yield node.value


def has_docstring(node: ast.AST) -> bool:
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return isinstance(node, holders) and bool(node.body) and ast.get_docstring(node, clean=False) is not None


@EVERY_FILE
def test_no_text_judges_anybodys_music(path):
    printed = texts_in(path, docstring_too=room_of(path) in ("rules", "cli"))
    assert not [found[0] for text in printed for found in FORBIDDEN.finditer(text)]


@pytest.mark.parametrize("word", ["wrong", "Fix", "fixes", "better", "should", "industry-standard", "score"])
def test_the_words_that_judge_would_be_seen(word):
    assert FORBIDDEN.search(f"this {word} it")


def test_no_file_knows_the_machine_it_was_written_on():
    own = Path(__file__).resolve()
    texts = (path for path in tracked() if path.suffix in (".py", ".md", ".toml", ".lua", ".yml", "") and path != own)
    assert not [
        named(path) for path in texts if OF_A_MACHINE.search(path.read_text(encoding="utf-8", errors="replace"))
    ]


@pytest.mark.parametrize("page", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=named)
def test_every_link_leads_somewhere(page):
    built = {"rules.md", "wire.md"}
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists() and link not in built] == []


# --- errors --------------------------------------------------------------------


def every_error(kind: type[EarmarkError] = EarmarkError) -> list[type[EarmarkError]]:
    return [kind, *(deeper for below in kind.__subclasses__() for deeper in every_error(below))]


def test_every_error_is_drawn_in_the_tree():
    drawn = re.findall(r"^[│├└─ ]*(\w+)(?:  |$)", earmark.errors.__doc__ or "", re.MULTILINE)
    assert {kind.__name__ for kind in every_error()} == set(drawn)


def test_every_error_has_its_own_heading_in_the_docs():
    headings = re.findall(r"^## (.+)$", (ROOT / "docs" / "errors.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == [kind.slug for kind in in_order_of_definition()]


def in_order_of_definition() -> list[type[EarmarkError]]:
    return [kind for kind in vars(earmark.errors).values() if isinstance(kind, type) and issubclass(kind, EarmarkError)]


# --- what is imported when -------------------------------------------------------


def modules_after(*arguments: str) -> set[str]:
    """Top-level modules that one whole command leaves imported."""
    program = (
        "import sys; from earmark.cli.__main__ import main; code = main(sys.argv[1:]);"
        "print(code, *{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    code, *modules = done.stderr.splitlines()[-1].split()
    assert code in "01", done.stderr
    return set(modules)


def test_help_imports_nothing_that_costs_time():
    assert not modules_after("--help") & {"numpy", "msgspec", "rich", "soundfile", "sqlite3", "scipy", "librosa"}
