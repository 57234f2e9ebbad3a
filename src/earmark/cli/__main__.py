"""Arguments in, exit code out: 0 nothing to ask, 1 findings remain, 2 not understood, 3 the world refused."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from earmark import __version__
from earmark.cli.shell.commands import Commands
from earmark.errors import EarmarkError
from earmark.printable import printable

STOPPED = 130  # 128 + SIGINT, as shells count it
ABOUT = """A second pair of ears for a mixing engineer: it asks, you decide.

Nothing that earmark does can be heard in a session until a human has accepted it.
"""

group = Commands(name="earmark", help=ABOUT, context_settings={"help_option_names": ["-h", "--help"]})
click.version_option(__version__, message="earmark %(version)s")(group)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; whatever goes wrong becomes one sentence on stderr and an exit code."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: its threads only slow our small arrays
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except BrokenPipeError:
        return unread()
    except (KeyboardInterrupt, click.Abort):
        return stop()
    except click.ClickException as refusal:
        return misunderstood(refusal)
    except EarmarkError as refusal:
        say(str(refusal))
        return refusal.exit_code
    except OSError as refusal:
        say(sentence(refusal))
        return 3
    return code


def run(arguments: list[str]) -> int:
    """The exit code of one command. Not `group.main`, which has its own way with a closed pipe."""
    try:
        with group.make_context("earmark", arguments) as context:
            code = group.invoke(context)
    except click.exceptions.Exit as over:
        return over.exit_code
    return code if isinstance(code, int) else 0


def misunderstood(refusal: click.ClickException) -> int:
    """Where help is, then what was not understood; a bare `earmark` gets the help itself."""
    if isinstance(refusal, click.exceptions.NoArgsIsHelpError):
        refusal.show()
        return 2
    context = getattr(refusal, "ctx", None)
    if context is not None:
        print(context.get_usage(), file=sys.stderr)
    say(refusal.format_message())
    return 2


def say(words: str) -> None:
    """One line on stderr."""
    print(f"earmark: {printable(words)}", file=sys.stderr)


def sentence(refusal: OSError) -> str:
    """What the operating system said, by the owner's name of the thing."""
    reason = (refusal.strerror or str(refusal)).lower()
    thing = os.fsdecode(refusal.filename) if refusal.filename else "nothing more can be written"
    return f"{thing}: {reason}"


def unread() -> int:
    """Whoever read our output has gone: no more words, and none from Python at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def stop() -> int:
    """Ctrl-C: one line, and out at once, whatever workers are still doing."""
    print("\nearmark: stopped", file=sys.stderr, flush=True)
    os._exit(STOPPED)


if __name__ == "__main__":
    sys.exit(main())
