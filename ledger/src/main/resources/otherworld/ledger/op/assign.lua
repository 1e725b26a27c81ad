-- uses: base rules requests quick quick-assign whole world seats instances queue
-- Seats a whole party in one instance, or registers it as waiting. The same request id gets the same answer for as long as
-- its seats are its own; unclaimed ones are renewed by asking again, but not for ever: after that it is a new request.
--
-- ARGV[3] request id  [4] most parties that may wait  [5] instance wanted or ''  [6] ordinals to avoid, ' 1 2 ' or ''
-- ARGV[7…] players
-- Returns {'seated', ordinal, epoch, host, capacity, permissions, chosen, rejected, waited, number, generation, number, …},
--         {'waiting', position, reason, rejected, waited}, {'refused', code, detail} or {'unknown world'}.
-- `rejected` is lines of 'ordinal reason', at most MAX_REASONS. `waited` is how many milliseconds ago the request was made first, and of
-- the ask before this one how many it was then, 'now before'; '' where the seats were given earlier.

local request, explicit, avoid = ARGV[3], ARGV[5], ARGV[6]
local FIRST = 7
local size = #ARGV - FIRST + 1
local MAX_CANDIDATES = 64
local MAX_REASONS = 8
local MAX_WANTED = 64
local RENEWED_MS = 45000 -- a reservation is renewed so long after it was first given, and so ends within a minute
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
        table.insert(reasons, I(num(ordinal)) .. ' ' .. reason)
    end
end

local askedMs, lastAskedMs, noted = nowMs, nowMs, false

local function waited()
    return I(nowMs - askedMs) .. ' ' .. I(lastAskedMs - askedMs)
end

-- When it was asked first stays with the request: it may be seated through another matchmaker.
local function waiting(position, reason, rejected)
    if not noted then
        keepNewest(request, ARGV[FIRST])
    end
    call('SET', record, 'waiting @' .. I(askedMs) .. ' @' .. I(nowMs), 'PX', 2 * WAITING_MS)
    return finish({'waiting', position, reason, rejected, waited()})
end

local function answer(ordinal, found, chosen, rejected, since, seats)
    local reply = {'seated', ordinal, I(found.epoch), found.host or '', I(worldCapacity), world.permissions, chosen, rejected, since}
    for _, taken in ipairs(seats) do
        table.insert(reply, taken.number)
        table.insert(reply, I(taken.generation))
    end
    return finish(reply)
end

-- ---- asked before? -------------------------------------------------------------------------------

local function before()
    local text = call('GET', record)
    if not text then
        return nil
    end
    local first, last = string.match(text, '^waiting @(%d+) @(%d+)$')
    if first then
        noted = true
        askedMs = math.min(num(first), nowMs) -- the clock may have been set back
        lastAskedMs = math.min(math.max(num(last), askedMs), nowMs)
        return nil
    end
    local ordinal, firstMs, chosen, rejected = string.match(text, '^%d (%d+) @(%d+) ([^\n]*)\n([^\n]*)')
    if not ordinal then
        call('DEL', record)
        return nil
    end
    local seats, index, valid = {}, FIRST, true
    for number, generation, player in string.gmatch(text, '\n(%d+) (%d+) (%S+)') do
        if player ~= ARGV[index] then
            return 'conflict'
        end
        index = index + 1
        generation = tonumber(generation)
        local old = seat(ordinal, number)
        local same = old and old.player == player and old.generation == generation
        local own = same and old.state == 'R' and old.request == request
        valid = valid and old and old.player == player
            and (same or (old.generation < generation and (old.state == 'O' or old.state == 'H')))
            and not (own and nowMs >= num(firstMs) + RENEWED_MS)
        table.insert(seats, {number = number, generation = generation, reserved = own and old})
    end
    if index ~= #ARGV + 1 then
        return 'conflict'
    end
    return {
        ordinal = ordinal, chosen = chosen, rejected = string.gsub(rejected, ';', '\n'), seats = seats, valid = valid}
end

local earlier = before()
if earlier == 'conflict' then
    return finish({'refused', 'REQUEST_CONFLICT', 'this request id was used for other players'})
end
if earlier then
    for _, taken in ipairs(earlier.seats) do
        if taken.reserved and earlier.valid then
            -- The ticket is made anew and lives its full life: so must the reservation.
            extend(earlier.ordinal, taken.number, taken.reserved, nowMs + RESERVATION_MS)
        elseif taken.reserved then
            free(earlier.ordinal, taken.number, taken.reserved)
        end
    end
    if earlier.valid then
        return answer(earlier.ordinal, instance(earlier.ordinal), earlier.chosen, earlier.rejected, '',
            earlier.seats)
    end
    refresh(earlier.ordinal)
    call('DEL', record)
end

-- ---- who has a seat already ----------------------------------------------------------------------

local inHome = {} -- player -> seat number, in instance `home`
local home
local missing = size

-- Nobody can sit in an instance without a pod once the reconnect window has passed. What was lost may
-- still be reported.
local function abandoned(ordinal)
    local heardMs = num(call('HGET', key('inst', ordinal), 'lastHeartbeatMs'))
    for _, field in ipairs(call('HKEYS', key('inst', ordinal))) do
        if string.sub(field, 1, 5) == 'host:' then
            return false
        end
    end
    return nowMs - math.max(heardMs, lossMs) > reconnectWindowMs + SILENT_MS
end

for i = FIRST, #ARGV do
    local player = ARGV[i]
    local ordinal, number, old = seatOf(player)
    if ordinal and not old and abandoned(ordinal) then
        resizing('player')
        call('HDEL', prefix .. 'player', player)
    elseif ordinal and not old then
        return waiting('0', 'instance ' .. ordinal .. ', where ' .. player .. ' had a seat, is unknown', '')
    elseif ordinal and (old.state == 'R' or abandoned(ordinal)) then
        -- A newer request supersedes an unclaimed seat.
        free(ordinal, number, old)
        refresh(ordinal)
    elseif ordinal and ((home and home ~= ordinal) or (explicit ~= '' and explicit ~= ordinal)) then
        return finish({'refused', 'SEATED_ELSEWHERE', player .. ' has a seat in instance ' .. ordinal .. ': leave it first'})
    elseif ordinal then
        home = ordinal
        inHome[player] = number
        missing = missing - 1
    end
end

-- ---- where ---------------------------------------------------------------------------------------

local function wait(reason)
    -- A newer request of the same player takes the place of the older: who asks often waits once.
    local older = call('HGET', prefix .. 'waiting-player', ARGV[FIRST])
    if older and older ~= party then
        local arrived = parse(older) == size and call('ZSCORE', prefix .. 'waiting', older)
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
    return waiting(I(call('ZRANK', prefix .. 'waiting', party) + 1), reason, table.concat(reasons, '\n'))
end

-- Waits for one instance only: outside the queue, which is for a seat anywhere.
local function waitFor(ordinal, reason)
    reject(ordinal, reason)
    if reason == 'not running' or reason == 'silent' or reason == 'no host' then
        local bounds = fields(KEYS[1], {'maxInstances', 'highestOrdinal'})
        if not home and tonumber(ordinal) >= num(bounds.maxInstances)
            and (bounds.highestOrdinal == '' or tonumber(ordinal) > num(bounds.highestOrdinal)) then
            if nowMs - lossMs < RESERVATION_MS then
                -- Those that run have not all reported yet.
                return waiting('0', 'instance ' .. ordinal .. ' is not known yet', table.concat(reasons, '\n'))
            end
            return finish({'refused', 'UNKNOWN_INSTANCE', 'instance ' .. ordinal .. ' has never run'})
        end
        if not home then
            -- One stopped instance a player at a time: starting one costs a pod.
            local wake = prefix .. 'wake:' .. ARGV[FIRST]
            local other, untilMs = string.match(call('GET', wake) or '', '^(%d+) (%d+)$')
            if other and other ~= ordinal and num(untilMs) > nowMs then
                return finish({'refused', 'WAKES_ANOTHER', ARGV[FIRST] .. ' woke instance ' .. other
                    .. ': ask for another in ' .. I(math.ceil((num(untilMs) - nowMs) / 1000)) .. ' s'})
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
    return waiting('0', 'instance ' .. ordinal .. ' is ' .. reason, table.concat(reasons, '\n'))
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
            local ordinal = I(num(name))
            checked = checked + 1
            if name ~= member(ordinal) then
                resizing('open')
                call('ZREM', open, name) -- not ours
            elseif avoided(ordinal) then
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

-- Whether seating so many newcomers would leave too little for those who came earlier.
local function overtakes(newcomers)
    return num(call('HGET', KEYS[1], 'openSeats')) < owedToEarlier(party) + newcomers
end

local ordinal, found, chosen
if home or explicit ~= '' then
    ordinal = home or explicit
    local why
    found = instance(ordinal)
    why = closed(found, incarnation)
    if missing == 0 and (why == 'cordoned' or why == 'paused') then
        why = nil -- closed to newcomers, not to those who have a seat
    end
    if why then
        return waitFor(ordinal, why)
    end
    if found.free < missing then
        return waitFor(ordinal, 'full')
    end
    if missing > 0 and overtakes(missing) then
        -- Naming an instance is no way past those who came earlier and take any.
        return waitFor(ordinal, 'kept for those who came earlier')
    end
    chosen = home and 'has a seat there' or 'asked for'
else
    if overtakes(size) then
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
local generation = math.max(worldGeneration, sane(num(call('HGET', inst, 'lastGeneration'))))
local seats, lines = {}, {}
for i = FIRST, #ARGV do
    generation = math.max(generation + 1, nowUs)
    local number = inHome[ARGV[i]]
    if not number then
        local old
        number, old = lowestFree(ordinal, found.limit)
        if not number then
            return waitFor(ordinal, 'full')
        end
        put(ordinal, number, old, {
            state = 'R', generation = generation, player = ARGV[i], deadline = nowMs + RESERVATION_MS,
            size = size, request = request})
    end
    table.insert(seats, {number = number, generation = generation})
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

remember(request, ARGV[FIRST], ordinal, chosen, reasons, lines)
return answer(ordinal, found, chosen, table.concat(reasons, '\n'), waited(), seats)
