-- Time, keys, numbers, and calls that heal.
--
-- KEYS[1]  ow:{id}:world. The World's other keys share its hash tag, so they are on its slot.
-- ARGV[1]  the time in microseconds, for tests; '' for this server's clock
-- ARGV[2]  a fresh random name, taken as incarnation if the World has none: first use, or a wipe; '' from those
--          who may name a World that does not exist: they leave no key behind
--
-- No number is joined to a string by '..' directly: Lua would round it to 14 digits. Use I().

local RESERVATION_MS = 15000
local SILENT_MS = 3000
local KEEP_S = 86400
local MAX_SEATS = 4096
local MAX_NUMBER = 2 ^ 53

local checksLosses = false -- see whole.lua

local prefix = string.sub(KEYS[1], 1, -6)
local worldId = string.match(prefix, '{(.-)}')

-- Any key may be lost, and any may be found to hold what nobody of us wrote. What is of a wrong type is deleted, and so
-- becomes a loss, which every reader of a key must expect anyway. Other errors are Redis' refusals: they end the script.
local function call(...)
    local reply = redis.pcall(...)
    if type(reply) ~= 'table' or not reply.err then
        return reply
    end
    local command, name, field = ...
    if string.find(reply.err, 'WRONGTYPE', 1, true) then
        redis.call('DEL', name)
    elseif command == 'HINCRBY' and string.find(reply.err, 'integer', 1, true) then
        redis.call('HDEL', name, field)
    end
    return redis.call(...)
end

local function I(number)
    return string.format('%d', number)
end

-- A whole number below 2^53, or 0: also for what is missing or is no number.
local function num(text)
    local number = tonumber(text or '')
    return number and number > -MAX_NUMBER and number < MAX_NUMBER and math.floor(number) or 0
end

local function key(name, ordinal)
    return prefix .. name .. ':' .. ordinal
end

-- The named fields of a hash, '' for those it has not.
local function fields(name, wanted)
    local values = call('HMGET', name, unpack(wanted))
    local found = {}
    for i, field in ipairs(wanted) do
        found[field] = values[i] or ''
    end
    return found
end

local nowUs
if ARGV[1] ~= '' then
    nowUs = tonumber(ARGV[1])
else
    local time = redis.call('TIME')
    nowUs = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local nowMs = math.floor(nowUs / 1000)
