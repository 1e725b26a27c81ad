-- One player who asks for the first time, has no seat, and finds nobody waiting.

local function quickAssign()
    local request, explicit, player = ARGV[3], ARGV[5], ARGV[7]
    if #ARGV ~= 7 or ARGV[6] ~= ''
        or redis.call('ZCARD', prefix .. 'waiting') > 0 or redis.call('ZCARD', prefix .. 'waiting-until') > 0
        or redis.call('HLEN', prefix .. 'waiting-player') > 0 or redis.call('ZCARD', prefix .. 'wanted') > 0
        or redis.call('HGET', prefix .. 'player', player) or redis.call('GET', prefix .. 'request:' .. request) then
        return nil
    end
    local world = usualWorld()
    if not world or world.openSeats < 1 then
        return nil
    end
    local open, ordinal, chosen = prefix .. 'open', nil, nil
    if explicit ~= '' then
        ordinal, chosen = explicit, 'asked for'
    else
        local first
        if world.placement == 'SPREAD' then
            first, chosen = redis.call('ZREVRANGEBYSCORE', open, '+inf', 1, 'LIMIT', 0, 1), 'emptiest instance'
        else
            first, chosen = redis.call('ZRANGEBYSCORE', open, 1, '+inf', 'LIMIT', 0, 1), 'fullest instance that fits'
        end
        if not first[1] or not string.find(first[1], '^%d%d%d%d%d$') then
            return nil
        end
        ordinal = I(num(first[1]))
    end
    local found = usualInstance(world, ordinal)
    if not found or found.why or found.free < 1 then
        return nil
    end
    local lowest = redis.call('BITPOS', key('used', ordinal), 0)
    local number = I(lowest)
    local text = redis.call('HGET', key('seats', ordinal), number)
    local old = text and decode(text)
    if lowest >= found.limit or text and not (old and old.state == 'F') then
        return nil
    end
    local reasons = {}
    if explicit == '' then
        for i, name in ipairs(redis.call('ZRANGEBYSCORE', open, '-inf', '(1', 'LIMIT', 0, 4)) do
            reasons[i] = I(num(name)) .. ' full'
        end
    end

    local generation = math.max(math.max(world.generation, found.generation) + 1, nowUs)
    local generationText = I(generation)
    local deadline = I(nowMs + RESERVATION_MS)
    local here = place(ordinal, number, generation)
    found.reserved = found.reserved + 1
    world.players, world.expiring = world.players + 1, world.expiring + 1
    writeSeat(world, ordinal, found, number,
        'R ' .. generationText .. ' ' .. deadline .. ' ' .. I(nowMs) .. ' 1 ' .. request .. ' ' .. player, 1)
    redis.call('ZADD', prefix .. 'expiry', deadline, here)
    redis.call('HSET', prefix .. 'player', player, here)
    redis.call('HSET', key('inst', ordinal), 'lastGeneration', generationText)
    remember(request, player, ordinal, chosen, reasons, {number .. ' ' .. generationText .. ' ' .. player})
    writeWorld(world, generation, true)
    return {
        'seated', ordinal, I(math.max(found.epoch, found.highestEpoch)), found.host, I(world.limit), world.permissions, chosen,
        table.concat(reasons, '\n'), '0 0', number, generationText}
end

local answered = quickly(quickAssign)
if answered then
    return answered
end
