-- Asks for one address after another, for ever.
-- argument: a file of targets, one a line
local requests, at = {}, 0

function init(args)
  for target in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", target)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end
