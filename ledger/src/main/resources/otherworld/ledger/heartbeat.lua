-- An instance reports. With its seats, the ledger's are brought in line with them.
--
-- ARGV[3] ordinal  [4] epoch  [5] pod UID  [6] capacity  [7] ready 0|1  [8] confirmed cordon token or ''
-- ARGV[9] the incarnation of the last reply this process had, '' if none
-- ARGV[10] '1' if seats follow, as groups of five: number, generation, state O|H, leftMs, player
-- Returns {incarnation, wants seats 0|1, capacity or '', reconnectWindowMs, cordon token or '', newest epoch}.

local LOSS_MS = 600000 -- how long after a loss an instance without a report may have had players
local LOST_HOST_MS = 15000 -- a host that reported its seats this shortly before a loss may have lived until then
local ordinal, epoch, podUid = ARGV[3], tonumber(ARGV[4]), ARGV[5]
local inst = key('inst', ordinal)
local before = instance(ordinal)

local function reply(known, cordon, newest)
    return finish({
        incarnation, known == incarnation and '0' or '1',
        worldCapacity and I(worldCapacity) or '', I(reconnectWindowMs), cordon, I(newest)})
end

if epoch < num(before.epoch) then
    return reply(incarnation, '', num(before.epoch))
end
expire()

-- An instance's list was made a moment before it arrives, while transitions arrive on their own: one that is
-- younger than this is newer than the list.
local function settled(old)
    return nowMs - old.since > 3000
end

local function reconcile()
    local listed = {}
    local newest = num(call('HGET', inst, 'lastGeneration'))
    for i = 11, #ARGV, 5 do
        local number, generation, state = ARGV[i], tonumber(ARGV[i + 1]), ARGV[i + 2]
        local deadline = state == 'H' and nowMs + tonumber(ARGV[i + 3]) or 0
        local player = ARGV[i + 4]
        listed[number] = true
        newest = math.max(newest, generation)
        local old = seat(ordinal, number)
        local take
        if not old or old.generation < generation then
            take = true
        elseif old.generation == generation then
            take = old.state == 'R' or (old.state ~= 'F' and old.state ~= state and settled(old))
        else
            -- The ledger lost data and gave a taken seat away: who sits there stays. The same if that reservation has
            -- passed since, or if a newer claim was told to the ledger and came to nothing.
            take = old.state == 'R' and old.player ~= player or old.state ~= 'R' and settled(old)
        end
        if take then
            put(ordinal, number, old, state, generation, player, deadline, 1, old and old.request or '-')
        end
    end
    local all = call('HGETALL', key('seats', ordinal))
    for i = 1, #all, 2 do
        local old = decode(all[i + 1])
        if not listed[all[i]] and (old.state == 'O' or old.state == 'H') and settled(old) then
            -- One generation less than a release: if the list was wrong, the next one brings the seat back.
            free(ordinal, all[i], old, old.generation - 1)
        end
    end
    call('HSET', inst, 'lastGeneration', I(newest), 'seatsReportedMs', nowMs)
    sawGeneration(newest)
end

local newHost = before.podUid ~= podUid or num(before.epoch) ~= epoch
local known = before.knownIncarnation
if newHost then
    known = ''
    -- A stopped instance that wakes was not idle all the while it slept.
    call('HDEL', inst, 'idleSinceMs')
end
call('SADD', prefix .. 'instances', ordinal)
sawOrdinal(ordinal)
call('HSET', inst,
    'epoch', ARGV[4], 'podUid', podUid, 'capacity', ARGV[6], 'ready', ARGV[7],
    'confirmedCordon', ARGV[8], 'lastHeartbeatMs', nowMs)
if ARGV[9] ~= '' and ARGV[9] ~= incarnation then
    -- It served before the wipe, so tickets may be out that the ledger forgot.
    call('HSET', inst, 'pausedUntilMs', incarnationAtMs + RESERVATION_MS)
elseif newHost and epoch > 1 and nowMs - incarnationAtMs < LOSS_MS then
    local reportedMs = num(call('HGET', inst, 'seatsReportedMs'))
    if reportedMs == 0 or (reportedMs < incarnationAtMs and reportedMs > incarnationAtMs - LOST_HOST_MS) then
        -- Its earlier host died around the time the ledger lost data, so nobody can report who sat there: players come back
        -- with their session tokens, and newcomers must not be given their numbers first.
        call('HSET', inst, 'pausedUntilMs', nowMs + RESERVATION_MS)
    end
end
if ARGV[10] == '1' then
    reconcile()
    known = incarnation
end
call('HSET', inst, 'knownIncarnation', known)
for _, name in ipairs({'inst', 'seats', 'used'}) do
    call('EXPIRE', key(name, ordinal), KEEP_S)
end
if newHost or known ~= before.knownIncarnation or ARGV[6] ~= before.capacity or ARGV[7] ~= before.ready
    or ARGV[8] ~= before.confirmedCordon or not reports(before) then
    changed = true
end
local _, after = refresh(ordinal)
return reply(known, cordoned(after) and after.cordonToken or '', epoch)
