"""Everything that can go wrong, drawn as a tree.

EarmarkError
├── UsageError         asked in a way earmark does not understand              exit 2
│   ├── SettingsError  earmark.toml says something earmark does not understand
│   └── UnknownId      no finding or suggestion has this id, or several do
└── RefusedError       the world refused                                       exit 3
    ├── SessionError   the session cannot be read as asked
    ├── AudioError     a stem cannot be read where it has to be
    ├── RenderError    the DAW could not render the session
    ├── LedgerError    the ledger cannot be read or written; nothing was decided
    ├── WireError      bytes that are none of our messages
    └── SurfaceError   the DAW did not answer, or cannot do this

One sentence each, four parts: the thing by its owner's name, what it is, what it must be, what to do.
A fault in the music is a Finding, never an exception. Slugs equal the headings of docs/errors.md.
"""

from __future__ import annotations

from collections.abc import Iterable


class EarmarkError(Exception):
    """The root; never raised itself."""

    slug = "earmark"
    exit_code = 3


class UsageError(EarmarkError):
    """The command was asked in a way earmark does not understand."""

    slug = "usage"
    exit_code = 2


class SettingsError(UsageError):
    """earmark.toml says something earmark does not understand."""

    slug = "settings"


class UnknownId(UsageError):
    """No finding has this id, or more than one begins with it."""

    slug = "unknown-id"


class RefusedError(EarmarkError):
    """The question was clear; the world refused."""

    slug = "refused"


class SessionError(RefusedError):
    """The session cannot be read as asked."""

    slug = "session"


class AudioError(RefusedError):
    """A stem cannot be read where it has to be."""

    slug = "audio"


class RenderError(RefusedError):
    """The DAW could not render the session."""

    slug = "render"


class LedgerError(RefusedError):
    """The ledger cannot be read or written; nothing was decided."""

    slug = "ledger"


class WireError(RefusedError):
    """Bytes that are none of our messages; shown in hex."""

    slug = "wire"


class SurfaceError(RefusedError):
    """The DAW did not answer, or cannot do this."""

    slug = "surface"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean x?` where a known word is near, else nothing: the end of a sentence."""
    from difflib import get_close_matches  # only ever needed on the way out

    near = get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""
