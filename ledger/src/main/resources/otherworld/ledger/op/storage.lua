-- uses: base rules world seats instances
-- Why nothing of an instance becomes durable, for the World's conditions: while its host reports, or says so again.
-- ARGV[3] ordinal  [4] epoch of the host that says so  [5] the reason, '' once it does again

local inst = key('inst', ARGV[3])
local before = call('HGET', inst, 'storage') or ''
if num(ARGV[4]) >= instance(ARGV[3]).epoch and (ARGV[5] ~= '' or before ~= '') then
    if ARGV[5] == '' then
        call('HDEL', inst, 'storage', 'storageMs')
    else
        known(ARGV[3])
        call('HSET', inst, 'storage', ARGV[5], 'storageMs', nowMs)
        keep(ARGV[3])
    end
    changed = changed or before ~= ARGV[5]
end
return finish({})
