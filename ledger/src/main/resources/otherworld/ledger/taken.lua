-- The seats of an instance that are not Free. ARGV[3] ordinal.
-- Returns groups of five: number, generation, state R|O|H, milliseconds left, player.

local ordinal = ARGV[3]
expire()
local taken = {}
local all = call('HGETALL', key('seats', ordinal))
for i = 1, #all, 2 do
    local found = decode(all[i + 1])
    if found.state ~= 'F' then
        local left = found.state == 'O' and 0 or math.max(0, found.deadline - nowMs)
        for _, value in ipairs({all[i], I(found.generation), found.state, I(left), found.player}) do
            table.insert(taken, value)
        end
    end
end
return finish(taken)
