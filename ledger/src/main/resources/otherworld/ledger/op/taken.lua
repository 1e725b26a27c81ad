-- uses: base rules world seats instances
-- The seats of an instance that are not Free. ARGV[3] ordinal.
-- Returns groups of five: number, generation, state R|O|H, milliseconds left, player.

expire()
local taken = {}
eachSeat(ARGV[3], function(number, found)
    if STATES[found.state] then
        local left = found.state == 'O' and 0 or math.max(0, found.deadline - nowMs)
        for _, value in ipairs({number, I(found.generation), found.state, I(left), found.player}) do
            table.insert(taken, value)
        end
    end
end)
return finish(taken)
