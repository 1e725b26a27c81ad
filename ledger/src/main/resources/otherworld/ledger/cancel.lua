-- Gives back what a request has and nobody has claimed: reservations, and a place in the queue.
-- ARGV[3] request id  [4] a player of the request (the first, to leave the queue)  [5] party size
-- Returns how many reservations were given back.

local request, player = ARGV[3], ARGV[4]
expire()
local party = ARGV[5] .. ' ' .. request .. ' ' .. player
if call('HGET', prefix .. 'waiting-player', player) == party then
    leaveQueue(party)
end
local record = call('GET', prefix .. 'request:' .. request)
if not record or not string.find(record .. '\n', ' ' .. player .. '\n', 1, true) then
    return finish('0')
end
local ordinal = string.match(record, '^%d (%d+) ')
local freed = 0
for number, generation in string.gmatch(record, '\n(%d+) (%d+) %S+') do
    local old = seat(ordinal, number)
    if old and old.state == 'R' and old.generation == tonumber(generation) and old.request == request then
        free(ordinal, number, old)
        freed = freed + 1
    end
end
if freed > 0 then
    call('DEL', prefix .. 'request:' .. request)
    refresh(ordinal)
end
return finish(I(freed))
