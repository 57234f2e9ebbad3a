"""What Ardour is started with when it renders: settings of our own making, and its export in 32-bit float."""

from __future__ import annotations

import os
import re
from pathlib import Path

PRESET_ID = "b7f6c0a2-6f5b-4b53-9d57-0d5b1c1e7a02"
FORMAT_ID = "b7f6c0a2-6f5b-4b53-9d57-0d5b1c1e7a01"


def environment(work: Path) -> dict[str, str]:
    """The user's own, but with a copy of Ardour's settings that knows our export format and starts no remotes."""
    own = work / "config" / "ardour7"
    (own / "export").mkdir(parents=True)
    (own / ".a7").touch()
    theirs = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "ardour7" / "config"
    if theirs.is_file():
        (own / "config").write_bytes(without_remotes(theirs.read_bytes()))
    (own / "export" / "earmark.format").write_text(FORMAT, encoding="utf-8")
    (own / "export" / "earmark.preset").write_text(PRESET, encoding="utf-8")
    return {**os.environ, "XDG_CONFIG_HOME": str(own.parent), **steady_arithmetic()}


def without_remotes(config: bytes) -> bytes:
    """Settings in which no remote control is started."""
    return re.sub(rb"<ControlProtocols>.*?</ControlProtocols>", b"", config, flags=re.DOTALL)


def steady_arithmetic() -> dict[str, str]:
    """On processors with AVX-512, delay lines in Ardour 7.3 write past their ends: crackle, crashes, never twice alike.

    Its own switch limits it to flush-to-zero (1), denormals-are-zero (2), SSE (4) and SSE2 (8), which every x86-64 has.
    """
    try:
        has_avx512 = "avx512f" in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").split()
    except OSError:
        return {}
    return {"ARDOUR_FPU_FLAGS": "15"} if has_avx512 and "ARDOUR_FPU_FLAGS" not in os.environ else {}


FORMAT = f"""<?xml version="1.0" encoding="UTF-8"?>
<ExportFormatSpecification name="earmark" id="{FORMAT_ID}" with-cue="false" with-toc="false" with-mp4chaps="false"
 command="" analyse="false" soundcloud-upload="false">
  <Encoding id="F_WAV" type="T_Sndfile" extension="wav" name="WAV" has-sample-format="true" channel-limit="256"/>
  <SampleRate rate="1"/>
  <SRCQuality quality="SRC_SincBest"/>
  <EncodingOptions>
    <Option name="sample-format" value="SF_Float"/>
    <Option name="dithering" value="D_None"/>
    <Option name="tag-metadata" value="false"/>
    <Option name="tag-support" value="false"/>
    <Option name="broadcast-info" value="false"/>
  </EncodingOptions>
  <Processing>
    <Normalize enabled="false" loudness="no" dbfs="0" lufs="-23" dbtp="-1"/>
    <Silence>
      <Start><Trim enabled="false"/><Add enabled="false"><Duration format="Timecode" hours="0" minutes="0" seconds="0"
       frames="0"/></Add></Start>
      <End><Trim enabled="false"/><Add enabled="false"><Duration format="Timecode" hours="0" minutes="0" seconds="0"
       frames="0"/></Add></End>
    </Silence>
  </Processing>
</ExportFormatSpecification>
"""

PRESET = f"""<?xml version="1.0" encoding="UTF-8"?>
<ExportPreset id="{PRESET_ID}" name="earmark">
  <ExportFormat id="{FORMAT_ID}"/>
  <ExportFilename>
    <Folder relative="1" path="export"/>
    <Field name="label" enabled="0"/><Field name="session" enabled="0"/><Field name="snapshot" enabled="0"/>
    <Field name="timespan" enabled="1"/><Field name="revision" enabled="0"/>
    <Field name="time" enabled="0" value="T_None"/><Field name="date" enabled="0" value="D_None"/>
  </ExportFilename>
</ExportPreset>
"""
