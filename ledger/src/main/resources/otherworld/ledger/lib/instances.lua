-- Instances: what their hosts and the operator say, whether they are open, and time passing.

local FIELDS = {
    'capacity', 'ready', 'lastHeartbeatMs', 'knownIncarnation', 'idleSinceMs', 'cordonToken', 'cordonUntilMs',
    'pausedUntilMs', 'podUid', 'epoch', 'confirmedCordon', 'seatsReportedMs', 'blindUntilMs', 'seatsLostMs'
}

local function instance(ordinal)
    local taken = book(ordinal)
    local found = fields(key('inst', ordinal), FIELDS)
    found.exists = found.capacity ~= '' or found.ready ~= '' or found.cordonToken ~= ''
    found.host = found.podUid ~= '' and call('HGET', key('inst', ordinal), 'host:' .. found.podUid) or nil
    found.epoch = math.max(num(found.epoch), taken.epoch)
    found.taken = taken.occupied + taken.held + taken.reserved
    found.limit = math.min(worldCapacity or 0, num(found.capacity))
    found.free = math.max(0, found.limit - found.taken)
    return found
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
    local why = closed(found, incarnation)
    if why then
        if score then
            resizing('open')
            call('ZREM', open, member(ordinal))
            call('HINCRBY', KEYS[1], 'openSeats', 0 - num(score)) -- never -0, which is no integer to Redis
            changed = true
        end
    elseif not score or num(score) ~= found.free then
        if not score then
            resizing('open')
        end
        call('ZADD', open, found.free, member(ordinal))
        call('HINCRBY', KEYS[1], 'openSeats', found.free - num(score))
        changed = true
    end
    return why, found
end

-- The instance's keys live a day after the last write, together.
local function keep(ordinal)
    for _, name in ipairs({'inst', 'seats', 'used'}) do
        call('EXPIRE', key(name, ordinal), KEEP_S)
    end
end

-- Before an instance's key is written: if it should be there and is not, that is told.
local function known(ordinal)
    resizing('instances')
    if call('SADD', prefix .. 'instances', ordinal) == 0 and call('EXISTS', key('inst', ordinal)) == 0 then
        lost()
    end
end

-- Frees reservations that have passed, a bounded number at a time: every script calls it.
local function expire()
    local due = call('ZRANGEBYSCORE', prefix .. 'expiry', '-inf', nowMs, 'LIMIT', 0, 64)
    local touched = {}
    for _, entry in ipairs(due) do
        local ordinal, number, generation = string.match(entry, PLACE)
        local old = ordinal and seat(ordinal, number)
        if old and old.state == 'R' and old.generation == tonumber(generation) and old.deadline <= nowMs then
            free(ordinal, number, old)
            touched[ordinal] = true
        else
            resizing('expiry')
            call('ZREM', prefix .. 'expiry', entry)
        end
    end
    for ordinal in pairs(touched) do
        refresh(ordinal)
    end
end
