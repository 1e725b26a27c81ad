-- uses: base rules whole world seats instances queue
-- The whole of a World: what demand, REST and scaling are made from. O(instances).
-- Returns {mark, sequence, {policy: its values in the order of POLICY, then permissions}, {wanted ordinals}, waiting parties, {sizes of the oldest 512},
--   {{ordinal, state, epoch, pod UID, occupied, held, reserved, free, idleMs, cordon, cordon token, capacity, host, starting 0|1,
--   why nothing becomes durable}, …}}
-- mark: the incarnation and how often something was lost under it. state: '' if open, else why closed. Instances without a
-- pod, without a report and without anybody who has a seat are left out.

local SWEEP_MS = 10000
local TOLD_MS = 10000 -- who cannot host says why every two seconds
local POLICY = {'capacity', 'spareSeats', 'maxInstances', 'placement', 'reconnectWindowMs', 'namespace', 'name'}

-- Forgets players whose seat is gone with its instance's keys, some at a time: nothing else would, unless they come back.
local function sweepPlayers()
    local at = fields(KEYS[1], {'sweptMs', 'sweepCursor'})
    if incarnation == '-' or nowMs - num(at.sweptMs) < SWEEP_MS then
        return
    end
    local page = call('HSCAN', prefix .. 'player', I(num(at.sweepCursor)), 'COUNT', 100)
    for i = 1, #page[2], 2 do
        seatOf(page[2][i])
    end
    call('HSET', KEYS[1], 'sweptMs', nowMs, 'sweepCursor', page[1])
end

-- The operator's words as it gave them; none, and told as a loss, if they are not those any more.
local function policy()
    local told = fields(KEYS[1], POLICY)
    local kept = call('HGET', KEYS[1], 'policy')
    local allowed = fields(KEYS[1], {'permissions', 'permissionsKept'})
    local values, words = {}, {}
    for _, field in ipairs(POLICY) do
        table.insert(values, told[field])
        table.insert(words, field .. '=' .. told[field])
    end
    local damaged = allowed.permissions ~= allowed.permissionsKept
    if damaged then
        call('HDEL', KEYS[1], 'permissions', 'permissionsKept')
        allowed.permissions = ''
    end
    damaged = damaged or kept and kept ~= table.concat(words, ' ')
    if damaged and told.capacity ~= '' then
        call('HDEL', KEYS[1], 'policy', unpack(POLICY))
        lost()
        values[1] = ''
    elseif not worldCapacity then
        values[1] = ''
    end
    table.insert(values, allowed.permissions)
    return values
end

local function describe(ordinal)
    local why, found = refresh(ordinal)
    local hosted, starting, anyHost, storage, toldMs = false, false, '', '', 0
    local all = call('HGETALL', key('inst', ordinal))
    for i = 1, #all, 2 do
        if string.sub(all[i], 1, 5) == 'host:' then
            hosted = true
            anyHost = all[i + 1]
            starting = starting or string.sub(anyHost, 1, 8) == 'STARTING'
        elseif all[i] == 'storage' then
            storage = all[i + 1]
        elseif all[i] == 'storageMs' then
            toldMs = num(all[i + 1])
        end
    end
    if #all == 0 then
        resizing('instances')
        call('SREM', prefix .. 'instances', ordinal)
        lost()
    elseif hosted or reports(found) or found.taken > 0 then
        local cordon = 'OPEN'
        if cordoned(found) then
            cordon = found.confirmedCordon == found.cordonToken and reports(found) and 'CONFIRMED' or 'REQUESTED'
        end
        local taken = book(ordinal)
        local idle = found.taken == 0 and found.idleSinceMs ~= '' and nowMs - num(found.idleSinceMs) or 0
        return {
            ordinal, why or '', I(found.epoch), found.podUid, I(taken.occupied), I(taken.held),
            I(taken.reserved), I(found.free), I(idle), cordon, cordon == 'OPEN' and '' or found.cordonToken,
            I(num(found.capacity)), found.host or anyHost, starting and '1' or '0',
            (reports(found) or nowMs - toldMs <= TOLD_MS) and storage or ''}
    end
    return nil
end

-- Adds up again what is counted as it changes: a count that was damaged would let newcomers past the queue.
local function recountOpenSeats()
    local sum, open = 0, call('ZRANGE', prefix .. 'open', 0, -1, 'WITHSCORES')
    for i = 1, #open, 2 do
        sum = sum + num(open[i + 1])
    end
    if incarnation ~= '-' and num(call('HGET', KEYS[1], 'openSeats')) ~= sum then
        call('HSET', KEYS[1], 'openSeats', I(sum))
    end
end

expire()
prune()
sweepPlayers()
local instances = {}
for _, ordinal in ipairs(call('SMEMBERS', prefix .. 'instances')) do
    if not isOrdinal(ordinal) then
        resizing('instances')
        call('SREM', prefix .. 'instances', ordinal)
    else
        table.insert(instances, describe(ordinal)) -- nil adds nothing
    end
end
recountOpenSeats()
local wanted, sizesWaiting = {}, {}
for _, ordinal in ipairs(call('ZRANGE', prefix .. 'wanted', 0, -1)) do
    if isOrdinal(ordinal) then
        table.insert(wanted, ordinal)
    end
end
for _, party in ipairs(call('ZRANGE', prefix .. 'waiting', 0, 511)) do
    local size = parse(party)
    table.insert(sizesWaiting, I(size))
end
local told = policy()
finish(nil)
return {
    mark(), I(num(call('HGET', KEYS[1], 'demandSequence'))), told,
    wanted, I(call('ZCARD', prefix .. 'waiting')), sizesWaiting, instances}
