-- uses: base rules world seats instances
-- The operator's policy of a World.
-- ARGV[3] new | again: whether the caller has written this World before, so that its absence is a loss
-- ARGV[4…] fields of the world hash and their values, in pairs: capacity, spareSeats, maxInstances, placement,
-- reconnectWindowMs, permissions, namespace, name. A capacity of '' retires the World: nobody is seated, its state stays.

local before = worldCapacity
local policy, kept = {}, nil
for i = 4, #ARGV, 2 do
    local field, value = ARGV[i], ARGV[i + 1]
    if field == 'capacity' then
        worldCapacity = tonumber(value)
    end
    if field == 'permissions' then
        kept = value -- beside the others: replicas that know nothing of it compare those
    else
        table.insert(policy, field .. '=' .. value)
    end
    local told = value ~= '' and value or false
    if call('HGET', KEYS[1], field) ~= told then
        if told then
            call('HSET', KEYS[1], field, told)
        else
            call('HDEL', KEYS[1], field)
        end
        changed = true
    end
end
call('HSET', KEYS[1], 'policy', table.concat(policy, ' '))
if kept then
    call('HSET', KEYS[1], 'permissionsKept', kept)
end
if founded and not worldCapacity then
    call('DEL', KEYS[1]) -- retired after it was forgotten: nothing stays
    return mark()
end
if founded and ARGV[3] == 'again' then
    lost()
end
if before ~= worldCapacity then
    for _, ordinal in ipairs(call('SMEMBERS', prefix .. 'instances')) do
        if isOrdinal(ordinal) then
            refresh(ordinal)
        end
    end
end
return finish(mark())
