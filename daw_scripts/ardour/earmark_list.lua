ardour {
  ["type"] = "EditorAction",
  name = "earmark: list",
  author = "earmark",
  license = "GPL-3.0-or-later",
  description = [[Show all open cards in a window: go to one, or answer it. The only action that opens a window.]]
}

function factory ()
  return function ()
    local function plain (text)
      return (text:gsub ("%%(%x%x)", function (hex) return string.char (tonumber (hex, 16)) end))
    end

    local function lines_in (path)
      local lines, file = {}, io.open (path, "rb")
      if not file then return lines end
      for line in file:lines () do
        local fields = {}
        for field in (line .. "\t"):gmatch ("([^\t]*)\t") do fields[#fields + 1] = plain (field) end
        lines[#lines + 1] = fields
      end
      file:close ()
      return lines
    end

    -- FNV-1a over the session file's path, as the resident script and earmark compute it.
    local hash = 2166136261
    for byte in (Session:path () .. "/" .. Session:snap_name () .. ".ardour"):gmatch (".") do
      hash = ((hash ~ byte:byte ()) * 16777619) & 0xffffffff
    end
    local stem = ARDOUR.LuaAPI.build_filename (ARDOUR.user_config_directory (-1), "earmark", string.format ("%08x", hash))
    local outbox = nil
    for _, fields in ipairs (lines_in (stem .. ".link")) do
      if fields[1] == "outbox" then outbox = fields[2] end
    end
    local cards, first = {}, nil
    for number, fields in ipairs (outbox and lines_in (outbox .. "/cards") or {}) do
      local label = string.format ("%02d  %s", number, fields[2])
      cards[label] = fields[1]
      first = first or label
    end
    if not first then
      print ("earmark: no card is open")
      return
    end
    local verbs = {
      ["1  go there"] = "focus", ["2  decline"] = "decline", ["3  on purpose"] = "on-purpose", ["4  later"] = "later",
    }
    local reasons = {
      ["none"] = "", ["1  not so"] = "1", ["2  meant"] = "2", ["3  done already"] = "3", ["4  not worth it"] = "4",
    }
    local chosen = LuaDialog.Dialog ("earmark", {
      { type = "dropdown", key = "card", title = "Card", values = cards, default = first },
      { type = "dropdown", key = "verb", title = "Do", values = verbs, default = "1  go there" },
      { type = "dropdown", key = "reason", title = "Reason", values = reasons, default = "none" },
    }):run ()
    if not chosen then return end
    local file = io.open (stem .. ".pressed", "ab")
    if not file then return end
    if chosen["verb"] == "focus" then
      file:write ("focus\t" .. chosen["card"] .. "\n")
    else
      file:write (chosen["verb"] .. "\t" .. chosen["reason"] .. "\t" .. chosen["card"] .. "\n")
    end
    file:close ()
  end
end
