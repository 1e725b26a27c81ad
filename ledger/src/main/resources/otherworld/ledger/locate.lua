-- Where a player's claimed seat is now. ARGV[3] ordinal  [4] seat number  [5] generation  [6] player
-- Returns {'found', epoch, host, why it takes nobody or ''}, or {'ended'}, or {'unknown world'}.

if not worldCapacity then
    return finish({'unknown world'})
end
expire()
local old = seat(ARGV[3], ARGV[4])
local found = instance(ARGV[3])
local why = closed(found)
if not old and why == 'unknown' then
    -- After a wipe: the seat may be in the report that is still to come.
    return finish({'found', found.epoch, '', why})
end
if not old or old.state == 'F' or old.generation ~= tonumber(ARGV[5]) or old.player ~= ARGV[6] then
    return finish({'ended'})
end
if why == 'cordoned' or why == 'paused' or why == 'stopping' then
    why = nil -- closed to newcomers, not to those who have a seat
end
return finish({'found', found.epoch, found.host or '', why or ''})
