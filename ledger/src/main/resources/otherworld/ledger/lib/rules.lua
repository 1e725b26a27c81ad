-- What a seat says, and when an instance is closed: what the quick way and the thorough one share.
--
-- A seat is one string: state generation deadlineMs changedMs partySize request player.
-- States: R Reserved, O Occupied, H Held, F Free (kept for its generation: no ticket up to it seats anybody again).

local STATES = {R = 'reserved', O = 'occupied', H = 'held'}

local function decode(text)
    local state, generation, deadline, since, size, request, player =
        string.match(text, '^(%u) (%d+) (%d+) (%d+) (%d+) (%S+) (%S+)$')
    if not state or not (STATES[state] or state == 'F') or num(generation) < 1 then
        return nil
    end
    return {
        state = state, generation = num(generation), deadline = num(deadline),
        since = num(since), size = num(size), request = request, player = player
    }
end

-- A generation far ahead of the clock is none of ours.
local function sane(generation)
    return generation < nowUs + 86400e6 and generation or 0
end

local function place(ordinal, number, generation)
    return ordinal .. ' ' .. number .. ' ' .. I(generation)
end

local PLACE = '^(%d+) (%d+) (%d+)$' -- what it makes

local function member(ordinal)
    return string.format('%05d', tonumber(ordinal))
end

local function cordoned(found)
    return found.cordonToken ~= '' and num(found.cordonUntilMs) > nowMs
end

local function reports(found)
    return nowMs - num(found.lastHeartbeatMs) <= SILENT_MS
end

-- Why nobody may be seated in the instance now; nil if they may.
local function closed(found, incarnation)
    if not found.exists or found.podUid == '' then return 'not running' end
    if not reports(found) then return 'silent' end
    if found.knownIncarnation ~= incarnation then return 'unknown' end
    if not found.host then return 'no host' end
    if found.ready ~= '1' then return 'not ready' end
    if string.sub(found.host, 1, 8) == 'STOPPING' then return 'stopping' end
    if cordoned(found) then return 'cordoned' end
    if num(found.pausedUntilMs) > nowMs then return 'paused' end
    return nil
end
