-- Runs inside ardour7-lua, on a copy of a session: exports the master as it is, then turns the master into a row of
-- taps, one channel per output of every track and bus, and exports that too. What it did stands in plan.txt.
-- Arguments: folder, name, out folder, tap ("source" or "post-fader"), first sample, end sample ("-" for the
-- session's own range), preset id, channels per pass, route ids wanted ("-" for all, else joined by commas).
io.stdout:setvbuf("no")
local folder, name, out, tap, first, last, preset, at_once, wanted = table.unpack(arg)
local plan = assert(io.open(out .. "/plan.txt", "w"))

local function hex(text) return (text:gsub(".", function(c) return string.format("%02x", c:byte()) end)) end
local function tell(...)
  local cells = {...}
  for i, cell in ipairs(cells) do cells[i] = tostring(cell) end
  plan:write(table.concat(cells, "\t"), "\n")
  plan:flush()
end
local function fail(why) tell("trouble", why) os.exit(1, false) end

AudioEngine:set_backend("None (Dummy)", "Unit-Test", "")
local session = load_session(folder, name)
if not session then fail("it cannot be loaded") end
local master = session:master_out()
if master:isnil() then fail("it has no master bus") end

if first == "-" then first = session:current_start_sample() end
if last == "-" then last = session:current_end_sample() end
first, last = math.floor(tonumber(first)), math.floor(tonumber(last))
if last <= first then fail("its session range is empty") end
tell("session", session:nominal_sample_rate(), first, last)
for gone in session:unknown_processors():iter() do tell("absent", hex(gone)) end

local function is_wanted(route)
  if wanted == "-" then return true end
  return ("," .. wanted .. ","):find("," .. route:to_stateful():id():to_s() .. ",", 1, true) ~= nil
end

local function ours(route)
  return not (route:is_master() or route:is_monitor() or route:is_auditioner() or route:is_hidden())
    and route:n_outputs():n_audio() > 0 and is_wanted(route)
end

local function to_master(route)
  local pairs_of = {}
  for k = 0, route:n_outputs():n_audio() - 1 do
    for j = 0, master:n_inputs():n_audio() - 1 do
      if route:output():audio(k):connected_to(master:input():audio(j):name()) then
        pairs_of[#pairs_of + 1] = k .. ":" .. j
      end
    end
  end
  return table.concat(pairs_of, ",")
end

local routes = {}

local function latencies()
  local all = { tostring(master:playback_latency()) }
  for _, row in ipairs(routes) do
    all[#all + 1] = row.route:playback_latency() .. "-" .. row.route:signal_latency()
  end
  return table.concat(all, " ")
end

-- Another thread works the latencies out, and a delay line that changes while it runs is heard: wait until all of them
-- have stayed as they are for a second, ten seconds at most.
local function settle()
  local seen, calm = "", 0
  for _ = 1, 50 do
    local now = latencies()
    calm = now == seen and calm + 1 or 0
    if calm >= 5 then return end
    seen = now
    ARDOUR.LuaAPI.usleep(200000)
  end
end

local function export(what)
  local exporter = session:simple_export()
  exporter:set_folder(out)
  exporter:set_name(what)
  exporter:set_range(first, last)
  if not exporter:set_preset(preset) then fail("its export does not know our format") end
  if not exporter:run_export() then fail("its export of " .. what .. " came to nothing") end
end

for route in session:get_routes():iter() do
  if ours(route) then
    local kind = route:to_track():isnil() and "bus" or "track"
    if tap == "post-fader" or kind == "track" then
      routes[#routes + 1] = { route = route, kind = kind, mains = to_master(route), id = route:to_stateful():id():to_s() }
    end
  end
end

local function bounce_sources()
  session:cfg():set_native_file_data_format(ARDOUR.SampleFormat.Float)
  for number, row in ipairs(routes) do
    local track = row.route:to_track()
    local region = track:bounce_range(first, last, ARDOUR.InterThreadInfo(), ARDOUR.LuaAPI.nil_proc(), false, "earmark-" .. number)
    if region:isnil() then fail("its track " .. row.route:name() .. " cannot be bounced") end
    tell("route", row.id, row.kind, hex(row.route:name()), "bounce", number, 0, 0, row.mains)
  end
end

local function strip_master()
  local plugins = {}
  local at = 0
  while true do
    local processor = master:nth_processor(at)
    if processor:isnil() then break end
    if not processor:to_plugininsert():isnil() or not processor:to_send():isnil() then plugins[#plugins + 1] = processor end
    at = at + 1
  end
  tell("master-runs", #plugins, string.format("%.4f", master:gain_control():get_value()))
  for _, processor in ipairs(plugins) do master:remove_processor(processor, nil, true) end
  local group = PBD.GroupControlDisposition.NoGroup
  for _, control in ipairs{ master:gain_control(), master:trim_control(), master:mute_control() } do
    if not control:isnil() then control:set_automation_state(ARDOUR.AutoState.Off) end
  end
  master:gain_control():set_value(1, group)
  if not master:trim_control():isnil() then master:trim_control():set_value(1, group) end
  master:mute_control():set_value(0, group)
  master:phase_control():set_value(0, group)
end

local function unplug_master()
  for j = 0, master:n_inputs():n_audio() - 1 do master:input():audio(j):disconnect_all() end
end

local function widen_master(channels)
  while master:n_inputs():n_audio() < channels do master:input():add_port("", nil, ARDOUR.DataType("audio")) end
  while master:n_outputs():n_audio() < channels do master:output():add_port("", nil, ARDOUR.DataType("audio")) end
  if not master:panner_shell():isnil() then master:panner_shell():set_bypassed(true) end
end

local function passes()
  local list, used = { {} }, 0
  for _, row in ipairs(routes) do
    local channels = row.route:n_outputs():n_audio()
    if used > 0 and used + channels > tonumber(at_once) then list[#list + 1] = {} used = 0 end
    row.channel = used
    list[#list][#list[#list] + 1] = row
    used = used + channels
  end
  return list
end

local function plug(rows)
  unplug_master()
  for _, row in ipairs(rows) do
    for k = 0, row.route:n_outputs():n_audio() - 1 do
      if not master:input():audio(row.channel + k):connect(row.route:output():audio(k):name()) == 0 then
        fail("its " .. row.route:name() .. " cannot be tapped")
      end
    end
  end
end

local function tap_all()
  strip_master()
  local widest = 2
  local list = passes()
  for _, rows in ipairs(list) do
    for _, row in ipairs(rows) do widest = math.max(widest, row.channel + row.route:n_outputs():n_audio()) end
  end
  unplug_master()
  widen_master(widest)
  for number, rows in ipairs(list) do
    plug(rows)
    settle()
    for _, row in ipairs(rows) do
      local early = row.route:playback_latency() - row.route:signal_latency() - master:playback_latency()
      tell("route", row.id, row.kind, hex(row.route:name()), "tap-" .. number, row.channel, row.route:n_outputs():n_audio(), early, row.mains)
    end
    export("tap-" .. number)
  end
end

if tap == "source" then
  bounce_sources()
else
  tell("master", hex(master:name()), master:n_outputs():n_audio())
  settle()
  export("master")
  tap_all()
end
tell("done")
close_session()
quit()
