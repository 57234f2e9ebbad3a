ardour {
  ["type"] = "dsp",
  name = "earmark suggestion",
  category = "Utility",
  author = "earmark",
  license = "GPL-3.0-or-later",
  description = [[
Carries a suggested gain curve beside the mix, centred on 0 dB. Audio passes untouched.

Listen lets you hear the curve in place while the transport rolls. It is off after a load, a save
and a stop, does nothing in an export or a bounce, and obeys only being switched on by hand.]]
}

local RANGE_DB = 6

function dsp_ioconfig ()
  return { { audio_in = -1, audio_out = -1 } }
end

function dsp_params ()
  return {
    { ["type"] = "input", name = "Suggested gain", min = -RANGE_DB, max = RANGE_DB, default = 0, unit = "dB" },
    { ["type"] = "input", name = "Listen", min = 0, max = 1, default = 0, toggled = true },
  }
end

local rate_hz = 48000
local channels = 0
local outputs = nil
local gain = 1 -- applied last, so that a switch is a short fade and never a click
local seen = nil -- Listen as it was in the cycle before; nil until the first one after a load
local armed = false -- Listen went from 0 to 1 since this was loaded
local rolled = false

function dsp_init (rate)
  rate_hz = rate
end

function dsp_configure (ins, outs)
  outputs = outs
  channels = outs:n_audio ()
end

-- A value of 1 that came out of a session file was nobody's act: only a change counts.
local function obey (listen)
  if seen ~= nil and listen and not seen then armed = true end
  if not listen then armed = false end
  seen = listen
end

-- Heard only while rolling in real time: an export is freewheeling, a bounce stands still.
local function is_heard ()
  local rolling = Session:transport_rolling ()
  if rolled and Session:transport_stopped () then armed, rolled = false, false end
  if rolling then rolled = true end
  return armed and rolling and not Session:engine ():freewheeling ()
end

function dsp_runmap (bufs, in_map, out_map, n_samples, offset)
  ARDOUR.DSP.process_map (bufs, outputs, in_map, out_map, n_samples, offset)
  local controls = CtrlPorts:array ()
  obey (controls[2] > 0.5)
  local target = 1
  if is_heard () then target = ARDOUR.DSP.dB_to_coefficient (controls[1]) end
  if target == 1 and gain == 1 then return end
  local reached = target
  for c = 1, channels do
    local id = out_map:get (ARDOUR.DataType ("audio"), c - 1)
    if id ~= ARDOUR.ChanMapping.Invalid then
      reached = ARDOUR.Amp.apply_gain (bufs:get_audio (id), rate_hz, n_samples, gain, target, offset)
    end
  end
  gain = reached
  if target == 1 and math.abs (gain - 1) < 1e-5 then gain = 1 end
end
