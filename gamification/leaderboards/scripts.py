"""What must happen in Redis at once: the scripts, and how they are run.

Every script works on one board's season, whose keys share a hash tag. `live` is what is read,
`new` is what a rebuild fills meanwhile:

    {lb:…}        sorted set: element → score         {lb:…}:new
    {lb:…}:held   hash: member → version and time     {lb:…}:new:held
    {lb:…}:ready      which server completed `live`; without it nobody reads it
    {lb:…}:building   the token of whoever fills `new`; it lapses unless renewed
"""

from __future__ import annotations

from typing import Final

from infra.redis import Script

# Writes the records from ARGV[first] on. A member's older element goes in the same breath in
# which the newer one comes, and only a newer version gets through. Whoever is unranked (score
# below 0) leaves the sorted set but stays in the hash, so that a late push cannot bring them back.
# No member may stand in one batch twice: what is held is read once, before anything is written.
_APPLY: Final = """
local function apply(zset, hash, first)
  local members = {}
  for i = first, #ARGV do members[#members + 1] = string.sub(ARGV[i], 25, 40) end
  if #members == 0 then return end
  local held = redis.call('HMGET', hash, unpack(members))
  local add, drop, keep = {}, {}, {}
  for i, member in ipairs(members) do
    local record, old = ARGV[first + i - 1], held[i]
    local score, version = struct.unpack('>dd', record)
    if not old or struct.unpack('>d', old) < version then
      local element = string.sub(record, 17, 40)
      local previous = old and (string.sub(old, 9, 16) .. member)
      if previous and (previous ~= element or score < 0) then drop[#drop + 1] = previous end
      if score >= 0 then
        add[#add + 1] = score
        add[#add + 1] = element
      end
      keep[#keep + 1] = member
      keep[#keep + 1] = string.sub(record, 9, 24)
    end
  end
  if #drop > 0 then redis.call('ZREM', zset, unpack(drop)) end
  if #add > 0 then redis.call('ZADD', zset, unpack(add)) end
  if #keep > 0 then redis.call('HSET', hash, unpack(keep)) end
end
"""

BATCH: Final = 1_000
"""Records of one call: long enough to be cheap, short enough not to hold up the only thread."""

# KEYS: live, held, ready, new, new held, building. ARGV: records.
# A board that is neither ready nor being built is left alone: its rebuild will read PostgreSQL
# after this change was committed.
PUSH: Final = Script(
    _APPLY
    + """
if redis.call('EXISTS', KEYS[3]) == 1 then apply(KEYS[1], KEYS[2], 1) end
if redis.call('EXISTS', KEYS[6]) == 1 then apply(KEYS[4], KEYS[5], 1) end
"""
)

# KEYS: building, new, new held. ARGV: token, milliseconds until it lapses.
BEGIN: Final = Script("""
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
redis.call('UNLINK', KEYS[2], KEYS[3])
return 1
""")

# KEYS: building, new, new held. ARGV: token, milliseconds until it lapses, records.
LOAD: Final = Script(
    _APPLY
    + """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
apply(KEYS[2], KEYS[3], 3)
return 1
"""
)

# KEYS: building, new, new held, live, held, ready. ARGV: token, server, milliseconds to keep (0:
# for good). `ready` goes a minute before the data, so that it never promises what is gone.
FINISH: Final = Script("""
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('UNLINK', KEYS[4], KEYS[5])
for i = 2, 3 do
  if redis.call('EXISTS', KEYS[i]) == 1 then redis.call('RENAME', KEYS[i], KEYS[i + 2]) end
end
redis.call('SET', KEYS[6], ARGV[2])
local keep = tonumber(ARGV[3])
if keep > 0 then
  redis.call('PEXPIRE', KEYS[4], keep)
  redis.call('PEXPIRE', KEYS[5], keep)
  redis.call('PEXPIRE', KEYS[6], math.max(keep - 60000, 1))
end
redis.call('DEL', KEYS[1])
return 1
""")

# KEYS: building. ARGV: token.
ABANDON: Final = Script("""
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
""")

# The readers answer nil when the board is not ready.
# KEYS: live, ready. ARGV: first place, last place, from 0.
TOP: Final = Script("""
if redis.call('EXISTS', KEYS[2]) == 0 then return false end
return redis.call('ZREVRANGE', KEYS[1], ARGV[1], ARGV[2], 'WITHSCORES')
""")

# KEYS: live, held, ready. ARGV: member, radius. An empty answer: the member is not ranked.
AROUND: Final = Script("""
if redis.call('EXISTS', KEYS[3]) == 0 then return false end
local held = redis.call('HGET', KEYS[2], ARGV[1])
local place = held and redis.call('ZREVRANK', KEYS[1], string.sub(held, 9, 16) .. ARGV[1])
if not place then return {} end
local first = math.max(place - ARGV[2], 0)
return {first, redis.call('ZREVRANGE', KEYS[1], first, place + ARGV[2], 'WITHSCORES')}
""")

# KEYS: live, ready.
SIZE: Final = Script("""
if redis.call('EXISTS', KEYS[2]) == 0 then return false end
return redis.call('ZCARD', KEYS[1])
""")
