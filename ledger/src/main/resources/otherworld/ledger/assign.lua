-- Seats a whole party in one instance, or registers it as waiting. The same request id gets the same answer.
--
-- ARGV[3] request id  [4] most parties that may wait  [5] instance wanted or ''  [6] ordinals to avoid, ' 1 2 ' or ''
-- ARGV[7…] players
-- Returns {'seated', ordinal, epoch, host, capacity, chosen, rejected, number, generation, number, …},
--         {'waiting', position, reason, rejected}, {'refused', code, detail} or {'unknown world'}.
-- `rejected` is lines of 'ordinal reason', at most MAX_REASONS.

local request, explicit, avoid = ARGV[3], ARGV[5], ARGV[6]
local FIRST = 7
local size = #ARGV - FIRST + 1
local MAX_CANDIDATES = 64
local MAX_REASONS = 8
local MAX_WANTED = 64
local record = prefix .. 'request:' .. request
local party = I(size) .. ' ' .. request .. ' ' .. ARGV[FIRST]

if not worldCapacity then
    return finish({'unknown world'})
end
if size > worldCapacity then
    return finish({'refused', 'PARTY_TOO_LARGE', 'a party of ' .. I(size) .. ' fits in no instance of ' .. I(worldCapacity)})
end
expire()
prune()

local reasons = {}
local function reject(ordinal, reason)
    if #reasons < MAX_REASONS then
        table.insert(reasons, I(tonumber(ordinal)) .. ' ' .. reason)
    end
end

local function answer(ordinal, found, chosen, rejected, seats)
    local reply = {'seated', ordinal, found.epoch, found.host or '', I(worldCapacity), chosen, rejected}
    for _, taken in ipairs(seats) do
        table.insert(reply, taken[1])
        table.insert(reply, taken[2])
    end
    return finish(reply)
end

-- ---- asked before? -------------------------------------------------------------------------------

-- A record is: extended 0|1, ordinal, chosen; rejected lines joined by ';'; then 'number generation player' a line.
local function before()
    local text = call('GET', record)
    if not text then
        return nil
    end
    local ordinal, chosen, rejected = string.match(text, '^%d (%d+) ([^\n]*)\n([^\n]*)')
    local seats, index, valid = {}, FIRST, true
    for number, generation, player in string.gmatch(text, '\n(%d+) (%d+) (%S+)') do
        if player ~= ARGV[index] then
            return 'conflict'
        end
        index = index + 1
        local old = seat(ordinal, number)
        valid = valid and old and old.player == player
            and (old.generation == tonumber(generation)
                or (old.generation < tonumber(generation) and (old.state == 'O' or old.state == 'H')))
        table.insert(seats, {number, generation, old})
    end
    if index ~= #ARGV + 1 then
        return 'conflict'
    end
    return {ordinal = ordinal, chosen = chosen, rejected = string.gsub(rejected, ';', '\n'), seats = seats, valid = valid}
end

local earlier = before()
if earlier == 'conflict' then
    return finish({'refused', 'REQUEST_CONFLICT', 'this request id was used for other players'})
end
if earlier then
    for _, taken in ipairs(earlier.seats) do
        local number, generation, old = taken[1], taken[2], taken[3]
        if old and old.state == 'R' and old.generation == tonumber(generation) and old.request == request then
            if earlier.valid then
                -- The ticket is made anew and lives its full life: so must the reservation.
                put(earlier.ordinal, number, old, 'R', old.generation, old.player, nowMs + RESERVATION_MS, old.size, request)
            else
                free(earlier.ordinal, number, old)
            end
        end
    end
    if earlier.valid then
        return answer(earlier.ordinal, instance(earlier.ordinal), earlier.chosen, earlier.rejected, earlier.seats)
    end
    refresh(earlier.ordinal)
    call('DEL', record)
end

-- ---- who has a seat already ----------------------------------------------------------------------

local seated = {} -- player -> seat number, in instance `home`
local home
local missing = size

-- Nobody can sit in an instance without a pod once the reconnect window has passed.
local function abandoned(ordinal)
    local fields = call('HKEYS', key('inst', ordinal))
    for _, field in ipairs(fields) do
        if string.sub(field, 1, 5) == 'host:' then
            return false
        end
    end
    return nowMs - num(call('HGET', key('inst', ordinal), 'lastHeartbeatMs')) > reconnectWindowMs + SILENT_MS
end

for i = FIRST, #ARGV do
    local entry = call('HGET', prefix .. 'player', ARGV[i])
    if entry then
        local ordinal, number, generation = string.match(entry, '^(%d+) (%d+) (%d+)$')
        local old = seat(ordinal, number)
        if not old or old.state == 'F' or old.player ~= ARGV[i] then
            call('HDEL', prefix .. 'player', ARGV[i])
        elseif old.state == 'R' or abandoned(ordinal) then
            -- A newer request supersedes an unclaimed seat.
            free(ordinal, number, old)
            refresh(ordinal)
        elseif (home and home ~= ordinal) or (explicit ~= '' and explicit ~= ordinal) then
            return finish({'refused', 'SEATED_ELSEWHERE', ARGV[i] .. ' has a seat in instance ' .. ordinal .. ': leave it first'})
        else
            home = ordinal
            seated[ARGV[i]] = number
            missing = missing - 1
        end
    end
end

-- ---- where ---------------------------------------------------------------------------------------

local function wait(reason)
    -- A newer request of the same player takes the place of the older: who asks often waits once.
    local older = call('HGET', prefix .. 'waiting-player', ARGV[FIRST])
    if older and older ~= party then
        local arrived = string.match(older, '^%d+') == I(size) and call('ZSCORE', prefix .. 'waiting', older)
        leaveQueue(older)
        if arrived then
            call('ZADD', prefix .. 'waiting', arrived, party)
        end
    end
    call('HSET', prefix .. 'waiting-player', ARGV[FIRST], party)
    if call('ZSCORE', prefix .. 'waiting', party) == false then
        changed = true
        if call('ZCARD', prefix .. 'waiting') >= tonumber(ARGV[4]) then
            call('HDEL', prefix .. 'waiting-player', ARGV[FIRST])
            return finish({'refused', 'QUEUE_FULL', 'too many parties wait for this World'})
        end
        -- Strictly in order of arrival, also when the clock stands still or steps back.
        local last = call('ZREVRANGE', prefix .. 'waiting', 0, 0, 'WITHSCORES')
        call('ZADD', prefix .. 'waiting', I(math.max(nowUs, num(last[2]) + 1)), party)
    end
    call('ZADD', prefix .. 'waiting-until', nowMs + WAITING_MS, party)
    return finish({'waiting', I(call('ZRANK', prefix .. 'waiting', party) + 1), reason, table.concat(reasons, '\n')})
end

-- Waits for one instance only: outside the queue, which is for a seat anywhere.
local function waitFor(ordinal, reason)
    reject(ordinal, reason)
    if reason == 'not running' or reason == 'silent' or reason == 'no host' then
        local bounds = call('HMGET', KEYS[1], 'maxInstances', 'highestOrdinal')
        if not home and tonumber(ordinal) >= num(bounds[1]) and tonumber(ordinal) > num(bounds[2]) then
            return finish({'refused', 'UNKNOWN_INSTANCE', 'instance ' .. ordinal .. ' has never run'})
        end
        if not home then
            -- One stopped instance a player at a time: starting one costs a pod.
            local wake = prefix .. 'wake:' .. ARGV[FIRST]
            local other, untilMs = string.match(call('GET', wake) or '', '^(%d+) (%d+)$')
            if other and other ~= ordinal and tonumber(untilMs) > nowMs then
                return finish({'refused', 'WAKES_ANOTHER', ARGV[FIRST] .. ' woke instance ' .. other
                    .. ': ask for another in ' .. I(math.ceil((untilMs - nowMs) / 1000)) .. ' s'})
            end
            call('SET', wake, ordinal .. ' ' .. I(nowMs + WAITING_MS), 'PX', 2 * WAITING_MS)
        end
        if call('ZSCORE', prefix .. 'wanted', ordinal) == false then
            changed = true
            if call('ZCARD', prefix .. 'wanted') >= MAX_WANTED then
                return finish({'refused', 'QUEUE_FULL', 'too many stopped instances are asked for'})
            end
        end
        call('ZADD', prefix .. 'wanted', nowMs + WAITING_MS, ordinal)
    end
    return finish({'waiting', '0', 'instance ' .. ordinal .. ' is ' .. reason, table.concat(reasons, '\n')})
end

-- Seats that those who came earlier still wait for: a newcomer must leave them free.
local function owedToEarlier()
    local waiting = prefix .. 'waiting'
    local count = call('ZRANK', waiting, party) or call('ZCARD', waiting)
    if count > 256 then
        return count * 8
    end
    local owed = 0
    if count > 0 then
        for _, other in ipairs(call('ZRANGE', waiting, 0, count - 1)) do
            owed = owed + tonumber(string.match(other, '^%d+'))
        end
    end
    return owed
end

local function avoided(ordinal)
    return avoid ~= '' and string.find(avoid, ' ' .. ordinal .. ' ', 1, true)
end

local function choose()
    local open = prefix .. 'open'
    local spread = placement == 'SPREAD'
    local offset, checked = 0, 0
    while checked < MAX_CANDIDATES do
        local found
        if spread then
            found = call('ZREVRANGEBYSCORE', open, '+inf', size, 'LIMIT', offset, 8)
        else
            found = call('ZRANGEBYSCORE', open, size, '+inf', 'LIMIT', offset, 8)
        end
        for _, name in ipairs(found) do
            local ordinal = I(tonumber(name))
            checked = checked + 1
            if avoided(ordinal) then
                reject(ordinal, 'avoided')
                offset = offset + 1
            else
                local why, candidate = refresh(ordinal)
                if not why and candidate.free >= size then
                    return ordinal, candidate, spread and 'emptiest instance' or 'fullest instance that fits'
                end
                -- refresh has taken it out of the range just read
                reject(ordinal, why or 'full')
            end
        end
        if #found < 8 then
            break
        end
    end
    return nil
end

local ordinal, found, chosen
if home or explicit ~= '' then
    ordinal = home or explicit
    local why
    found = instance(ordinal)
    why = closed(found)
    if missing == 0 and (why == 'cordoned' or why == 'paused') then
        why = nil -- closed to newcomers, not to those who have a seat
    end
    if why then
        return waitFor(ordinal, why)
    end
    if found.free < missing then
        return waitFor(ordinal, 'full')
    end
    chosen = home and 'has a seat there' or 'asked for'
else
    if num(call('HGET', KEYS[1], 'openSeats')) < owedToEarlier() + size then
        for _, name in ipairs(call('ZRANGE', prefix .. 'open', 0, 3)) do
            reject(name, 'full')
        end
        return wait('no free seat')
    end
    ordinal, found, chosen = choose()
    for _, name in ipairs(call('ZRANGEBYSCORE', prefix .. 'open', '-inf', '(' .. I(size), 'LIMIT', 0, 4)) do
        reject(name, 'full')
    end
    if not ordinal then
        return wait('no instance has ' .. I(size) .. ' free seats')
    end
end

-- ---- seat them -----------------------------------------------------------------------------------

local inst = key('inst', ordinal)
local generation = math.max(worldGeneration, num(call('HGET', inst, 'lastGeneration')))
local seats, lines = {}, {}
for i = FIRST, #ARGV do
    generation = math.max(generation + 1, nowUs)
    local number = seated[ARGV[i]]
    if not number then
        number = I(call('BITPOS', key('used', ordinal), 0))
        put(ordinal, number, seat(ordinal, number), 'R', generation, ARGV[i], nowMs + RESERVATION_MS, size, request)
    end
    table.insert(seats, {number, I(generation)})
    table.insert(lines, number .. ' ' .. I(generation) .. ' ' .. ARGV[i])
end
call('HSET', inst, 'lastGeneration', I(generation))
sawGeneration(generation)
refresh(ordinal)
local waits = call('HGET', prefix .. 'waiting-player', ARGV[FIRST])
if waits then
    leaveQueue(waits)
end
if call('ZREM', prefix .. 'wanted', ordinal) > 0 then
    changed = true
end
call('SET', record, '0 ' .. ordinal .. ' ' .. chosen .. '\n' .. table.concat(reasons, ';') .. '\n'
    .. table.concat(lines, '\n'), 'EX', REQUEST_S)
return answer(ordinal, found, chosen, table.concat(reasons, '\n'), seats)
