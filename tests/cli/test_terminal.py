import io
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from earmark.cli.shell import terminal
from earmark.cli.shell.terminal import Progress, plain_wanted


class Screen(io.StringIO):
    """What a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch):
    looked_at = Screen()
    monkeypatch.setattr(terminal, "sys", SimpleNamespace(stderr=looked_at))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return looked_at


def slow() -> Callable[[], float]:
    """A clock on which two seconds pass between any two looks."""
    return map(float, range(0, 1000, 2)).__next__


def test_nothing_is_shown_of_what_is_over_in_a_second(screen):
    with Progress() as progress:
        progress("listening", 1, 8)
    assert screen.getvalue() == ""


def test_a_bar_is_shown_of_what_takes_longer_and_taken_away_again(screen):
    with Progress(clock=slow()) as progress:
        progress("listening", 1, 8)
        progress("listening", 5, 8)
        assert progress.bar is not None
        progress.bar.refresh()
        assert "5/8" in screen.getvalue()
        progress("between stems", 1, 3)
        assert [task.description for task in progress.bar.tasks] == ["listening", "between stems"]
    assert screen.getvalue().endswith("\x1b[2K") or "\x1b[1A\x1b[2K" in screen.getvalue()


def test_quiet_shows_no_bar(screen):
    with Progress(quiet=True, clock=slow()) as progress:
        progress("listening", 1, 8)
    assert screen.getvalue() == ""


def test_nobody_looking_gets_no_bar(monkeypatch):
    unseen = io.StringIO()
    monkeypatch.setattr(terminal, "sys", SimpleNamespace(stderr=unseen))
    with Progress(clock=slow()) as progress:
        progress("listening", 1, 8)
    assert unseen.getvalue() == ""


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_person_may_want_no_colour(screen, monkeypatch, environment):
    assert not plain_wanted(screen)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert plain_wanted(screen)


def test_a_file_gets_no_colour():
    assert plain_wanted(io.StringIO())
