-- The operator's policy of a World.
-- ARGV[3…] fields of the world hash and their values, in pairs: capacity, spareSeats, maxInstances, placement,
-- reconnectWindowMs, namespace, name. A capacity of '' retires the World: nobody is seated, its state stays.

local before = worldCapacity
for i = 3, #ARGV, 2 do
    if ARGV[i] == 'capacity' then
        worldCapacity = tonumber(ARGV[i + 1])
    end
    local told = ARGV[i + 1] ~= '' and ARGV[i + 1] or false
    if call('HGET', KEYS[1], ARGV[i]) ~= told then
        if told then
            call('HSET', KEYS[1], ARGV[i], told)
        else
            call('HDEL', KEYS[1], ARGV[i])
        end
        changed = true
    end
end
if before ~= worldCapacity then
    for _, ordinal in ipairs(call('SMEMBERS', prefix .. 'instances')) do
        refresh(ordinal)
    end
end
if founded and not worldCapacity then
    call('DEL', KEYS[1]) -- retired after it was forgotten: nothing stays
    return incarnation
end
return finish(incarnation)
