import pytest

from earmark.reports.numbers import counted, length, number, place, rate


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (-77.0, "-77"),
        (-77.04, "-77.0"),
        (-0.933, "-0.933"),
        (0.00102, "0.00102"),
        (44_100.0, "44100"),
        (1234.56, "1235"),
        (0.0, "0"),
        (float("-inf"), "none"),
        (float("nan"), "none"),
    ],
)
def test_a_number_is_shown_as_it_would_be_said(value, shown):
    assert number(value) == shown


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        ((None, None), "whole file"),
        ((23.54, 24.30), "0:23.5-0:24.3"),
        ((23.54, 23.56), "0:23.5-0:23.6"),
        ((23.51, 23.52), "0:23.5"),
        ((59.96, None), "1:00.0"),
        ((3723.4, None), "62:03.4"),
        ((-0.5, None), "-0:00.5"),
        ((-0.01, None), "0:00.0"),
    ],
)
def test_a_place_is_shown_as_the_counter_of_a_daw_shows_it(span, shown):
    assert place(*span) == shown


def test_lengths_rates_and_counts_read_as_words():
    assert [length(163.4), length(59.6), rate(44_100), rate(48_000), counted(1, "stem"), counted(8, "stem")] == [
        "2:43",
        "1:00",
        "44.1 kHz",
        "48 kHz",
        "1 stem",
        "8 stems",
    ]
