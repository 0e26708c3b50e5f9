-- What wrk sends: one of five kinds of request, over ids that the benchmark has stored before.
local kind, ids_file = os.getenv("BENCH_KIND"), os.getenv("BENCH_IDS")
local ids, headers = {}, {}
headers["X-Parse-Application-Id"] = "test"
headers["Content-Type"] = "application/json"

function init(args)
  for id in io.lines(ids_file) do ids[#ids + 1] = id end
  math.randomseed(os.time())
end

local function any_id() return ids[math.random(#ids)] end

local kinds = {
  get = function() return "GET", "/parse/classes/Score/" .. any_id(), nil end,
  find = function() return "GET", "/parse/classes/Score?limit=100&order=-createdAt", nil end,
  call = function() return "POST", "/parse/functions/hello", '{"name":"Ann"}' end,
  create = function()
    return "POST", "/parse/classes/Made",
      string.format('{"player":"Ann","score":%d,"cheat":false,"tags":["a","b"]}', math.random(1000000))
  end,
  update = function()
    return "PUT", "/parse/classes/Score/" .. any_id(), string.format('{"score":%d}', math.random(1000000))
  end,
}

function request()
  local method, path, body = kinds[kind]()
  return wrk.format(method, path, headers, body)
end
