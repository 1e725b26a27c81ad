-- The World's own key: policy, incarnation, and what was lost when.
--
-- `sizes` says how many entries the keys have that belong to the whole World. If they have not, one of them was lost; then, as
-- after a wipe, a new incarnation begins, under which instances report and so bring back what the keys held.

local LOSS_MS = 600000 -- how long after a loss an instance without a report may have had players
local changed = false

local world = fields(KEYS[1], {
    'incarnation', 'incarnationAtMs', 'capacity', 'placement', 'reconnectWindowMs', 'serverRun', 'lastGeneration',
    'lossMs', 'losses', 'newcomersMs', 'sizes', 'permissions'})
local placement = world.placement
local reconnectWindowMs = num(world.reconnectWindowMs)
local worldCapacity = num(world.capacity)
if worldCapacity < 1 or worldCapacity > MAX_SEATS then
    worldCapacity = nil
end
local incarnation = world.incarnation -- '-': there is none, and no instance has reported under it
local incarnationAtMs = num(world.incarnationAtMs)
local lossMs = num(world.lossMs)
-- Before those who were seated in an instance are known again, newcomers are not given their numbers.
local newcomersMs = num(world.newcomersMs)

local worldGeneration = sane(num(world.lastGeneration))

-- Each start of a Redis process has a random run_id: it tells a restart and a failover, after which the last writes may be
-- missing although this key is there. '' where a managed server hides it: then only a lost key is noticed.
local function serverRun()
    local info = redis.pcall('INFO', 'server')
    return type(info) == 'string' and string.match(info, 'run_id:(%x+)') or ''
end

local SIZE = {player = 'HLEN', expiry = 'ZCARD', open = 'ZCARD', instances = 'SCARD'}
local SIZED = {'player', 'expiry', 'open', 'instances'}
local sizes = {}
sizes.player, sizes.expiry, sizes.open, sizes.instances = string.match(world.sizes, '^(%d+) (%d+) (%d+) (%d+)$')
local sizesKnown = sizes.player ~= nil

local function size(name)
    return I(call(SIZE[name], prefix .. name))
end

local function fits()
    for _, name in ipairs(SIZED) do
        if size(name) ~= sizes[name] then
            return false
        end
    end
    return true
end

-- Whether a key had as many entries as it should before this script wrote it: only then its new size is noted.
local sound = {}

-- To be called before a key of SIZED may get another size.
local function resizing(name)
    if sound[name] == nil then
        sound[name] = checksLosses or not sizesKnown or size(name) == sizes[name]
    end
end

-- Something of the World was lost: whoever keeps what only the operator knows writes it again.
local function lost()
    lossMs = nowMs
    changed = true
    if incarnation ~= '-' then
        world.losses = I(num(world.losses) + 1)
        call('HSET', KEYS[1], 'lossMs', nowMs, 'losses', world.losses)
    end
end

local run = serverRun()
local founded = incarnation == '' and ARGV[2] ~= ''
local renewed = incarnation ~= '' and run ~= '' and world.serverRun ~= run
local torn = checksLosses and incarnation ~= '' and not renewed and sizesKnown and not fits()
if incarnation == '' then
    incarnation = founded and ARGV[2] or '-'
    incarnationAtMs = nowMs
elseif renewed or torn then
    incarnation = run .. '-' .. I(nowUs)
    incarnationAtMs = nowMs
end
if founded or renewed or torn then
    -- If only this key or the last writes were lost, the rest is not to be trusted either until instances report.
    -- With their seats in place, all who live have reported before one that does not counts as silent.
    newcomersMs = nowMs + (torn and SILENT_MS or RESERVATION_MS)
    call('DEL', prefix .. 'open')
    call('HSET', KEYS[1], 'incarnation', incarnation, 'incarnationAtMs', nowMs, 'newcomersMs', newcomersMs,
        'openSeats', 0, 'serverRun', run)
    changed = true
    for _, name in ipairs(SIZED) do
        sound[name] = true
    end
    if not founded then
        lost()
    end
end

-- What the operator's side compares: different from the last time, it writes the World again.
local function mark()
    return incarnation .. '/' .. (world.losses ~= '' and world.losses or '0')
end

-- Whether what a seat of this generation did may be missing from the ledger for a loss.
local function maybeLost(generation)
    return nowMs - lossMs < LOSS_MS and generation <= (lossMs + RESERVATION_MS) * 1000
end

-- Generations of a World only grow, whatever the clock does, so that of two seats of a player the newer is known.
local function sawGeneration(generation)
    if generation > worldGeneration then
        worldGeneration = generation
        if incarnation ~= '-' then
            call('HSET', KEYS[1], 'lastGeneration', I(generation))
        end
    end
end

-- The highest ordinal that ever had a pod: with the World's maxInstances it bounds what a player may wake.
local function sawOrdinal(ordinal)
    local highest = call('HGET', KEYS[1], 'highestOrdinal')
    if incarnation ~= '-' and (not highest or num(highest) < tonumber(ordinal)) then
        call('HSET', KEYS[1], 'highestOrdinal', ordinal)
    end
end

local onFinish = {}

-- The end of every script that may have written.
local function finish(answer)
    for _, write in ipairs(onFinish) do
        write()
    end
    if incarnation ~= '-' then
        local now = {}
        for i, name in ipairs(SIZED) do
            now[i] = (sound[name] or not sizesKnown) and size(name) or sizes[name]
        end
        local text = table.concat(now, ' ')
        if text ~= world.sizes then
            call('HSET', KEYS[1], 'sizes', text)
        end
    end
    if changed then
        if incarnation ~= '-' then
            call('HINCRBY', KEYS[1], 'demandSequence', 1)
        end
        redis.call('PUBLISH', 'ow:demand', worldId)
    end
    return answer
end
