-- uses: base rules world seats instances
-- "Admit nobody any more", from the operator. ARGV[3] cordon | uncordon  [4] ordinal  [5] token  [6] ttlMs
-- A cordon that is not renewed times out open. Only the token that cordoned uncordons.

local ordinal, token = ARGV[4], ARGV[5]
local inst = key('inst', ordinal)
local before = call('HGET', inst, 'cordonToken') or ''
if ARGV[3] == 'cordon' then
    known(ordinal)
    call('HSET', inst, 'cordonToken', token, 'cordonUntilMs', nowMs + tonumber(ARGV[6]))
    keep(ordinal)
    changed = changed or before ~= token
elseif before == token then
    call('HDEL', inst, 'cordonToken', 'cordonUntilMs')
    changed = true
end
refresh(ordinal)
return finish(mark())
