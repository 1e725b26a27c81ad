-- uses: base rules world seats instances
-- The pods of instances, as the operator sees them.
-- ARGV[3] put | remove | sync, then groups of three: ordinal, pod UID, host ('PHASE\npod name\nendpoint\n…'; '' to remove)
-- sync: these are all hosts of the World; others are gone.

local function remove(ordinal, podUid)
    local inst = key('inst', ordinal)
    if call('HDEL', inst, 'host:' .. podUid) == 1 then
        changed = true
        if call('HGET', inst, 'podUid') == podUid then
            call('HSET', inst, 'ready', '0')
        end
        refresh(ordinal)
    end
end

local listed = {}
for i = 4, #ARGV, 3 do
    local ordinal, podUid, host = ARGV[i], ARGV[i + 1], ARGV[i + 2]
    if ARGV[3] == 'remove' then
        remove(ordinal, podUid)
    else
        listed[ordinal .. ' ' .. podUid] = true
        local inst = key('inst', ordinal)
        known(ordinal)
        if call('HGET', inst, 'host:' .. podUid) ~= host then
            sawOrdinal(ordinal)
            call('HSET', inst, 'host:' .. podUid, host)
            keep(ordinal)
            changed = true
            refresh(ordinal)
        end
    end
end
if ARGV[3] == 'sync' then
    for _, ordinal in ipairs(call('SMEMBERS', prefix .. 'instances')) do
        for _, field in ipairs(call('HKEYS', key('inst', ordinal))) do
            local podUid = string.match(field, '^host:(.*)$')
            if podUid and not listed[ordinal .. ' ' .. podUid] then
                remove(ordinal, podUid)
            end
        end
    end
end
return finish(mark())
