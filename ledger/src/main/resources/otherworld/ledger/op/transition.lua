-- uses: base rules quick quick-transition world seats instances
-- claim, hold, resume, release: the instance tells what it did with a seat. It is the authority for
-- every transition but Free <-> Reserved, so only a higher generation, a seat that was given back, or a claim by one who
-- has a newer seat, is refused.
--
-- ARGV[3] operation  [4] ordinal  [5] epoch  [6] seat number  [7] generation  [8] player  [9] windowMs (hold)
-- Returns {'done'}, {'superseded', reason} or {'stale', newest epoch}.

local operation, ordinal, epoch = ARGV[3], ARGV[4], tonumber(ARGV[5])
local number, generation, player = ARGV[6], tonumber(ARGV[7]), ARGV[8]
local inst = key('inst', ordinal)

if founded then
    lost() -- it has players, so the World was known
end
local newest = math.max(num(call('HGET', inst, 'epoch')), book(ordinal).epoch)
if epoch < newest then
    return finish({'stale', I(newest)})
elseif epoch > newest then
    known(ordinal)
    call('HSET', inst, 'epoch', ARGV[5], 'knownIncarnation', '')
    sawEpoch(ordinal, epoch)
    keep(ordinal)
end
expire()

local old = seat(ordinal, number)
if old then
    if old.generation > generation then
        return finish({'superseded', 'the seat was assigned again'})
    end
    if old.generation == generation then
        if old.state == 'F' then
            if operation == 'release' then
                return finish({'done'})
            end
            return finish({'superseded', 'the seat was given back'})
        end
        if old.player ~= player then
            return finish({'superseded', 'the seat is another player\'s'})
        end
    end
end

-- Who asks again while seated gets a new ticket for the same seat. If they leave and get another seat, that ticket is
-- out still and newer than what is known of its seat: it must not seat them twice.
if (operation == 'claim' or operation == 'resume') and not (old and old.generation == generation) then
    local _, _, other, newer = seatOf(player)
    if other and newer > generation then
        return finish({'superseded', 'the player has a newer seat'})
    end
end

-- The first of a party to arrive gives the others their time again, once.
local function extendParty(request)
    local name = prefix .. 'request:' .. request
    local record = call('GET', name)
    if not record or string.sub(record, 1, 2) ~= '0 ' then
        return
    end
    for n, g in string.gmatch(record, '\n(%d+) (%d+) %S+') do
        local other = seat(ordinal, n)
        if other and other.state == 'R' and other.request == request and other.generation == tonumber(g) then
            extend(ordinal, n, other, nowMs + RESERVATION_MS)
        end
    end
    call('SET', name, '1' .. string.sub(record, 2), 'KEEPTTL')
end

local request = old and old.generation == generation and old.request or '-'
if operation == 'release' then
    put(ordinal, number, old, {state = 'F', generation = generation, player = '-'})
elseif operation == 'hold' then
    put(ordinal, number, old, {
        state = 'H', generation = generation, player = player, deadline = nowMs + tonumber(ARGV[9]), size = 1,
        request = request})
elseif operation == 'resume' or operation == 'claim' then
    put(ordinal, number, old, {state = 'O', generation = generation, player = player, size = 1, request = request})
    if operation == 'claim' and old and old.state == 'R' and old.size > 1 then
        extendParty(request)
    end
else
    return redis.error_reply('ERR unknown operation ' .. operation)
end
if generation > sane(num(call('HGET', inst, 'lastGeneration'))) then
    call('HSET', inst, 'lastGeneration', I(generation))
end
sawGeneration(generation)
refresh(ordinal)
return finish({'done'})
