-- Asks the paths of a file one after the other; prints what came of it as one line of JSON.
-- wrk -s wrk.lua URL -- FILE [If-None-Match]
local requests, asked = {}, 0
local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  if args[2] then wrk.headers["If-None-Match"] = args[2] end
  for path in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
  number = #requests
end

function request()
  asked = asked + 1
  return requests[(asked - 1) % number + 1]
end

function done(summary, latency, _)
  local paths = threads[1]:get("number")
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"microseconds":%d,"bytes":%d,"paths":%d,"p50":%d,"p99":%d,"slowest":%d,'
      .. '"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}}\n',
    summary.requests, summary.duration, summary.bytes, paths,
    latency:percentile(50), latency:percentile(99), latency.max,
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
