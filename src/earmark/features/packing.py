"""Features as bytes and back: msgpack with numbers and arrays in it, nothing that could run."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from math import prod
from typing import TYPE_CHECKING, Any, get_type_hints

import numpy as np

from earmark.features.feature import StemFeature
from earmark.model import Stem

if TYPE_CHECKING:
    import msgspec

DTYPES = frozenset({"|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"})


class NotPacked(ValueError):
    """These bytes are no feature of this kind."""


def pack(feature: StemFeature) -> bytes:
    """All of a feature but its stem. Raises TypeError for what cannot be written down."""
    import msgspec

    kind: type = type(feature)
    values = {name: getattr(feature, name) for name in fields_of(kind)}
    return msgspec.msgpack.encode(shape_of(kind)(**values), enc_hook=written)


def unpack(kind: type, body: bytes, stem: Stem) -> StemFeature:
    """The feature, its arrays locked. Raises NotPacked for anything but what `pack` wrote."""
    import msgspec

    try:
        values = msgspec.msgpack.decode(body, type=shape_of(kind), dec_hook=read)
    except (msgspec.DecodeError, TypeError, ValueError, OverflowError, RecursionError) as reason:
        raise NotPacked(f"{kind.__name__}: {reason}") from reason
    feature = kind(stem=stem, **{name: getattr(values, name) for name in fields_of(kind)})
    assert isinstance(feature, StemFeature)
    return feature


def can_be_packed(kind: type) -> bool:
    """Whether every field of the kind is of a type that can be written down and checked when read."""
    import msgspec

    try:
        msgspec.msgpack.Decoder(shape_of(kind), dec_hook=read)
    except (TypeError, NameError):
        return False
    return True


@cache
def fields_of(kind: type) -> dict[str, Any]:
    """Name and type of every field but the stem."""
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind) if field.name != "stem"}


@cache
def shape_of(kind: type) -> type[msgspec.Struct]:
    """What is written for one kind: its fields, typed, in order, no others."""
    import msgspec

    return msgspec.defstruct(kind.__name__, list(fields_of(kind).items()), array_like=True, forbid_unknown_fields=True)


def written(value: Any) -> Any:
    """Arrays as dtype, shape and bytes; numpy's numbers as plain ones."""
    if isinstance(value, np.ndarray):
        if little(value.dtype) not in DTYPES:
            raise TypeError(f"arrays of {value.dtype} are not kept")
        return [little(value.dtype), list(value.shape), np.ascontiguousarray(value, little(value.dtype)).tobytes()]
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} is not kept")


def read(kind: type, value: Any) -> Any:
    """The array that `written` wrote; read-only."""
    if kind is not np.ndarray:
        raise TypeError(f"{kind} is not kept")
    dtype, shape, body = value
    if dtype not in DTYPES or not all(isinstance(size, int) and size >= 0 for size in shape):
        raise ValueError("no array")
    if prod(shape) * np.dtype(dtype).itemsize != len(body):
        raise ValueError("an array of another size")
    return np.frombuffer(body, dtype).reshape(shape)


def little(dtype: np.dtype[Any]) -> str:
    """The dtype's name in little-endian order."""
    return dtype.newbyteorder("<").str
