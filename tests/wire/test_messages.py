"""The table of messages: what goes out comes back, and nothing else comes in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.errors import WireError
from earmark.wire.messages import MAX_BYTES, MESSAGES, Field, Kind, Value, as_markdown, decode, encode, message

WHOLE = {"i": st.integers(-(2**31), 2**31 - 1), "h": st.integers(-(2**63), 2**63 - 1)}


def _values(one: Field) -> st.SearchStrategy[Value]:
    if one.words:
        return st.sampled_from(one.words)
    if one.tag == "s":
        return st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=40)
    return WHOLE[one.tag]


def _any_message() -> st.SearchStrategy[tuple[Kind, dict[str, Value]]]:
    return st.sampled_from(MESSAGES).flatmap(
        lambda kind: st.tuples(st.just(kind), st.fixed_dictionaries({f.name: _values(f) for f in kind.fields}))
    )


def _sample(kind: Kind) -> dict[str, Value]:
    """A different value in each field, so that a swap is seen."""
    return {
        f.name: (f.words[-1] if f.words else f"{f.name} é") if f.tag == "s" else 100 + n
        for n, f in enumerate(kind.fields)
    }


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.address)
def test_every_row_comes_back_as_it_went_out(kind: Kind) -> None:
    sent = message(kind.address, **_sample(kind))
    assert decode(encode(sent)) == sent


@given(_any_message())
def test_any_value_a_field_may_hold_comes_back(row: tuple[Kind, dict[str, Value]]) -> None:
    kind, values = row
    assert decode(encode(message(kind.address, **values))).values == values


@given(st.binary(max_size=MAX_BYTES + 50))
def test_bytes_of_any_kind_are_a_message_or_a_wire_error(datagram: bytes) -> None:
    try:
        understood = decode(datagram)
    except WireError:
        return
    assert encode(understood) == datagram


@given(_any_message(), st.data())
def test_a_changed_byte_is_refused_or_is_another_true_message(
    row: tuple[Kind, dict[str, Value]], data: st.DataObject
) -> None:
    datagram = bytearray(encode(message(row[0].address, **row[1])))
    at = data.draw(st.integers(0, len(datagram) - 1))
    datagram[at] ^= data.draw(st.integers(1, 255))
    try:
        understood = decode(bytes(datagram))
    except WireError:
        return
    assert encode(understood) == bytes(datagram)


@given(_any_message(), st.data())
def test_a_message_cut_short_is_refused(row: tuple[Kind, dict[str, Value]], data: st.DataObject) -> None:
    datagram = encode(message(row[0].address, **row[1]))
    with pytest.raises(WireError):
        decode(datagram[: data.draw(st.integers(0, len(datagram) - 1))])


@pytest.mark.parametrize(
    "datagram",
    [
        b"",
        b"#bundle\0" + b"\0" * 8,
        b"#reply\0\0,\0\0\0",
        b"/earmark/nothing\0\0\0\0,\0\0\0",
        b"/earmark/bye\0\0\0\0,i\0\0\0\0\0\1",
        b"/earmark/bye\0\0\0\0,z\0\0",
        b"/earmark/bye\0\0\0\0,s\0\0abc\1",
        b"/earmark/bye\0\0\0\0,s\0\0\xff\xfe\0\0",
        b"/earmark/bye\0\0\0\0,s\0\0ab\0\0extra\0\0\0",
        b"/earmark/decide\0,ssis\0\0\0\0\0\0\0maybe\0\0\0\0\0\0\0\0\0\0\0",
    ],
    ids=["nothing", "bundle", "reply", "address", "type", "unknown tag", "no end", "not utf-8", "left over", "word"],
)
def test_what_is_none_of_ours_is_named_in_hex(datagram: bytes) -> None:
    with pytest.raises(WireError) as refused:
        decode(datagram)
    assert (datagram[:4].hex(" ") or "no bytes") in str(refused.value) or "must be one of" in str(refused.value)


def test_a_message_over_a_kilobyte_is_not_sent() -> None:
    with pytest.raises(WireError, match="at most 1000 fit"):
        encode(message("/earmark/bye", because="a" * 1000))


def test_a_missing_or_extra_field_is_named() -> None:
    with pytest.raises(WireError, match="missing or unknown here: on"):
        message("/earmark/listen", id="7f3a91c2")
    with pytest.raises(WireError, match="missing or unknown here: loud"):
        message("/earmark/listen", id="7f3a91c2", on=1, loud=2)


@pytest.mark.parametrize("value", [2**31, 1.0, True, "1"], ids=repr)
def test_a_number_that_does_not_fit_its_tag_is_refused(value: Value) -> None:
    with pytest.raises(WireError, match="type tag i cannot carry"):
        message("/earmark/listen", id="", on=value)


def test_text_with_half_a_character_is_refused() -> None:
    with pytest.raises(WireError, match="UTF-8"):
        encode(message("/earmark/bye", because="\udcff"))


def test_the_page_for_people_names_every_address_and_field() -> None:
    page = as_markdown()
    for kind in MESSAGES:
        assert f"`{kind.address}` ,{kind.tags}" in page
        assert all(f"- `{one.name}` ({one.tag})" in page for one in kind.fields)
