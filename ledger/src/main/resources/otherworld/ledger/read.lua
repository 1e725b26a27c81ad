-- The whole of a World: what demand, REST and scaling are made from. O(instances).
-- Returns {incarnation, sequence, {policy: field, value, …}, {wanted ordinals}, waiting parties, {sizes of the oldest 512},
--   {{ordinal, state, epoch, pod UID, occupied, held, reserved, free, idleMs, cordon, cordon token, capacity, host, starting 0|1}, …}}
-- state: '' if open, else why closed. Instances without a pod, without a report and without
-- anybody who has a seat are left out.

expire()
prune()
sweepPlayers()
local instances = {}
for _, ordinal in ipairs(call('SMEMBERS', prefix .. 'instances')) do
    local why, found = refresh(ordinal)
    local hosted, starting, anyHost = false, false, ''
    local all = call('HGETALL', key('inst', ordinal))
    for i = 1, #all, 2 do
        if string.sub(all[i], 1, 5) == 'host:' then
            hosted = true
            anyHost = all[i + 1]
            starting = starting or string.sub(anyHost, 1, 8) == 'STARTING'
        end
    end
    if #all == 0 then
        call('SREM', prefix .. 'instances', ordinal)
    elseif hosted or reports(found) or found.taken > 0 then
        local cordon = 'OPEN'
        if cordoned(found) then
            cordon = found.confirmedCordon == found.cordonToken and reports(found) and 'CONFIRMED' or 'REQUESTED'
        end
        local idle = found.taken == 0 and found.idleSinceMs ~= '' and nowMs - num(found.idleSinceMs) or 0
        table.insert(instances, {
            ordinal, why or '', found.epoch, found.podUid, I(num(found.occupied)), I(num(found.held)),
            I(num(found.reserved)), I(found.free), I(idle), cordon, cordon == 'OPEN' and '' or found.cordonToken,
            found.capacity, found.host or anyHost, starting and '1' or '0'})
    end
end
local sizes = {}
for _, party in ipairs(call('ZRANGE', prefix .. 'waiting', 0, 511)) do
    table.insert(sizes, string.match(party, '^%d+'))
end
local policy = {}
for _, field in ipairs({'capacity', 'spareSeats', 'maxInstances', 'placement', 'reconnectWindowMs', 'namespace', 'name'}) do
    table.insert(policy, call('HGET', KEYS[1], field) or '')
end
finish(nil)
return {
    incarnation, I(num(call('HGET', KEYS[1], 'demandSequence'))), policy,
    call('ZRANGE', prefix .. 'wanted', 0, -1), I(call('ZCARD', prefix .. 'waiting')), sizes, instances}
