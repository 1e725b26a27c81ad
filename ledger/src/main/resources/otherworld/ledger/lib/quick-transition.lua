-- A seat's own player with the ticket that was last given for it.

local function quickTransition()
    local operation, ordinal, number, player = ARGV[3], ARGV[4], ARGV[6], ARGV[8]
    local epoch, generation = tonumber(ARGV[5]), tonumber(ARGV[7])
    local text = redis.call('HGET', key('seats', ordinal), number)
    local old = text and decode(text)
    if not old or old.state == 'F' or old.generation ~= generation or old.player ~= player then
        return nil
    end
    if operation == 'claim' and old.state == 'R' and old.size > 1
        and string.sub(redis.call('GET', prefix .. 'request:' .. old.request) or '', 1, 2) == '0 ' then
        return nil -- the first of a party
    end
    local world = usualWorld()
    local found = world and usualInstance(world, ordinal)
    if not found or epoch ~= found.epoch or epoch < found.highestEpoch then
        return nil
    end
    local here = place(ordinal, number, generation)
    if redis.call('HGET', prefix .. 'player', player) ~= here then
        return nil
    end
    local stamp = ' ' .. I(generation) .. ' '
    local to
    if operation == 'release' then
        text = 'F' .. stamp .. '0 ' .. I(nowMs) .. ' 0 - -'
    elseif operation == 'hold' then
        to = 'held'
        text = 'H' .. stamp .. I(nowMs + tonumber(ARGV[9])) .. ' ' .. I(nowMs) .. ' 1 ' .. old.request .. ' ' .. player
    elseif operation == 'claim' or operation == 'resume' then
        to = 'occupied'
        text = 'O' .. stamp .. '0 ' .. I(nowMs) .. ' 1 ' .. old.request .. ' ' .. player
    else
        return nil
    end

    local from = STATES[old.state]
    if from ~= to then
        found[from] = found[from] - 1
        if to then
            found[to] = found[to] + 1
        end
    end
    local taken = to and 0 or -1
    writeSeat(world, ordinal, found, number, text, from ~= to and taken or nil)
    if old.state == 'R' then
        world.expiring = world.expiring - redis.call('ZREM', prefix .. 'expiry', here)
    end
    if not to then
        redis.call('HDEL', prefix .. 'player', player)
        world.players = world.players - 1
    end
    if generation > found.generation then
        redis.call('HSET', key('inst', ordinal), 'lastGeneration', I(generation))
    end
    writeWorld(world, generation, from ~= to)
    return {'done'}
end

local answered = quickly(quickTransition)
if answered then
    return answered
end
