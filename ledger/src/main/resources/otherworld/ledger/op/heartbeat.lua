-- uses: base rules quick quick-heartbeat whole world seats instances
-- An instance reports. With its seats, the ledger's are brought in line with them.
--
-- ARGV[3] ordinal  [4] epoch  [5] pod UID  [6] capacity  [7] ready 0|1  [8] confirmed cordon token or ''
-- ARGV[9] the incarnation of the last reply this process had, '' if none
-- ARGV[10] '1' if seats follow, as groups of five: number, generation, state O|H, leftMs, player
-- Returns {incarnation, wants seats 0|1, capacity or '', reconnectWindowMs, cordon token or '', newest epoch, permissions or ''}.

local LOST_HOST_MS = 15000 -- a host that reported its seats this shortly before a loss may have lived until then
local ordinal, epoch, podUid = ARGV[3], tonumber(ARGV[4]), ARGV[5]
local heard, withSeats = ARGV[9], ARGV[10] == '1'
local inst = key('inst', ordinal)
local before = instance(ordinal)

local function reply(knownTo, cordon, newest)
    return finish({
        incarnation, knownTo == incarnation and '0' or '1',
        worldCapacity and I(worldCapacity) or '', I(reconnectWindowMs), cordon, I(newest), world.permissions})
end

if epoch < before.epoch then
    return reply(incarnation, '', before.epoch)
end
expire()

-- An instance's list was made a moment before it arrives, while transitions arrive on their own: one that is
-- younger than this is newer than the list.
local function settled(old)
    return nowMs - old.since > 3000
end

local function reconcile()
    local listed = {}
    local newest = sane(num(call('HGET', inst, 'lastGeneration')))
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
            put(ordinal, number, old, {
                state = state, generation = generation, player = player, deadline = deadline, size = 1,
                request = old and old.request})
        end
    end
    eachSeat(ordinal, function(number, old)
        if not listed[number] and (old.state == 'O' or old.state == 'H') and settled(old) then
            -- One generation less than a release: if the list was wrong, the next one brings the seat back.
            free(ordinal, number, old, old.generation - 1)
        end
    end)
    call('HSET', inst, 'lastGeneration', I(newest), 'seatsReportedMs', nowMs)
    sawGeneration(newest)
end

local newHost = before.podUid ~= podUid or num(call('HGET', inst, 'epoch')) ~= epoch
if withSeats and (newHost or before.knownIncarnation ~= incarnation) then
    reindex(ordinal)
    before = instance(ordinal) -- what cannot be read was found
end
local knownTo = before.knownIncarnation
if newHost then
    knownTo = ''
    -- A stopped instance that wakes was not idle all the while it slept.
    call('HDEL', inst, 'idleSinceMs')
end
local pausedMs = num(before.pausedUntilMs)
known(ordinal)
if heard == incarnation and before.podUid == '' then
    -- It has reported, and its key is gone. Did its seats go with it?
    lost()
    if book(ordinal).mark == '' then
        pausedMs = math.max(pausedMs, nowMs + RESERVATION_MS)
    end
elseif heard ~= '' and heard ~= incarnation then
    -- It served before the loss, so tickets may be out that the ledger forgot.
    if lossMs < incarnationAtMs then
        lost()
    end
    pausedMs = math.max(pausedMs, newcomersMs)
elseif newHost and epoch > 1 then
    local reportedMs = num(before.seatsReportedMs)
    local atMs = math.max(lossMs, incarnationAtMs)
    if before.seatsLostMs ~= ''
        or nowMs - atMs < LOSS_MS and (reportedMs == 0 or (reportedMs < atMs and reportedMs > atMs - LOST_HOST_MS)) then
        -- Its earlier host died around the time the ledger lost data, so nobody can report who sat there: players come back
        -- with their session tokens, and newcomers must not be given their numbers first.
        pausedMs = math.max(pausedMs, nowMs + RESERVATION_MS)
        call('HSET', inst, 'blindUntilMs', nowMs + math.max(RESERVATION_MS, reconnectWindowMs))
    end
end
call('HSET', inst,
    'epoch', ARGV[4], 'podUid', podUid, 'capacity', ARGV[6], 'ready', ARGV[7],
    'confirmedCordon', ARGV[8], 'lastHeartbeatMs', nowMs, 'pausedUntilMs', I(pausedMs))
sawOrdinal(ordinal)
sawEpoch(ordinal, epoch)
if withSeats then
    reconcile()
    call('HDEL', inst, 'seatsLostMs')
    knownTo = incarnation
end
call('HSET', inst, 'knownIncarnation', knownTo)
keep(ordinal)
if newHost or knownTo ~= before.knownIncarnation or ARGV[6] ~= before.capacity or ARGV[7] ~= before.ready
    or ARGV[8] ~= before.confirmedCordon or not reports(before) then
    changed = true
end
local _, after = refresh(ordinal)
return reply(knownTo, cordoned(after) and after.cordonToken or '', epoch)
