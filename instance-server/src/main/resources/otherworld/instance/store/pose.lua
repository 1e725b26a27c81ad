-- Keeps the poses of the newest host: a host that was superseded and does not know it yet overwrites nothing.
-- KEYS[1] the pose key   ARGV[1] version (1 byte), epoch (8 bytes, big-endian), …   ARGV[2] life in seconds
-- Returns 1 if written.
local kept = redis.pcall('GETRANGE', KEYS[1], 1, 8) -- a table: the key has another type, and is replaced
if type(kept) == 'string' and #kept == 8 and struct.unpack('>I8', kept) > struct.unpack('>I8', string.sub(ARGV[1], 2, 9)) then
    return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
