-- uses: base rules world seats instances queue
-- Gives back what a request has and nobody has claimed: reservations, and a place in the queue.
-- ARGV[3] request id  [4] a player of the request (the first, to leave the queue)  [5] party size
-- Returns how many reservations were given back.

local request, player = ARGV[3], ARGV[4]
local name = prefix .. 'request:' .. request
expire()
local party = ARGV[5] .. ' ' .. request .. ' ' .. player
if call('HGET', prefix .. 'waiting-player', player) == party then
    leaveQueue(party)
end

local freed = 0
local function giveBack(ordinal, number, old)
    if old and old.state == 'R' and old.request == request then
        free(ordinal, number, old)
        freed = freed + 1
    end
end

local record = call('GET', name)
local ordinal = record and string.match(record, '^%d (%d+) ')
if ordinal then
    if not string.find(record .. '\n', ' ' .. player .. '\n', 1, true) then
        return finish('0')
    end
    for number, generation in string.gmatch(record, '\n(%d+) (%d+) %S+') do
        local old = seat(ordinal, number)
        if old and old.generation == tonumber(generation) then
            giveBack(ordinal, number, old)
        end
    end
else
    if record and string.find(record, '^waiting ') then
        call('DEL', name)
        call('LREM', prefix .. 'asked:' .. player, 0, request)
    end
    -- The answer is forgotten, or was lost: the player's own seat is known all the same.
    local number, old
    ordinal, number, old = seatOf(player)
    giveBack(ordinal, number, old)
end
if freed > 0 then
    call('DEL', name)
    call('LREM', prefix .. 'asked:' .. player, 0, request)
    refresh(ordinal)
end
return finish(I(freed))
