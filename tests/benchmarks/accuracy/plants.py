"""Every fault there is a planter for, by code."""

from __future__ import annotations

from . import plants_file, plants_level, plants_noise, plants_pack, plants_voice
from .plant import PLANTERS

__all__ = ["PLANTERS"]
FAMILIES = (plants_file, plants_pack, plants_level, plants_noise, plants_voice)
