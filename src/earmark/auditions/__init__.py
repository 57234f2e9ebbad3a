"""What a suggestion would sound like: before, after and the difference, rendered beside the session, never into it."""

from earmark.auditions.audition import Audition, audition
from earmark.auditions.files import played, write_files

__all__ = ["Audition", "audition", "played", "write_files"]
