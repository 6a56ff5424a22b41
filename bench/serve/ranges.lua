-- Asks for one segment after another of a track file.
-- arguments: PATH FILE_SIZE SEGMENT_SIZE; FILE_SIZE 0 asks for the whole.
local requests, at = {}, 0

function init(args)
  local path, size, segment = args[1], tonumber(args[2]), tonumber(args[3])
  if size == 0 then
    requests[1] = wrk.format("GET", path)
    return
  end
  for first = 0, size - segment, segment do
    wrk.headers["Range"] = string.format("bytes=%d-%d", first, first + segment - 1)
    requests[#requests + 1] = wrk.format("GET", path)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end
