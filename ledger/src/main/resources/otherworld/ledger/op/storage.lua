-- uses: base world seats instances
-- Why nothing of an instance becomes durable: for the World's conditions.
-- ARGV[3] ordinal  [4] epoch of the host that says so  [5] the reason, '' once it does again

local inst = key('inst', ARGV[3])
local found = instance(ARGV[3])
if num(ARGV[4]) >= found.epoch and (call('HGET', inst, 'storage') or '') ~= ARGV[5] then
    if ARGV[5] == '' then
        call('HDEL', inst, 'storage')
    elseif found.exists then
        call('HSET', inst, 'storage', ARGV[5])
    end
    changed = true
end
return finish({})
