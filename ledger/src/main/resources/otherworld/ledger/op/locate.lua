-- uses: base rules world seats instances
-- Where a player's claimed seat is now. ARGV[3] ordinal  [4] seat number  [5] generation  [6] player
-- Returns {'found', epoch, host, why it takes nobody or ''}, or {'ended'}, or {'unknown world'}.

local ordinal, generation, player = ARGV[3], tonumber(ARGV[5]), ARGV[6]
if not worldCapacity then
    return finish({'unknown world'})
end
expire()
sawOrdinal(ordinal) -- there was a session, so it ran
local old = seat(ordinal, ARGV[4])
local found = instance(ordinal)
local why = closed(found, incarnation)
local silent = why == 'unknown' or why == 'not running' or why == 'silent' or why == 'no host'

if not old or old.generation < generation then
    -- Absent. That is final, unless it is for what the ledger lost: then its host says so by a report; and a host that came
    -- after the loss has nobody to ask, so it takes those who come with a session of before.
    if maybeLost(generation) and silent then
        return finish({'found', I(found.epoch), '', why == 'unknown' and why or why .. ', and not known yet'})
    end
    if not (maybeLost(generation) and num(found.blindUntilMs) > nowMs) then
        return finish({'ended'})
    end
elseif old.state == 'F' or old.generation ~= generation or old.player ~= player then
    return finish({'ended'})
end
if why == 'cordoned' or why == 'paused' or why == 'stopping' then
    why = nil -- closed to newcomers, not to those who have a seat
end
return finish({'found', I(found.epoch), found.host or '', why or ''})
