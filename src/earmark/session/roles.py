"""What a stem is, guessed from its name or confirmed by the engineer, and whether a name is that of the mix."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from urllib.parse import quote_from_bytes

from earmark.errors import SettingsError, did_you_mean
from earmark.model import Session, Stem

DRUM_ROLES = ("kick", "snare", "toms", "hihat", "overheads", "room", "drums", "percussion")
STRING_ROLES = ("bass", "electric-guitar", "acoustic-guitar", "strings")
OTHER_ROLES = ("keys", "piano", "synth", "brass", "lead-vocal", "backing-vocal", "fx", "mix", "unknown")
ROLES = DRUM_ROLES + STRING_ROLES + OTHER_ROLES

# The first line that fits decides. Words as engineers abbreviate them, in a few languages; whole words only.
SIGNS = (
    ("fx", r"e?fx|sfx|effects?|reverbs?|verb|rvb|plate|delay|dly|echo|risers?|sweeps?|impacts?|whoosh|slapback"),
    ("kick", r"kicks?|kik|kck|kd|bd|bass drum|kick ?drum|grosse caisse|bombo"),
    ("snare", r"snares?|snr|sn|sd|side ?stick|rim ?shots?|caisse claire"),
    ("hihat", r"hi ?hats?|hats?|hh|charleston"),
    ("overheads", r"over ?heads?|oh[lrs]?|ovhd?s?|cymbals?|cyms?|crash(es)?|ride"),
    ("toms", r"toms?|rack|floor|ft|tt"),
    (
        "percussion",
        r"percs?|percussion|shakers?|tambs?|tambourine|congas?|bongos?|cow ?bell|(hand ?)?claps?|snaps?|timbales|"
        r"triangle|djembe|cajon|maracas|guiro|tablas?|wood ?blocks?|perkussion",
    ),
    (
        "backing-vocal",
        r"bgvs?|bvs?|bvox|bgvox|(bg|bk|back|bkg) ?(vox|vocs?|vocals?)|backing|backgrounds?|backups?|"
        r"harmon(y|ies)|harms?|choirs?|gang|ad ?libs?|o+hs?|a+hs|coros?|chor|choeurs?|bass (vox|vocals?|voice)",
    ),
    ("bass", r"bass|bss|bs|contrabass|bajo|basse|808s?|subs?|basso"),
    ("fx", r"(vox|vocal|voice) (chops?|noise)"),
    (
        "lead-vocal",
        r"vox|vocals?|vocs?|voices?|singers?|lv|ldv|lead voc\w*|gesang|stimme|voz|voix|voce|rap|rapper|sprech",
    ),
    (
        "keys",
        r"electric piano|e ?piano|elec piano|ep|rhodes|wurl\w*|clav\w*|organs?|b3|hammond|keys?|keyboards?|mellotron",
    ),
    ("piano", r"pianos?|pno|grand|upright|steinway|klavier"),
    (
        "acoustic-guitar",
        r"acoustics?|acous|aco|ac ?(gtrs?|guitars?|git)|a ?gtrs?|a guitars?|agt|nylon|classical guitar|steel string|"
        r"uku?lele|uke|banjo|mandolin\w*|akustik\w*",
    ),
    (
        "electric-guitar",
        r"guitars?|gtrs?|gits?|gt|e ?gtrs?|el ?gtrs?|gitarren?|guitarras?|guitares?|chitarra|strat\w*|tele\w*|les paul",
    ),
    ("synth", r"synths?|syn|pads?|arps?|plucks?|saws?|moog|juno|prophet|seq|sequence|vocoder|lead synth"),
    ("brass", r"horns?|brass|trumpets?|tpts?|trps?|trombones?|tbns?|sax\w*|tuba|flugel\w*|saxophones?"),
    ("strings", r"strings?|strs?|violins?|vlns?|vl[12]?|violas?|vlas?|cell[oi]s?|vcs?|vlc|orchestra|quartet|fiddle"),
    ("room", r"rooms?|rms?|ambien(ce|t)|amb|raum"),
    ("drums", r"drums?|drum ?(set|kit)|kit|drms?|beats?|loops?|breakbeat|schlagzeug|bateria|batterie|batteria"),
    ("fx", r"clicks?|clk|metronome|noise|count( in)?"),
)
# Written together ("leadguitar.wav"): long words only, anywhere in the name.
PARTS = (
    ("kick", "bassdrum|kickdrum|kick"),
    ("snare", "snare"),
    ("hihat", "hihat"),
    ("overheads", "overhead"),
    ("percussion", "percussion|shaker|tambourin"),
    ("backing-vocal", "backing|background|bgvox|harmony|choir"),
    ("bass", "bassguitar|bass(?!oon)"),
    ("lead-vocal", "vocal|leadvox|singer"),
    ("keys", "rhodes|hammond|keyboard|epiano"),
    ("acoustic-guitar", "acoustic"),
    ("piano", "piano"),
    ("electric-guitar", "guitar|egtr"),
    ("synth", "synth"),
    ("brass", "trumpet|trombone|saxophon"),
    ("strings", "string|violin"),
    ("drums", "drum"),
)
MIX_SIGNS = (
    r"(full|rough|ref|stereo|final|main|pre)?(mix(es)?|mixdown|master(s|ed|ing)?)|roughs?|bounces?|bounced|print|"
    r"(2|two) ?(trk|track|tk)|(stereo|main|master|mix) (out|bus)"
)
WITH_OR_WITHOUT = r"no|minus|without|less|up|down"  # "Vox up mix", "Mix no drums": still mixes


def guess_role(name: str) -> str:
    """The role a name suggests: one of ROLES, "unknown" where it suggests none."""
    return "mix" if is_mix(name) else instrument(name)


def is_mix(name: str) -> bool:
    """Whether a name is that of the mix: a word for it, and no instrument whose mix or print it would be."""
    said = words(name)
    if not contains(MIX_SIGNS, said):
        return False
    return contains(WITH_OR_WITHOUT, said) or instrument(name) == "unknown"


def instrument(name: str) -> str:
    """The instrument a name suggests, or "unknown"."""
    said = words(name)
    for role, signs in SIGNS:
        if contains(signs, said):
            return role
    together = said.replace(" ", "")
    return next((role for role, parts in PARTS if re.search(parts, together)), "unknown")


def words(name: str) -> str:
    """A name as lower-case words: "LdVox_dbl.01" is "ld vox dbl 01"."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", name) if not unicodedata.combining(sign))
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})", " ", plain)
    apart = re.sub(r"(?<=[^\W\d_]{2})(?=\d)|(?<=\d)(?=[^\W\d_]{2})", " ", apart)
    said = " ".join(re.findall(r"[^\W_]+", apart.lower()))
    return re.sub(r"\bmix down\b", "mixdown", said)


def contains(signs: str, said: str) -> bool:
    """Whether one of the signs stands in these words."""
    return whole_words(signs).search(said) is not None


@cache
def whole_words(signs: str) -> re.Pattern[str]:
    """The signs as a pattern of whole words."""
    return re.compile(rf"\b(?:{signs})\b")


def key_of(name: str) -> str:
    """A stem's name as a key of earmark.toml, which is UTF-8: other bytes are spelt `%e9`."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return quote_from_bytes(os.fsencode(name), safe=" !#$&'()*+,;=@[]{}")
    return name


def confirm(session: Session, roles: Mapping[str, str]) -> Session:
    """The session with the roles that the engineer has confirmed, as earmark.toml holds them under `[roles]`."""
    for name, role in roles.items():
        if role not in ROLES:
            guess = did_you_mean(role, ROLES) or f"; a role is one of {', '.join(ROLES)}"
            raise SettingsError(f"[roles] {name!r} is {role!r}, which earmark does not know{guess}")
    stems = tuple(confirmed(stem, roles) for stem in session.stems)
    return replace(session, stems=stems, mix=confirmed(session.mix, roles) if session.mix else None)


def confirmed(stem: Stem, roles: Mapping[str, str]) -> Stem:
    """The stem with its confirmed role, if it has one."""
    role = roles.get(key_of(stem.name))
    return stem if role is None else replace(stem, role=role, role_confirmed=True)
