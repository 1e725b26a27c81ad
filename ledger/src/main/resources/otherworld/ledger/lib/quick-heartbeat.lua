-- The same as the instance said the last time, and without its seats.

local function quickHeartbeat()
    local ordinal, epoch = ARGV[3], tonumber(ARGV[4])
    if ARGV[10] == '1' then
        return nil
    end
    local world = usualWorld()
    local found = world and usualInstance(world, ordinal)
    if not found or epoch ~= found.epoch or epoch ~= found.highestEpoch
        or found.podUid ~= ARGV[5] or found.capacity ~= ARGV[6] or found.ready ~= ARGV[7]
        or found.confirmedCordon ~= ARGV[8] or not reports(found)
        or ARGV[9] ~= '' and ARGV[9] ~= world.incarnation
        or num(world.highestOrdinal) < tonumber(ordinal) or not world.highestOrdinal
        or redis.call('SISMEMBER', prefix .. 'instances', ordinal) == 0 then
        return nil
    end
    local inst = key('inst', ordinal)
    wrote = true
    redis.call('HSET', inst, 'epoch', ARGV[4], 'lastHeartbeatMs', I(nowMs), 'pausedUntilMs', I(num(found.pausedUntilMs)),
        'knownIncarnation', found.knownIncarnation or '')
    redis.call('EXPIRE', inst, KEEP_S)
    redis.call('EXPIRE', key('seats', ordinal), KEEP_S)
    redis.call('EXPIRE', key('used', ordinal), KEEP_S)
    return {
        world.incarnation, found.knownIncarnation == world.incarnation and '0' or '1', I(world.limit),
        I(world.reconnectWindowMs), cordoned(found) and found.cordonToken or '', I(epoch), world.permissions}
end

local answered = quickly(quickHeartbeat)
if answered then
    return answered
end
