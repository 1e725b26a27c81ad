-- Parties that wait. One is 'size requestId player': its first player waits for one request at a time.

local WAITING_MS = 30000

local function parse(party)
    local size, request, player = string.match(party, '^(%d+) (%S+) (%S+)$')
    return num(size), player, request
end

local function leaveQueue(party)
    local _, player = parse(party)
    if player and call('HGET', prefix .. 'waiting-player', player) == party then
        call('HDEL', prefix .. 'waiting-player', player)
    end
    call('ZREM', prefix .. 'waiting', party)
    call('ZREM', prefix .. 'waiting-until', party)
    changed = true
end

-- The queue's three keys have as many entries. If one was lost, the order of arrival decides who waits.
local function mendQueue()
    local waiting, untils, players = prefix .. 'waiting', prefix .. 'waiting-until', prefix .. 'waiting-player'
    local size = call('ZCARD', waiting)
    if size == call('ZCARD', untils) and size == call('HLEN', players) then
        return
    end
    call('DEL', untils, players)
    for _, party in ipairs(call('ZRANGE', waiting, 0, -1)) do
        local _, player = parse(party)
        if player and call('HSETNX', players, player, party) == 1 then
            call('ZADD', untils, nowMs + WAITING_MS, party)
        else
            call('ZREM', waiting, party)
        end
    end
    changed = true
end

-- Forgets parties that stopped asking, and instances that nobody asks for any more.
local function prune()
    mendQueue()
    local gone = call('ZRANGEBYSCORE', prefix .. 'waiting-until', '-inf', nowMs, 'LIMIT', 0, 64)
    for _, party in ipairs(gone) do
        leaveQueue(party)
    end
    if call('ZREMRANGEBYSCORE', prefix .. 'wanted', '-inf', nowMs) > 0 then
        changed = true
    end
end

-- Seats that those who came before the party still wait for: a newcomer must leave them free.
local function owedToEarlier(party)
    local waiting = prefix .. 'waiting'
    local count = call('ZRANK', waiting, party) or call('ZCARD', waiting)
    if count > 256 then
        return count * 8
    end
    local owed = 0
    if count > 0 then
        for _, other in ipairs(call('ZRANGE', waiting, 0, count - 1)) do
            owed = owed + parse(other)
        end
    end
    return owed
end
