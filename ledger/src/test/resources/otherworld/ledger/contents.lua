-- All that is in this database, the same text for the same contents.

local VALUES = {
    hash = function(key)
        local pairs, lines = redis.call('HGETALL', key), {}
        for i = 1, #pairs, 2 do
            table.insert(lines, pairs[i] .. ' = ' .. pairs[i + 1])
        end
        table.sort(lines)
        return lines
    end,
    zset = function(key) return redis.call('ZRANGE', key, 0, -1, 'WITHSCORES') end,
    set = function(key)
        local members = redis.call('SMEMBERS', key)
        table.sort(members)
        return members
    end,
    list = function(key) return redis.call('LRANGE', key, 0, -1) end,
    string = function(key)
        return {(string.gsub(redis.call('GET', key), '[^\n -~]', function(c) return string.format('\\%d', string.byte(c)) end))}
    end
}

local keys, contents = redis.call('KEYS', '*'), {}
table.sort(keys)
for _, key in ipairs(keys) do
    local kind = redis.call('TYPE', key).ok
    local life = redis.call('TTL', key)
    -- no exact life: it is by the server's clock, which goes on between two calls
    table.insert(contents, key .. ' ' .. kind .. (life < 0 and ' for ever' or life > 7200 and ' a day' or ' minutes'))
    for _, line in ipairs(VALUES[kind](key)) do
        table.insert(contents, '    ' .. line)
    end
end
return table.concat(contents, '\n')
