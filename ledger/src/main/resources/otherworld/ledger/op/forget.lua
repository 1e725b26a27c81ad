-- uses: base rules world
-- Removes every key of a World but the answers to requests, which end by themselves.

for _, ordinal in ipairs(call('SMEMBERS', prefix .. 'instances')) do
    call('DEL', key('inst', ordinal), key('seats', ordinal), key('used', ordinal), key('pose', ordinal))
end
for _, name in ipairs({'instances', 'open', 'player', 'expiry', 'waiting', 'waiting-until', 'waiting-player', 'wanted', 'notes'}) do
    call('DEL', prefix .. name)
end
call('DEL', KEYS[1])
call('PUBLISH', 'ow:demand', worldId)
return 'OK'
