-- What wrk sends: one kind of request, over ids that the benchmark has stored before; what it tells at the end.
local kind, ids_file = os.getenv("BENCH_KIND"), os.getenv("BENCH_IDS")
local ids, headers, path, batch = {}, {}, "/parse/classes/", nil
headers["X-Parse-Application-Id"] = "test"
headers["Content-Type"] = "application/json"

local function row(n) return string.format('{"player":"Ann","score":%d,"cheat":false,"tags":["a","b"]}', n) end

function init(args)
  for id in io.lines(ids_file) do ids[#ids + 1] = id end
  math.randomseed(os.time())
  local entries = {}
  for n = 1, 50 do entries[n] = '{"method":"POST","path":"/parse/classes/Made","body":' .. row(n) .. "}" end
  batch = '{"requests":[' .. table.concat(entries, ",") .. "]}"
end

local function any_id() return ids[math.random(#ids)] end

local kinds = {
  get = function() return "GET", path .. "Score/" .. any_id(), nil end,
  find = function() return "GET", path .. "Score?limit=100&order=-createdAt", nil end,
  find1000 = function() return "GET", path .. "Score?limit=1000", nil end,
  include = function() return "GET", path .. "Post?limit=100&order=-createdAt&include=author", nil end,
  count = function() return "GET", path .. "Score?count=1&limit=0&where=%7B%22score%22%3A%7B%22%24gt%22%3A500%7D%7D", nil end,
  call = function() return "POST", "/parse/functions/hello", '{"name":"Ann"}' end,
  hooked = function() return "POST", path .. "Hooked", row(math.random(1000000)) end,
  create = function() return "POST", path .. "Made", row(math.random(1000000)) end,
  update = function() return "PUT", path .. "Score/" .. any_id(), string.format('{"score":%d}', math.random(1000)) end,
  batch = function() return "POST", "/parse/batch", batch end,
}

function request()
  local method, target, body = kinds[kind]()
  return wrk.format(method, target, headers, body)
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("measured %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(99.0), failed))
end
