import os

import pytest

from earmark.printable import encodable, printable


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Kick In", "Kick In"),
        ("Gitarre schön", "Gitarre schön"),
        ("ギター", "ギター"),
        ("100% [bold]", "100% [bold]"),
        ("two\nlines", "two\\nlines"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("bell\x07", "bell\\x07"),
        ("over\u202eride", "over\\u202eride"),
        (os.fsdecode(b"caf\xe9"), "caf\\xe9"),
        ("lone \ud800", "lone \\ud800"),
    ],
)
def test_a_name_is_shown_on_one_line_and_does_nothing_to_the_terminal(name, shown):
    assert printable(name) == shown


def test_a_joined_emoji_stays_one():
    assert printable("👩\u200d🎤") == "👩\u200d🎤"


def test_an_encodable_name_keeps_its_newlines():
    assert encodable("two\nlines ü") == "two\nlines ü"


def test_an_encodable_name_can_be_encoded():
    encodable(os.fsdecode(bytes(range(1, 256)))).encode("utf-8")
