ardour {
  ["type"] = "EditorHook",
  name = "earmark resident",
  author = "earmark",
  license = "GPL-3.0-or-later",
  description = [[
Carries out what earmark asks for once a person has pressed something: lays markers, lays a
suggested curve beside a track, applies an accepted one as a single undo step. All it reads is
plain lines from earmark's outbox, never code. It asks for the hook signals it needs by itself.]]
}

function signals ()
  return LuaSignal.Set ():add ({
    [LuaSignal.TransportStateChange] = true,
    [LuaSignal.StateSaved] = true,
    [LuaSignal.LuaTimerDS] = true,
  })
end

-- One function holds everything: Ardour keeps its byte code and nothing around it.
function factory ()
  local VERSION = "1"
  local WIRE = {
    -- >>> built from wire/messages.py
    ["hello"] = { "/earmark/hello", "sssss" },
    ["focus"] = { "/earmark/focus", "s" },
    ["decide"] = { "/earmark/decide", "ssis" },
    ["ack"] = { "/earmark/ack", "ssis" },
    ["listen"] = { "/earmark/listen", "si" },
    ["status"] = { "/earmark/status", "sis" },
    ["error"] = { "/earmark/error", "ss" },
    ["bye"] = { "/earmark/bye", "s" },
    -- <<< built from wire/messages.py
  }
  local GHOSTS = { ["earmark suggestion"] = true, ["earmark clean-up"] = true }
  local OURS = "\194\183%x%x%x%x+$" -- a marker of ours ends with · and an id
  local SENTINEL = 1 << 33 -- 49 hours in: a place for the one mark that carries the undo step
  local MARKS_A_TICK = 25 -- a mark takes about 10 ms to draw; the screen stays alive between
  local WAIT_US = 2000000 -- how long an accepted curve is waited for
  local STATES = { [0] = "Off", [1] = "Write", [2] = "Touch", [4] = "Play", [8] = "Latch" }

  local link, inbox, letter_number = nil, nil, 1
  local ticks, alive_text, alive_tick, gone = 0, nil, 0, nil
  local focus, ghost, plans, plan_count = nil, nil, {}, 0
  local marking, waiting, watched, unfolding, rolled = nil, {}, {}, nil, false
  local do_line = {}

  -- files and lines ------------------------------------------------------------------------

  local function escaped (text)
    return (tostring (text):gsub ("[%%%c\127]", function (c) return string.format ("%%%02X", c:byte ()) end))
  end

  local function plain (text)
    return (text:gsub ("%%(%x%x)", function (hex) return string.char (tonumber (hex, 16)) end))
  end

  local function read (path)
    local file = io.open (path, "rb")
    if not file then return nil end
    local text = file:read ("a")
    file:close ()
    return text
  end

  local function write (path, text)
    local file = io.open (path .. ".part", "wb")
    if not file then return false end
    file:write (text)
    file:close ()
    return os.rename (path .. ".part", path)
  end

  local function lines_of (text)
    local lines = {}
    for line in text:gmatch ("([^\n]*)\n") do
      local fields = {}
      for field in (line .. "\t"):gmatch ("([^\t]*)\t") do fields[#fields + 1] = plain (field) end
      lines[#lines + 1] = fields
    end
    return lines
  end

  local function line (...)
    local fields = { ... }
    for i, field in ipairs (fields) do fields[i] = escaped (field) end
    return table.concat (fields, "\t") .. "\n"
  end

  -- FNV-1a over the session file's path: each open session has a link of its own.
  local function session_key ()
    local hash = 2166136261
    for byte in (Session:path () .. "/" .. Session:snap_name () .. ".ardour"):gmatch (".") do
      hash = ((hash ~ byte:byte ()) * 16777619) & 0xffffffff
    end
    return string.format ("%08x", hash)
  end

  local function beside (name)
    return ARDOUR.LuaAPI.build_filename (ARDOUR.user_config_directory (-1), "earmark", session_key () .. name)
  end

  local function send (name, ...)
    if link then ARDOUR.LuaOSC.Address ("osc.udp://127.0.0.1:" .. link.port):send (WIRE[name][1], WIRE[name][2], ...) end
  end

  local function say (id, text)
    print ("earmark: " .. text)
    send ("error", id, text)
  end

  -- lanes ------------------------------------------------------------------------------------

  local function control_of (track, lane)
    local route = Session:route_by_name (track)
    if route:isnil () then return nil, "no track is named " .. track end
    local control = nil
    if lane == "trim" then control = route:trim_control () end
    if lane == "fader" then control = route:gain_control () end
    if not control or control:isnil () then return nil, track .. " has no " .. lane end
    return control
  end

  local function lane_text (control)
    local points = {}
    for event in control:alist ():events ():iter () do
      points[#points + 1] = string.format ("%d:%.9g", event.when:samples (), event.value)
    end
    local state = STATES[control:automation_state ()] or "Off"
    local value = (state == "Off" or #points == 0) and string.format ("%.9g", control:get_value ()) or "-"
    return state .. " " .. value .. " " .. table.concat (points, ",")
  end

  local function parsed (text)
    local state, value, points = text:match ("^(%a+) (%S+) (.*)$")
    local lane = { state = state, value = tonumber (value), points = {} }
    for sample, gain in points:gmatch ("(%-?%d+):([^,]+)") do
      lane.points[#lane.points + 1] = { math.tointeger (sample), tonumber (gain) }
    end
    return lane
  end

  -- The state is set before the lane is read back, or it would not be part of the undo step.
  local function set_lane (control, text, name)
    local lane, list = parsed (text), control:alist ()
    Session:begin_reversible_command (name)
    local before = list:get_state ()
    list:clear_list ()
    for _, point in ipairs (lane.points) do list:add (Temporal.timepos_t (point[1]), point[2], false, false) end
    control:set_automation_state (ARDOUR.AutoState[lane.state])
    if lane.value then control:set_value (lane.value, PBD.GroupControlDisposition.NoGroup) end
    Session:add_command (list:memento_command (before, list:get_state ()))
    Session:commit_reversible_command (nil)
    -- A step made by a script alone leaves Edit > Undo grey until the editor has touched the history.
    if Editor then Editor:undo (1) Editor:redo (1) end
  end

  -- ghosts -------------------------------------------------------------------------------------

  local function each_ghost ()
    local found = {}
    for route in Session:get_routes ():iter () do
      local i = 0
      local processor = route:nth_processor (i)
      while not processor:isnil () do
        if GHOSTS[processor:name ()] and not processor:to_insert ():isnil () then
          found[#found + 1] = { route = route, processor = processor }
        end
        i = i + 1
        processor = route:nth_processor (i)
      end
    end
    return found
  end

  local function listen_off (why)
    for _, one in ipairs (each_ghost ()) do
      if ARDOUR.LuaAPI.get_processor_param (one.processor, 1) > 0.5 then
        ARDOUR.LuaAPI.set_processor_param (one.processor, 1, 0)
        print ("earmark: Listen is off (" .. why .. ")")
        send ("listen", ghost and ghost.id or "", 0)
      end
    end
  end

  local function remove_ghosts ()
    local ghosts = each_ghost ()
    for _, one in ipairs (ghosts) do one.route:remove_processor (one.processor, nil, true) end
    ghost = nil
    return #ghosts
  end

  local function ghost_points (processor)
    local points = {}
    local list = ARDOUR.LuaAPI.plugin_automation (processor, 0)
    for event in list:events ():iter () do
      points[#points + 1] = string.format ("%d:%.9g", event.when:samples (), event.value)
    end
    return table.concat (points, ",")
  end

  -- A trim is heard before the plug-ins, a fader after them: the ghost sits where the move would.
  local function place_for (route, lane)
    local shown, i = 0, 0
    while lane == "fader" do
      local processor = route:nth_processor (i)
      if processor:isnil () then return 0 end
      if processor:display_to_user () and not processor:to_amp ():isnil () then return shown end
      if processor:display_to_user () then shown = shown + 1 end
      i = i + 1
    end
    return 0
  end

  local function is_alone (route)
    local count = 0
    for _ in Editor:get_selection ().tracks:routelist ():iter () do count = count + 1 end
    return count == 1 and route:is_selected ()
  end

  -- Lanes are shown for selected tracks, and a track can be selected only by walking to it.
  local function show_lane (route)
    if not Editor then return end
    for _ = 1, Session:get_routes ():size () + 2 do
      if is_alone (route) then break end
      Editor:access_action ("Mixer", "select-next-stripable")
    end
    if not is_alone (route) then return end
    local view = Editor:rtav_from_route (route):to_timeaxisview ()
    unfolding = { view = view, route = route, height = view:effective_height (), at = ticks + 4 }
    Editor:access_action ("Editor", "toggle-all-existing-automation")
  end

  -- That action is a toggle: where lanes were open already it has closed them, and is pressed again.
  local function unfold ()
    if not unfolding or ticks < unfolding.at then return end
    local was = unfolding
    unfolding = nil
    if was.view:effective_height () < was.height and is_alone (was.route) then
      Editor:access_action ("Editor", "toggle-all-existing-automation")
    end
  end

  local function lay_ghost (wanted)
    local route = Session:route_by_name (wanted.track)
    if route:isnil () then return nil, "no track is named " .. wanted.track end
    if not Session:engine ():running () then return nil, "Ardour's audio engine stands still; start it, then press next" end
    remove_ghosts ()
    local processor = ARDOUR.LuaAPI.new_luaproc_with_time_domain (Session, wanted.script, Temporal.TimeDomain.AudioTime)
    if processor:isnil () then return nil, wanted.script .. " is not among Ardour's scripts; run earmark install ardour" end
    if route:add_processor_by_index (processor, place_for (route, wanted.lane), nil, true) ~= 0 then
      return nil, wanted.track .. " cannot carry a suggestion"
    end
    local list = ARDOUR.LuaAPI.plugin_automation (processor, 0)
    for _, point in ipairs (wanted.points) do list:add (Temporal.timepos_t (point[1]), point[2], false, false) end
    local parameter = Evoral.Parameter (ARDOUR.AutomationType.PluginAutomation, 0, 0)
    processor:to_automatable ():automation_control (parameter, false):set_automation_state (ARDOUR.AutoState.Play)
    show_lane (route)
    return { id = wanted.id, track = wanted.track, lane = wanted.lane, processor = processor }
  end

  -- markers ------------------------------------------------------------------------------------

  local function our_marks ()
    local found = {}
    for mark in Session:locations ():list ():iter () do
      if mark:is_mark () and mark:name ():find (OURS) then found[#found + 1] = mark end
    end
    return found
  end

  local function add_mark (sample)
    local config = ArdourUI.config ()
    local asks = config:get_name_new_markers ()
    if asks then config:set_name_new_markers (false) end
    Editor:mouse_add_new_marker (Temporal.timepos_t (sample), ARDOUR.LocationFlags.IsMark, 0)
    if asks then config:set_name_new_markers (true) end
    local last = nil
    for mark in Session:locations ():list ():iter () do last = mark end
    if last and last:is_mark () and last:start ():samples () == sample then return last end
    return nil
  end

  -- Ardour 7.3 cannot nest steps: one that begins while another is open is not recorded. So the
  -- step is carried by one recorded mark far away, whose undo restores the whole list of marks,
  -- and the others are added inside a step that is opened only to be dropped.
  local function add_unrecorded (sample, text)
    Session:begin_reversible_command ("earmark")
    local mark = add_mark (sample)
    if mark then mark:set_name (text) end
  end

  local function difference (wanted)
    local have, surplus, missing = {}, {}, {}
    for _, mark in ipairs (our_marks ()) do
      local key = mark:start ():samples () .. "\t" .. mark:name ()
      if wanted.keys[key] and not have[key] then have[key] = true else surplus[#surplus + 1] = mark end
    end
    for _, one in ipairs (wanted) do
      if not have[one.key] then missing[#missing + 1] = one end
    end
    return surplus, missing
  end

  local function start_marking (wanted, done, recorded)
    local surplus, missing = difference (wanted)
    if recorded and #surplus + #missing > 0 then
      plan_count = plan_count + 1
      plans[plan_count] = wanted
      local sentinel = add_mark (SENTINEL + plan_count)
      if sentinel then Session:locations ():remove (sentinel) end
    end
    for _, mark in ipairs (surplus) do Session:locations ():remove (mark) end
    marking = { missing = missing, at = 1, done = done }
  end

  local function carry_on_marking ()
    if not marking then return end
    for _ = 1, MARKS_A_TICK do
      local one = marking.missing[marking.at]
      if not one then break end
      add_unrecorded (one.sample, one.text)
      marking.at = marking.at + 1
    end
    if marking.missing[marking.at] then return end
    local done = marking.done
    marking = nil
    done ()
  end

  -- The human pressed redo on one of our steps: its mark is back, the others belong with it.
  local function follow_redo ()
    local place = Session:locations ():first_mark_after (Temporal.timepos_t (SENTINEL), false)
    if place == Temporal.timepos_t.max (place:time_domain ()) then return end
    local number = place:samples () - SENTINEL
    local mark = Session:locations ():mark_at (place, Temporal.timecnt_t (0))
    if not mark or number > 100000 then return end
    Session:locations ():remove (mark)
    if plans[number] then start_marking (plans[number], function () end, false) end
  end

  -- letters: one file of lines from earmark, one reply back --------------------------------------

  local function reply (letter, state, detail)
    write (link.outbox .. "/reply-" .. letter.number, table.concat (letter.answer) .. line ("end", state, detail or ""))
    send ("ack", letter.id or "", state, letter.number, (detail or ""):sub (1, 400))
  end

  local function answer (letter, ...)
    letter.answer[#letter.answer + 1] = line (...)
  end

  function do_line.marker (letter, sample, text)
    local one = { sample = math.tointeger (sample), text = text }
    one.key = one.sample .. "\t" .. text
    letter.marks[#letter.marks + 1] = one
    letter.marks.keys[one.key] = true
  end

  -- After an answer the marks are changed without a step: undo is the engineer's, and goes to the lane.
  function do_line.markers (letter, how)
    if not Editor then
      letter.state, letter.detail = "refused", "this Ardour has no editor to lay markers in"
      return
    end
    letter.waits = true
    start_marking (letter.marks, function ()
      for _, mark in ipairs (our_marks ()) do answer (letter, "marker", mark:start ():samples (), mark:name ()) end
      reply (letter, "confirmed")
      letter.waits = false
    end, how ~= "unrecorded")
  end

  function do_line.focus (letter, id, title)
    focus = id ~= "" and { id = id, title = title } or nil
    if not focus or (ghost and ghost.id ~= id) then remove_ghosts () end
  end

  function do_line.point (letter, sample, db)
    letter.points[#letter.points + 1] = { math.tointeger (sample), tonumber (db) }
  end

  -- A ghost the human has edited is not laid again: what they drew is what counts.
  function do_line.ghost (letter, id, track, lane, script)
    letter.id = id
    local trouble = nil
    if not ghost or ghost.id ~= id or #each_ghost () ~= 1 then
      local wanted = { id = id, track = track, lane = lane, script = script, points = letter.points }
      ghost, trouble = lay_ghost (wanted)
    end
    letter.points = {}
    if not ghost then
      letter.state, letter.detail = "refused", trouble
      return
    end
    answer (letter, "ghost", id, track, lane, ghost_points (ghost.processor))
  end

  function do_line.read (letter, track, lane)
    local control, trouble = control_of (track, lane)
    if control then answer (letter, "lane", track, lane, lane_text (control)) else letter.state, letter.detail = "refused", trouble end
  end

  function do_line.listen (letter, on)
    if not ghost then return end
    ARDOUR.LuaAPI.set_processor_param (ghost.processor, 1, tonumber (on))
    send ("listen", ghost.id, math.tointeger (tonumber (on)))
  end

  function do_line.locate (letter, sample)
    if Session:transport_stopped () and not Session:actively_recording () then
      Session:request_locate (
        math.tointeger (sample), false, ARDOUR.LocateTransportDisposition.MustStop, ARDOUR.TransportRequestSource.TRS_UI)
    end
  end

  function do_line.sweep (letter)
    answer (letter, "ghosts", remove_ghosts ())
    focus = nil
    if Editor then do_line.markers (letter) end
  end

  function do_line.report (letter)
    for _, mark in ipairs (our_marks ()) do answer (letter, "marker", mark:start ():samples (), mark:name ()) end
    for _, one in ipairs (each_ghost ()) do
      answer (letter, "ghost", "", one.route:name (), "", ghost_points (one.processor))
    end
  end

  local function take_letter ()
    if marking then return end
    local text = read (link.outbox .. "/letter-" .. letter_number)
    if not text then return end
    local letter = { number = letter_number, answer = {}, points = {}, marks = { keys = {} }, state = "done" }
    letter_number = letter_number + 1
    for _, fields in ipairs (lines_of (text)) do
      local act = do_line[fields[1]]
      local fine, trouble = false, "unknown: " .. fields[1]
      if act then fine, trouble = pcall (act, letter, table.unpack (fields, 2)) end
      if not fine then letter.state, letter.detail = "refused", tostring (trouble) end
    end
    if not letter.waits then reply (letter, letter.state, letter.detail) end
  end

  -- presses: what a key of the human's says -----------------------------------------------------

  -- Any answer left over from an earlier press is dropped first: only the one to this press counts.
  local function decide (verb, reason, id)
    if verb == "take-back" then return send ("decide", "", verb, 0, "") end
    if id and verb ~= "accept" then return send ("decide", id, verb, 0, reason) end
    if not focus then return say ("", "no card is in focus; press earmark: next") end
    os.remove (link.outbox .. "/" .. focus.id .. ".apply")
    local note = { id = focus.id, until_us = ARDOUR.LuaAPI.monotonic_time () + WAIT_US, curve = verb == "accept" and ghost ~= nil }
    if note.curve then
      local control, trouble = control_of (ghost.track, ghost.lane)
      if not control then return say (focus.id, trouble) end
      write (link.outbox .. "/" .. focus.id .. ".lane",
        line ("lane", ghost.track, ghost.lane, lane_text (control)) .. line ("ghost", ghost_points (ghost.processor)))
    end
    waiting[focus.id] = note
    send ("decide", focus.id, verb, 0, reason or "")
  end

  local function hear ()
    if not ghost then return say (focus and focus.id or "", "this card has no curve to hear in place") end
    local on = ARDOUR.LuaAPI.get_processor_param (ghost.processor, 1) > 0.5 and 0 or 1
    ARDOUR.LuaAPI.set_processor_param (ghost.processor, 1, on)
    send ("listen", ghost.id, on)
  end

  local ANSWERS = { accept = true, decline = true, ["on-purpose"] = true, later = true, ["take-back"] = true }

  local function press (verb, argument, id)
    if ANSWERS[verb] then return decide (verb, argument, id) end
    if verb == "hear" then return hear () end
    if verb == "focus" then return send ("focus", argument) end
    if verb == "next" or verb == "previous" then return send ("focus", verb) end
  end

  function do_line.press (_, ...)
    press (...)
  end

  local function take_presses ()
    local path = beside (".pressed")
    local text = read (path)
    if not text then return end
    os.remove (path)
    for _, fields in ipairs (lines_of (text)) do
      if link then press (table.unpack (fields)) else print ("earmark: nobody listens, nothing was done; run earmark connect ardour") end
    end
  end

  -- accepted curves: compared once more, applied once, read back ---------------------------------

  local function order_of (id)
    local text = read (link.outbox .. "/" .. id .. ".apply")
    if not text then return nil end
    local order = {}
    for _, fields in ipairs (lines_of (text)) do order[fields[1]] = fields[2] end
    return order
  end

  local function applied (id, order)
    local control, trouble = control_of (order.track, order.lane)
    if not control then return "refused", "", trouble end
    local now = lane_text (control)
    if now == order.new then return "confirmed", now, "is in the session already" end
    if now ~= order.expected then return "changed", now, "the lane is not the one this was made for" end
    set_lane (control, order.new, order.name)
    watched[id] = { control = control, before = parsed (order.expected), plays = true }
    local read_back = lane_text (control)
    return read_back == order.new and "confirmed" or "changed", read_back, ""
  end

  function do_line.apply (letter, id)
    local order = order_of (id)
    letter.state, letter.detail = "refused", "there is no order for " .. id
    if not order then return end
    local state, _, detail = applied (id, order)
    letter.state, letter.detail = state, detail
  end

  local function take_applies ()
    for id, note in pairs (waiting) do
      local order = order_of (id)
      if order then
        waiting[id] = nil
        if not order.settled then
          local state, lane, detail = applied (id, order)
          write (link.outbox .. "/" .. id .. ".applied", line (state, lane, detail))
          send ("ack", id, state, 0, detail:sub (1, 400))
        end
      elseif ARDOUR.LuaAPI.monotonic_time () > note.until_us then
        waiting[id] = nil
        if note.curve then say (id, "earmark did not answer in 2 s; nothing was done") end
      end
    end
  end

  -- Undo brings back points and state, but a manual control stays where the lane last left it. It is put
  -- back in the tick that sees the undo, once; whatever the engineer does with it afterwards is theirs.
  local function follow_undo ()
    for _, one in pairs (watched) do
      local lane = parsed (lane_text (one.control))
      local undone = lane.state == "Off" and one.before.state == "Off" and #lane.points == #one.before.points
      if undone and one.plays and lane.value ~= one.before.value then
        one.control:set_value (one.before.value, PBD.GroupControlDisposition.NoGroup)
      end
      one.plays = not undone
    end
  end

  -- the link: who is there -----------------------------------------------------------------------

  local function part (why)
    if not link then return end
    listen_off (why)
    link, focus, waiting, marking = nil, nil, {}, nil
  end

  local function greet (fields, pulse)
    part ("another earmark has come")
    link = fields
    letter_number, alive_text, alive_tick = 1, pulse, ticks
    send ("hello", link.token, Session:path (), Session:snap_name (), "Ardour", VERSION)
  end

  -- earmark writes its link anew every second; one that stays the same for five is a dead one's.
  local function look_for_link ()
    local text = read (beside (".link"))
    if not text then return part ("earmark has gone") end
    local fields = {}
    for _, one in ipairs (lines_of (text)) do fields[one[1]] = one[2] end
    local pulse = tostring (fields.token) .. " " .. tostring (fields.alive)
    if not link or link.token ~= fields.token then
      if pulse ~= gone then greet (fields, pulse) end
    elseif pulse ~= alive_text then
      alive_text, alive_tick = pulse, ticks
    elseif ticks - alive_tick > 50 then
      gone = pulse
      part ("earmark has not been heard of for 5 s")
    end
  end

  local function follow_transport ()
    if rolled and Session:transport_stopped () then
      rolled = false
      listen_off ("the transport stopped")
    end
    if Session:transport_rolling () then rolled = true end
  end

  local function tick ()
    ticks = ticks + 1
    follow_transport ()
    if ticks % 10 == 1 then look_for_link () end
    take_presses ()
    if not link then return end
    take_letter ()
    carry_on_marking ()
    take_applies ()
    if Editor then
      follow_redo ()
      unfold ()
    end
    follow_undo ()
  end


  -- Ardour drops a hook that raises: whatever happens in here is said, and the next tick comes.
  return function (signal)
    local act = tick
    if signal == LuaSignal.TransportStateChange then act = follow_transport end
    if signal == LuaSignal.StateSaved then act = function () listen_off ("the session was saved") end end
    local fine, trouble = pcall (act)
    if not fine then
      marking = nil
      pcall (say, "", tostring (trouble))
    end
  end
end
