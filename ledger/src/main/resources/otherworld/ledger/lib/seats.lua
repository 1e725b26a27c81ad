-- The seats of an instance: its `seats` hash, and what is derived from it.
--
-- The hash also has its `mark`, which its instance's key repeats, so that the loss of either shows; the highest epoch,
-- so that the loss of the instance's key lets no earlier host back in; and the counts of taken seats. As many bits are set in
-- `used`: if not, both are made from the seats again.

local books = {}
local reindex

local function isOrdinal(text)
    return string.match(text, '^%d+$') and #text <= 5
end

local function isSeat(field)
    return string.match(field, '^%d+$') and tonumber(field) < MAX_SEATS
end

-- Seats of the instance were lost, whenever that was: it must report them before anybody is assigned there, and newcomers
-- wait until no ticket is out any more that the ledger forgot. Until it has, nobody knows who sat there.
local function doubt(ordinal)
    local name = key('inst', ordinal)
    if call('EXISTS', name) == 1 then
        call('HSET', name, 'knownIncarnation', '', 'pausedUntilMs', nowMs + RESERVATION_MS, 'seatsLostMs', nowMs)
    end
    lost()
end

local function book(ordinal)
    local found = books[ordinal]
    if found then
        return found
    end
    local name, inst = key('seats', ordinal), key('inst', ordinal)
    local kept = fields(name, {'mark', 'epoch', 'reserved', 'occupied', 'held'})
    found = {
        mark = kept.mark, epoch = num(kept.epoch), dirty = false,
        reserved = num(kept.reserved), occupied = num(kept.occupied), held = num(kept.held)}
    books[ordinal] = found
    local repeated = call('HGET', inst, 'seatsMark') or ''
    if kept.mark == '' and repeated ~= '' then
        call('DEL', name, key('used', ordinal))
        call('HDEL', inst, 'seatsMark')
        doubt(ordinal)
        found.reserved, found.occupied, found.held, found.dirty = 0, 0, 0, true
    elseif kept.mark ~= repeated then
        -- The instance's key was lost, and has begun anew or does here.
        call('HSET', inst, 'seatsMark', kept.mark, 'knownIncarnation', '')
        call('EXPIRE', inst, KEEP_S)
        resizing('instances')
        call('SADD', prefix .. 'instances', ordinal)
        lost()
        reindex(ordinal)
    elseif checksLosses and (math.min(found.reserved, found.occupied, found.held) < 0
        or found.reserved + found.occupied + found.held ~= call('BITCOUNT', key('used', ordinal))) then
        reindex(ordinal)
    end
    return found
end

-- A book that is about to be written has a mark.
local function opened(ordinal)
    local found = book(ordinal)
    if found.mark == '' then
        found.mark = I(nowUs)
        found.dirty = true
        call('HSET', key('inst', ordinal), 'seatsMark', found.mark)
    end
    return found
end

local function sawEpoch(ordinal, epoch)
    local found = opened(ordinal)
    if epoch > found.epoch then
        found.epoch = epoch
        found.dirty = true
    end
end

table.insert(onFinish, function()
    for ordinal, found in pairs(books) do
        if found.dirty and found.mark ~= '' then
            call('HSET', key('seats', ordinal), 'mark', found.mark, 'epoch', I(found.epoch),
                'reserved', found.reserved, 'occupied', found.occupied, 'held', found.held)
        end
    end
end)

local function seat(ordinal, number)
    book(ordinal)
    local text = call('HGET', key('seats', ordinal), number)
    if not text then
        return nil
    end
    local found = decode(text)
    if not found then
        reindex(ordinal)
    end
    return found
end

-- After data was lost a player may be reported twice: the newer seat is theirs.
local function seated(player, ordinal, number, generation)
    local players = prefix .. 'player'
    local other = call('HGET', players, player)
    if not other then
        resizing('player')
    end
    if not other or num(string.match(other, '(%d+)$')) <= generation then
        call('HSET', players, player, place(ordinal, number, generation))
    end
end

-- What the index says of where a player sits: ordinal, number, generation. What nobody of us wrote there is lost, and the player may sit
-- somewhere all the same: then it is made again from the seats, for all players. O(seats of the World).
local function placeOf(player)
    local players = prefix .. 'player'
    local entry = call('HGET', players, player)
    local ordinal, number, generation = string.match(entry or '', PLACE)
    if ordinal or not entry then
        return ordinal, number, generation
    end
    resizing('player')
    call('HDEL', players, player)
    for _, name in ipairs(call('SMEMBERS', prefix .. 'instances')) do
        if isOrdinal(name) then
            book(name)
            reindex(name)
        end
    end
    return string.match(call('HGET', players, player) or '', PLACE)
end

-- Where the player has a seat: ordinal, number, the seat, and the generation of its last ticket. No seat, but where it was, if
-- the ledger lost it and its instance is still to report. What is not so any more is forgotten.
local function seatOf(player)
    local ordinal, number, generation = placeOf(player)
    if not ordinal then
        return nil
    end
    local found = seat(ordinal, number)
    if not found and maybeLost(num(generation))
        and call('HGET', key('inst', ordinal), 'knownIncarnation') ~= incarnation then
        return ordinal, number, nil, num(generation)
    end
    if not found or found.state == 'F' or found.player ~= player then
        resizing('player')
        call('HDEL', prefix .. 'player', player)
        return nil
    end
    return ordinal, number, found, num(generation)
end

-- Replaces a seat and keeps counts, bitmap, expiry and the player's entry in step with it.
-- `new` has state, generation and player, and what of deadline, size and request there is.
local function put(ordinal, number, old, new)
    local found = opened(ordinal)
    local from = old and STATES[old.state]
    local to = STATES[new.state]
    if from ~= to then
        if from then found[from] = found[from] - 1 end
        if to then found[to] = found[to] + 1 end
        if not from then call('SETBIT', key('used', ordinal), number, 1) end
        if not to then call('SETBIT', key('used', ordinal), number, 0) end
        found.dirty = true
        changed = true
    end
    if (old and old.state == 'R') ~= (new.state == 'R') then
        resizing('expiry')
    end
    if old and old.state == 'R' then
        call('ZREM', prefix .. 'expiry', place(ordinal, number, old.generation))
    end
    if new.state == 'R' then
        call('ZADD', prefix .. 'expiry', new.deadline, place(ordinal, number, new.generation))
    end
    if from and not (to and old.player == new.player) then
        local players = prefix .. 'player'
        if call('HGET', players, old.player) == place(ordinal, number, old.generation) then
            resizing('player')
            call('HDEL', players, old.player)
        end
    end
    if to then
        seated(new.player, ordinal, number, new.generation)
    end
    call('HSET', key('seats', ordinal), number, table.concat({
        new.state, I(new.generation), I(new.deadline or 0), I(nowMs), I(new.size or 0), new.request or '-', new.player}, ' '))
end

local function free(ordinal, number, old, generation)
    put(ordinal, number, old, {state = 'F', generation = generation or old.generation, player = '-'})
end

-- The same reservation with a new deadline.
local function extend(ordinal, number, old, deadline)
    put(ordinal, number, old, {
        state = 'R', generation = old.generation, player = old.player, deadline = deadline,
        size = old.size, request = old.request})
end

-- Calls visit(number, seat) for each seat of the instance. What cannot be read is lost.
local function eachSeat(ordinal, visit)
    book(ordinal)
    local all, damaged = call('HGETALL', key('seats', ordinal)), false
    for i = 1, #all, 2 do
        local found = isSeat(all[i]) and decode(all[i + 1])
        if found then
            visit(all[i], found)
        else
            damaged = damaged or string.find(all[i], '^%d')
        end
    end
    if damaged then
        reindex(ordinal)
    end
end

-- Makes everything that is derived from the seats again: O(seats), after a loss only.
reindex = function(ordinal)
    local name, used, found = key('seats', ordinal), key('used', ordinal), books[ordinal]
    found.reserved, found.occupied, found.held, found.dirty = 0, 0, 0, true
    call('DEL', used)
    local all = call('HGETALL', name)
    for i = 1, #all, 2 do
        local number, old = all[i], nil
        if isSeat(number) then
            old = decode(all[i + 1])
        end
        if old and STATES[old.state] then
            found[STATES[old.state]] = found[STATES[old.state]] + 1
            call('SETBIT', used, number, 1)
            if old.state == 'R' then
                resizing('expiry')
                call('ZADD', prefix .. 'expiry', old.deadline, place(ordinal, number, old.generation))
            end
            seated(old.player, ordinal, number, old.generation)
        elseif not old and string.find(number, '^%d') then
            call('HDEL', name, number)
            doubt(ordinal)
        end
    end
    call('EXPIRE', used, KEEP_S)
    changed = true
end

-- The lowest number nobody has, below the limit, and what its seat was before; nil if there is none.
local function lowestFree(ordinal, limit)
    for _ = 1, 2 do
        local number = call('BITPOS', key('used', ordinal), 0)
        local old = seat(ordinal, I(number))
        if number < limit and not (old and STATES[old.state]) then
            return I(number), old
        end
        reindex(ordinal)
    end
    return nil
end
