-- The quick way. Nearly every call finds a World that is whole and does one thing to it; most of what a script costs this
-- server's one thread is then not what it does but making the functions that would be needed if something were amiss.
-- So a call is tried here first, by few functions: they read, and give up by nil, before anything is written, where
-- what they find is not as it should be or not the usual. Then the thorough way, which follows, does it from the beginning.
--
-- It looks for the same losses as the thorough way, and what it does is exactly what that does: QuickScriptsIT compares them.
-- redis.call, not call: an error while it reads, as of a key of another type, is a reason to give up as well. Every key that
-- is written has been read by then, so that an error from there on is a refusal of Redis': it ends the script.

local wrote = false

-- The World, if nothing of it was lost, no time limit has passed and no run_id is new.
local function usualWorld()
    local incarnation, serverRun, sizes, capacity, reconnectWindowMs, lastGeneration, openSeats, sequence, placement,
        highestOrdinal, permissions = unpack(redis.call('HMGET', KEYS[1], 'incarnation', 'serverRun', 'sizes', 'capacity',
            'reconnectWindowMs', 'lastGeneration', 'openSeats', 'demandSequence', 'placement', 'highestOrdinal',
            'permissions'))
    local info = redis.pcall('INFO', 'server') -- refused by some
    local limit = num(capacity)
    if not incarnation or incarnation == '' or incarnation == '-' or limit < 1 or limit > MAX_SEATS
        or type(info) == 'string' and not string.find(info, 'run_id:' .. (serverRun or '') .. '\r', 1, true)
        or I(num(openSeats)) ~= openSeats or I(num(sequence)) ~= sequence
        or redis.call('ZCOUNT', prefix .. 'expiry', '-inf', nowMs) > 0 then
        return nil
    end
    local world = {
        incarnation = incarnation, limit = limit, reconnectWindowMs = num(reconnectWindowMs),
        generation = sane(num(lastGeneration)), openSeats = num(openSeats), sequence = num(sequence),
        placement = placement, highestOrdinal = highestOrdinal, permissions = permissions or '',
        players = redis.call('HLEN', prefix .. 'player'), expiring = redis.call('ZCARD', prefix .. 'expiry'),
        open = redis.call('ZCARD', prefix .. 'open'), instances = redis.call('SCARD', prefix .. 'instances')}
    if sizes ~= string.format('%d %d %d %d', world.players, world.expiring, world.open, world.instances) then
        return nil
    end
    return world
end

-- An instance that has a host, and whose keys agree with each other and with the set of open ones.
local function usualInstance(world, ordinal)
    local inst = key('inst', ordinal)
    local capacity, ready, lastHeartbeatMs, knownIncarnation, idleSinceMs, cordonToken, cordonUntilMs, pausedUntilMs,
        podUid, epoch, confirmedCordon, seatsMark, lastGeneration = unpack(redis.call('HMGET', inst, 'capacity', 'ready',
            'lastHeartbeatMs', 'knownIncarnation', 'idleSinceMs', 'cordonToken', 'cordonUntilMs', 'pausedUntilMs', 'podUid',
            'epoch', 'confirmedCordon', 'seatsMark', 'lastGeneration'))
    local mark, highestEpoch, reserved, occupied, held =
        unpack(redis.call('HMGET', key('seats', ordinal), 'mark', 'epoch', 'reserved', 'occupied', 'held'))
    if not capacity or not podUid or podUid == '' or not mark or mark == '' or mark ~= seatsMark then
        return nil
    end
    local found = {
        exists = true, capacity = capacity, ready = ready, lastHeartbeatMs = lastHeartbeatMs,
        knownIncarnation = knownIncarnation, cordonToken = cordonToken or '', cordonUntilMs = cordonUntilMs,
        pausedUntilMs = pausedUntilMs, podUid = podUid, host = redis.call('HGET', inst, 'host:' .. podUid),
        epoch = num(epoch), confirmedCordon = confirmedCordon, mark = mark, highestEpoch = num(highestEpoch),
        generation = sane(num(lastGeneration)),
        reserved = num(reserved), occupied = num(occupied), held = num(held)}
    found.taken = found.reserved + found.occupied + found.held
    found.limit = math.min(world.limit, num(capacity))
    found.free = math.max(0, found.limit - found.taken)
    found.why = closed(found, world.incarnation)
    local score = redis.call('ZSCORE', prefix .. 'open', member(ordinal))
    if math.min(found.reserved, found.occupied, found.held) < 0
        or found.taken ~= redis.call('BITCOUNT', key('used', ordinal))
        or (found.taken == 0) ~= (idleSinceMs and idleSinceMs ~= '')
        or found.why and score or not found.why and (not score or num(score) ~= found.free) then
        return nil
    end
    return found
end

-- A seat of the instance and its counts after a change, `taken` by how much; nil if no count changes.
local function writeSeat(world, ordinal, found, number, text, taken)
    wrote = true
    if not taken then
        redis.call('HSET', key('seats', ordinal), number, text)
        return
    end
    redis.call('HSET', key('seats', ordinal), number, text, 'mark', found.mark, 'epoch', I(found.highestEpoch),
        'reserved', found.reserved, 'occupied', found.occupied, 'held', found.held)
    if taken == 0 then
        return
    end
    redis.call('SETBIT', key('used', ordinal), number, taken > 0 and '1' or '0')
    found.taken = found.taken + taken
    if found.taken == 0 then
        redis.call('HSET', key('inst', ordinal), 'idleSinceMs', I(nowMs))
    elseif found.taken == taken then
        redis.call('HDEL', key('inst', ordinal), 'idleSinceMs')
    end
    local free = math.max(0, found.limit - found.taken)
    if not found.why and free ~= found.free then
        redis.call('ZADD', prefix .. 'open', I(free), member(ordinal))
        world.openSeats = world.openSeats + free - found.free
    end
end

-- The World after a seat was changed. `changed`: who watches demand is told.
local function writeWorld(world, generation, changed)
    redis.call('HSET', KEYS[1], 'lastGeneration', I(math.max(world.generation, generation)), 'openSeats', I(world.openSeats),
        'demandSequence', I(world.sequence + (changed and 1 or 0)),
        'sizes', string.format('%d %d %d %d', world.players, world.expiring, world.open, world.instances))
    if changed then
        redis.call('PUBLISH', 'ow:demand', worldId)
    end
end

-- What `try` answers; nil if it gave up.
local function quickly(try)
    local done, answer = pcall(try)
    if not done and wrote then
        error(answer, 0)
    end
    return done and answer or nil
end
