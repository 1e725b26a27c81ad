-- What every script of the ledger begins with: the loader puts this text in front of each file.
--
-- KEYS[1]  ow:{id}:world. The World's other keys share its hash tag, so they are on its slot.
-- ARGV[1]  the time in microseconds, for tests; '' for this server's clock
-- ARGV[2]  a fresh random name, taken as incarnation if the World has none: first use, or a wipe; '' from those
--          who may name a World that does not exist: they leave no key behind
--
-- A seat is one string: state generation deadlineMs changedMs partySize request player.
-- States: R Reserved, O Occupied, H Held, F Free (kept for its generation: no ticket up to it seats anybody again).
-- No number is joined to a string by '..' directly: Lua would round it to 14 digits. Use I().

local RESERVATION_MS = 15000
local SILENT_MS = 3000
local WAITING_MS = 30000
local KEEP_S = 86400
local REQUEST_S = 600
local SWEEP_MS = 10000

local prefix = string.sub(KEYS[1], 1, -6)
local worldId = string.match(prefix, '{(.-)}')
local call = redis.call

local nowUs
if ARGV[1] ~= '' then
    nowUs = tonumber(ARGV[1])
else
    local time = call('TIME')
    nowUs = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local nowMs = math.floor(nowUs / 1000)
local changed = false

local function I(number)
    return string.format('%.0f', number)
end

local function num(text)
    return tonumber(text or '') or 0
end

local function key(name, ordinal)
    return prefix .. name .. ':' .. ordinal
end

-- Each start of a Redis process has a random run_id: it tells a restart and a failover, after which the last writes may be
-- missing although this key is there. '' where a managed server hides it: then only a lost key is noticed.
local function serverRun()
    local info = redis.pcall('INFO', 'server')
    return type(info) == 'string' and string.match(info, 'run_id:(%x+)') or ''
end

local world = call('HMGET', KEYS[1], 'incarnation', 'incarnationAtMs', 'capacity', 'placement', 'reconnectWindowMs',
    'serverRun', 'lastGeneration')
local incarnation = world[1]
local incarnationAtMs = num(world[2])
local worldCapacity = tonumber(world[3] or '')
local placement = world[4]
local reconnectWindowMs = num(world[5])
local worldGeneration = num(world[7])
local run = serverRun()
local founded = not incarnation and ARGV[2] ~= ''
local renewed = incarnation and run ~= '' and world[6] ~= run
if not incarnation then
    incarnation = founded and ARGV[2] or '-' -- '-': no instance has reported under it
    incarnationAtMs = nowMs
elseif renewed then
    incarnation = run .. '-' .. I(nowUs)
    incarnationAtMs = nowMs
end
if founded or renewed then
    -- If only this key or the last writes were lost, the rest is not to be trusted either until instances report.
    call('DEL', prefix .. 'open')
    call('HSET', KEYS[1], 'incarnation', incarnation, 'incarnationAtMs', nowMs, 'openSeats', 0, 'serverRun', run)
    changed = true
end

-- Generations of a World only grow, whatever the clock does, so that of two seats of a player the newer is known.
local function sawGeneration(generation)
    if generation > worldGeneration then
        worldGeneration = generation
        if incarnation ~= '-' then
            call('HSET', KEYS[1], 'lastGeneration', I(generation))
        end
    end
end

-- The highest ordinal that ever had a pod: with the World's maxInstances it bounds what a player may wake.
local function sawOrdinal(ordinal)
    local highest = call('HGET', KEYS[1], 'highestOrdinal')
    if incarnation ~= '-' and (not highest or tonumber(highest) < tonumber(ordinal)) then
        call('HSET', KEYS[1], 'highestOrdinal', ordinal)
    end
end

-- ---- seats ---------------------------------------------------------------------------------------

local COUNT = {R = 'reserved', O = 'occupied', H = 'held'}

local function decode(text)
    if not text then
        return nil
    end
    local state, generation, deadline, since, size, request, player =
        string.match(text, '^(%u) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+)$')
    return {
        state = state, generation = tonumber(generation), deadline = tonumber(deadline),
        since = tonumber(since), size = tonumber(size), request = request, player = player
    }
end

local function seat(ordinal, number)
    return decode(call('HGET', key('seats', ordinal), number))
end

local function place(ordinal, number, generation)
    return ordinal .. ' ' .. number .. ' ' .. I(generation)
end

-- Replaces a seat and keeps counts, bitmap, expiry and the player's entry in step with it.
local function put(ordinal, number, old, state, generation, player, deadline, size, request)
    local inst = key('inst', ordinal)
    local from = old and COUNT[old.state]
    local to = COUNT[state]
    if from ~= to then
        if from then call('HINCRBY', inst, from, -1) end
        if to then call('HINCRBY', inst, to, 1) end
        if not from then call('SETBIT', key('used', ordinal), number, 1) end
        if not to then call('SETBIT', key('used', ordinal), number, 0) end
        changed = true
    end
    if old and old.state == 'R' then
        call('ZREM', prefix .. 'expiry', place(ordinal, number, old.generation))
    end
    if state == 'R' then
        call('ZADD', prefix .. 'expiry', deadline, place(ordinal, number, generation))
    end
    local players = prefix .. 'player'
    if from and not (to and old.player == player) then
        if call('HGET', players, old.player) == place(ordinal, number, old.generation) then
            call('HDEL', players, old.player)
        end
    end
    if to then
        -- After data was lost a player may be reported twice: the newer seat is theirs.
        local other = call('HGET', players, player)
        if not other or num(string.match(other, '(%d+)$')) <= generation then
            call('HSET', players, player, place(ordinal, number, generation))
        end
    end
    call('HSET', key('seats', ordinal), number, table.concat({
        state, I(generation), I(deadline), I(nowMs), I(size), request, player}, ' '))
end

local function free(ordinal, number, old, generation)
    put(ordinal, number, old, 'F', generation or old.generation, '-', 0, 0, '-')
end

-- ---- instances -----------------------------------------------------------------------------------

local function member(ordinal)
    return string.format('%05d', tonumber(ordinal))
end

local FIELDS = {
    'capacity', 'ready', 'lastHeartbeatMs', 'knownIncarnation', 'occupied', 'held', 'reserved',
    'idleSinceMs', 'cordonToken', 'cordonUntilMs', 'pausedUntilMs', 'podUid', 'epoch', 'confirmedCordon'
}

local function instance(ordinal)
    local values = call('HMGET', key('inst', ordinal), unpack(FIELDS))
    local found = {exists = values[1] or values[2] or values[9]}
    for i, field in ipairs(FIELDS) do
        found[field] = values[i] or ''
    end
    found.host = found.podUid ~= '' and call('HGET', key('inst', ordinal), 'host:' .. found.podUid) or nil
    found.taken = num(found.occupied) + num(found.held) + num(found.reserved)
    found.free = math.max(0, math.min(worldCapacity or 0, num(found.capacity)) - found.taken)
    return found
end

local function cordoned(found)
    return found.cordonToken ~= '' and num(found.cordonUntilMs) > nowMs
end

local function reports(found)
    return nowMs - num(found.lastHeartbeatMs) <= SILENT_MS
end

-- Why nobody may be seated in the instance now; nil if they may.
local function closed(found)
    if not found.exists or found.podUid == '' then return 'not running' end
    if not reports(found) then return 'silent' end
    if found.knownIncarnation ~= incarnation then return 'unknown' end
    if not found.host then return 'no host' end
    if found.ready ~= '1' then return 'not ready' end
    if string.sub(found.host, 1, 8) == 'STOPPING' then return 'stopping' end
    if cordoned(found) then return 'cordoned' end
    if num(found.pausedUntilMs) > nowMs then return 'paused' end
    return nil
end

-- Brings the set of open instances and the idle time in step with the instance.
local function refresh(ordinal)
    local found = instance(ordinal)
    local inst = key('inst', ordinal)
    if found.taken > 0 and found.idleSinceMs ~= '' then
        call('HDEL', inst, 'idleSinceMs')
    elseif found.exists and found.taken == 0 and found.idleSinceMs == '' then
        call('HSET', inst, 'idleSinceMs', nowMs)
    end
    local open = prefix .. 'open'
    local score = call('ZSCORE', open, member(ordinal))
    local why = closed(found)
    if why then
        if score then
            call('ZREM', open, member(ordinal))
            call('HINCRBY', KEYS[1], 'openSeats', 0 - num(score)) -- never -0, which is no integer to Redis
            changed = true
        end
    elseif not score or num(score) ~= found.free then
        call('ZADD', open, found.free, member(ordinal))
        call('HINCRBY', KEYS[1], 'openSeats', found.free - num(score))
        changed = true
    end
    return why, found
end

-- ---- time passing --------------------------------------------------------------------------------

-- Frees reservations that have passed, a bounded number at a time: every script calls it.
local function expire()
    local due = call('ZRANGEBYSCORE', prefix .. 'expiry', '-inf', nowMs, 'LIMIT', 0, 64)
    local touched = {}
    for _, entry in ipairs(due) do
        local ordinal, number, generation = string.match(entry, '^(%d+) (%d+) (%d+)$')
        local old = seat(ordinal, number)
        if old and old.state == 'R' and old.generation == tonumber(generation) then
            free(ordinal, number, old)
            touched[ordinal] = true
        else
            call('ZREM', prefix .. 'expiry', entry)
        end
    end
    for ordinal in pairs(touched) do
        refresh(ordinal)
    end
end

-- A waiting party is 'size requestId player': its first player waits for one request at a time.
local function leaveQueue(party)
    local player = string.match(party, '(%S+)$')
    if call('HGET', prefix .. 'waiting-player', player) == party then
        call('HDEL', prefix .. 'waiting-player', player)
    end
    call('ZREM', prefix .. 'waiting', party)
    call('ZREM', prefix .. 'waiting-until', party)
    changed = true
end

-- Forgets parties that stopped asking, and instances that nobody asks for any more.
local function prune()
    local gone = call('ZRANGEBYSCORE', prefix .. 'waiting-until', '-inf', nowMs, 'LIMIT', 0, 64)
    for _, party in ipairs(gone) do
        leaveQueue(party)
    end
    if call('ZREMRANGEBYSCORE', prefix .. 'wanted', '-inf', nowMs) > 0 then
        changed = true
    end
end

-- Forgets players whose seat is gone with its instance's keys, some at a time: nothing else would, unless they come back.
local function sweepPlayers()
    local at = call('HMGET', KEYS[1], 'sweptMs', 'sweepCursor')
    if incarnation == '-' or nowMs - num(at[1]) < SWEEP_MS then
        return
    end
    local page = call('HSCAN', prefix .. 'player', at[2] or '0', 'COUNT', 100)
    for i = 1, #page[2], 2 do
        local ordinal, number = string.match(page[2][i + 1], '^(%d+) (%d+) ')
        local old = seat(ordinal, number)
        if not old or old.state == 'F' or old.player ~= page[2][i] then
            call('HDEL', prefix .. 'player', page[2][i])
        end
    end
    call('HSET', KEYS[1], 'sweptMs', nowMs, 'sweepCursor', page[1])
end

local function finish(answer)
    if changed then
        if incarnation ~= '-' then
            call('HINCRBY', KEYS[1], 'demandSequence', 1)
        end
        call('PUBLISH', 'ow:demand', worldId)
    end
    return answer
end
