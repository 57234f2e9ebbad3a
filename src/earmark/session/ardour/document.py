"""Opens the XML and trusts none of it: no entities, no document type, no more than a set size."""

from __future__ import annotations

import stat
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from earmark.errors import SessionError

MOST_BYTES = 64 * 2**20  # house default; sessions of 200 tracks with dense automation take about 20 MB


def document(path: Path) -> Element:
    """The root element."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import parse

    why_not(path)
    try:
        root = parse(path, forbid_dtd=True).getroot()
    except DefusedXmlException as trouble:
        raise SessionError(
            f"{path} declares a document type or entities, which Ardour never writes; it was not read, "
            "open it in a text editor to see where it comes from"
        ) from trouble
    except (ParseError, ValueError, LookupError) as trouble:
        raise SessionError(
            f"{path} is not the XML of an Ardour session ({trouble}); open the session in Ardour, "
            "or take its .ardour.bak or a backup"
        ) from trouble
    except OSError as trouble:
        raise SessionError(f"{path} cannot be read ({(trouble.strerror or str(trouble)).lower()})") from trouble
    assert isinstance(root, Element)
    return root


def why_not(path: Path) -> None:
    """Refuse what is no ordinary file, or too large."""
    try:
        found = path.stat()
    except OSError as trouble:
        why = (trouble.strerror or str(trouble)).lower()
        raise SessionError(f"{path} cannot be read ({why}); name an .ardour file that you may read") from trouble
    if not stat.S_ISREG(found.st_mode):
        raise SessionError(f"{path} is not an ordinary file; name the .ardour file that Ardour saved")
    if found.st_size > MOST_BYTES:
        raise SessionError(
            f"{path} is {found.st_size / 2**20:.0f} MB of XML, and earmark reads at most {MOST_BYTES // 2**20} MB; "
            "listen to an export of its tracks"
        )
