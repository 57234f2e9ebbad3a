ardour {
  ["type"] = "EditorAction",
  name = "earmark: later",
  author = "earmark",
  license = "GPL-3.0-or-later",
  description = [[Put the card in focus aside for now.]]
}

function factory ()
  return function ()
    -- FNV-1a over the session file's path, as the resident script and earmark compute it.
    local hash = 2166136261
    for byte in (Session:path () .. "/" .. Session:snap_name () .. ".ardour"):gmatch (".") do
      hash = ((hash ~ byte:byte ()) * 16777619) & 0xffffffff
    end
    local name = string.format ("%08x.pressed", hash)
    local file = io.open (ARDOUR.LuaAPI.build_filename (ARDOUR.user_config_directory (-1), "earmark", name), "ab")
    if not file then
      print ("earmark: nobody listens, nothing was done; run earmark connect ardour")
      return
    end
    file:write ("later\n")
    file:close ()
  end
end
