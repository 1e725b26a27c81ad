-- Answers remembered, for those who ask again.

local REQUEST_S = 600
local REQUESTS = 8 -- answers remembered for each player: new ids push out the oldest

-- Of each player the newest are kept.
local function keepNewest(request, player)
    local asked = prefix .. 'asked:' .. player
    call('LREM', asked, 0, request)
    if call('LPUSH', asked, request) > REQUESTS then
        call('DEL', prefix .. 'request:' .. call('RPOP', asked))
    end
    call('EXPIRE', asked, REQUEST_S)
end

-- A record is: extended 0|1, ordinal, @ when its seats were first given, chosen; rejected lines joined by ';'; then
-- 'number generation player' a line.
local function remember(request, player, ordinal, chosen, reasons, lines)
    call('SET', prefix .. 'request:' .. request, '0 ' .. ordinal .. ' @' .. I(nowMs) .. ' ' .. chosen .. '\n'
        .. table.concat(reasons, ';') .. '\n' .. table.concat(lines, '\n'), 'EX', REQUEST_S)
    keepNewest(request, player)
end
