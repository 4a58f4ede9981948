"""What must happen in Redis at once: the scripts, and how they are run.

Every script works on one board's season, whose keys share a hash tag. `live` is what is read,
`new` is what a rebuild fills meanwhile; elements, packed scores and layouts are those of `packing`:

    {lb:…}           sorted set: element → packed score         {lb:…}:new
    {lb:…}:long      hash: member → time, of long elements      {lb:…}:new:long
    {lb:…}:recent    hash: member → version of what was pushed  {lb:…}:new:recent
    {lb:…}:ready     which server completed `live`, and its layout; without it nobody reads it
    {lb:…}:building  the token of whoever fills `new`, and its layout; it lapses unless renewed

Versions keep a late push from undoing a newer one. Keeping one for each member would cost half of
the memory, so they are kept of what was pushed recently; `f` in `recent` is the floor: whatever has
a version up to it may be older than what is there, and is refused unless its member is known. Who
pushed it reads the present state again and comes back with the floor that was told: while it is
still that, nothing newer can have been forgotten. `t` is the highest version so far, which becomes
the floor when the versions are forgotten.
"""

from __future__ import annotations

from typing import Final

from infra.redis import Script

# Writes the records from ARGV[first] on: an element goes in the same breath in which the newer one
# comes. `keys` are sorted set, long, recent. Whoever is unranked (score below 0) leaves the set.
# Answers the members that are refused, and nil when something does not fit into the layout.
# No member may stand in one batch twice: what is known is read once, before anything is written.
_APPLY: Final = """
local function apply(keys, layout, first, pushed, floor_known)
  local bits, tick, origin = string.match(layout, '(%d+) (%d+) (-?%d+)$')
  bits, tick, origin = tonumber(bits), tonumber(tick), tonumber(origin)
  local slots, members = 2 ^ bits, {}
  for i = first, #ARGV do members[#members + 1] = string.sub(ARGV[i], 25, 40) end
  if #members == 0 then return {} end
  local floor, top = unpack(redis.call('HMGET', keys[3], 'f', 't'))
  local others = redis.call('HLEN', keys[3]) - (floor and 1 or 0) - (top and 1 or 0)
  local known = others > 0 and redis.call('HMGET', keys[3], unpack(members))
  floor, top = tonumber(floor or 0), tonumber(top or 0)
  local long = redis.call('EXISTS', keys[2]) == 1 and redis.call('HMGET', keys[2], unpack(members))
  local add, drop, keep, unkeep, recent, refused = {}, {}, {}, {}, {}, {}
  for i, member in ipairs(members) do
    local record, version_known = ARGV[first + i - 1], known and known[i]
    local score, version, high, low = struct.unpack('>ddI4I4', record)
    if version_known and tonumber(version_known) >= version then
      -- what is there is newer
    elseif pushed and not version_known and version <= floor and floor ~= floor_known then
      refused[#refused + 1] = member
    else
      local element, before = nil, long and long[i]
      if score >= 0 then
        local offset = (4294967295 - high) * 4294967296 + (4294967295 - low) - origin
        local exact, packed = false, score
        if bits > 0 then
          local index, slot = math.floor(offset / tick), 0
          exact = index >= 0 and index < slots / 2 - 1 and offset % tick == 0
          if index >= 0 then
            slot = 1 + 2 * math.min(index, slots / 2 - 2) + (exact and 0 or 1)
          end
          packed = score * slots + (slots - 1 - slot)
        end
        if packed > 9007199254740992 then return nil end
        element = exact and member or string.sub(record, 17, 40)
        add[#add + 1] = packed
        add[#add + 1] = element
        if not exact then
          keep[#keep + 1] = member
          keep[#keep + 1] = string.sub(record, 17, 24)
        end
      end
      if before and element ~= before .. member then drop[#drop + 1] = before .. member end
      if not before and element ~= member then drop[#drop + 1] = member end
      if before and (not element or element == member) then unkeep[#unkeep + 1] = member end
      if pushed then
        recent[#recent + 1] = member
        recent[#recent + 1] = version
      end
      if version > top then top = version end
    end
  end
  if #drop > 0 then redis.call('ZREM', keys[1], unpack(drop)) end
  if #add > 0 then redis.call('ZADD', keys[1], unpack(add)) end
  if #unkeep > 0 then redis.call('HDEL', keys[2], unpack(unkeep)) end
  if #keep > 0 then redis.call('HSET', keys[2], unpack(keep)) end
  redis.call('HSET', keys[3], 't', top, unpack(recent))
  return refused
end
"""

BATCH: Final = 1_000
"""Records of one call: long enough to be cheap, short enough not to hold up the only thread."""

RECENT: Final = 10_000
"""Members whose versions are known; with more of them all are forgotten."""

# KEYS: live, long, recent, ready, new, new long, new recent, building. ARGV: the floors that were
# told (live, new) or nothing, how many versions are kept, records. The answer: the floors, then the
# members that are refused by one or both. What does not fit makes the copy one that nobody reads.
# A board that is neither ready nor being built is left alone: its rebuild will read PostgreSQL
# after this change was committed.
PUSH: Final = Script(
    _APPLY
    + """
local answer = {'', ''}
local function push(keys, marker, place)
  local layout = redis.call('GET', marker)
  if not layout then return end
  local floor = redis.call('HGET', keys[3], 'f')
  answer[place] = floor or ''
  local refused = apply(keys, layout, 4, true, tonumber(ARGV[place]))
  if not refused then
    redis.call('DEL', marker)
    return
  end
  for _, member in ipairs(refused) do answer[#answer + 1] = member end
  if place == 1 and redis.call('HLEN', keys[3]) > tonumber(ARGV[3]) then
    local top = redis.call('HGET', keys[3], 't')
    local ttl = redis.call('PTTL', keys[3])
    redis.call('UNLINK', keys[3])
    redis.call('HSET', keys[3], 'f', top, 't', top)
    if ttl > 0 then redis.call('PEXPIRE', keys[3], ttl) end
  end
end
push({KEYS[1], KEYS[2], KEYS[3]}, KEYS[4], 1)
push({KEYS[5], KEYS[6], KEYS[7]}, KEYS[8], 2)
return answer
"""
)

# KEYS: building, new, new long, new recent. ARGV: token and layout, milliseconds until it lapses.
# Until `FLOOR` says which versions were drawn before, everything that is pushed is read again.
BEGIN: Final = Script("""
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4])
redis.call('HSET', KEYS[4], 'f', '9007199254740992', 't', 0)
return 1
""")

# KEYS: building, new recent. ARGV: token and layout, the last version drawn since it began: what is
# pushed with one up to it may be older than what will be loaded.
FLOOR: Final = Script("""
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local top = math.max(tonumber(redis.call('HGET', KEYS[2], 't') or 0), tonumber(ARGV[2]))
redis.call('HSET', KEYS[2], 'f', ARGV[2], 't', top)
return 1
""")

# KEYS: building, new, new long, new recent. ARGV: token and layout, milliseconds until it lapses,
# records.
LOAD: Final = Script(
    _APPLY
    + """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if apply({KEYS[2], KEYS[3], KEYS[4]}, ARGV[1], 3, false) then return 1 end
redis.call('DEL', KEYS[1])
return 0
"""
)

# KEYS: building, new, new long, new recent, live, long, recent, ready. ARGV: token and layout,
# what `ready` is to say, milliseconds to keep (0: for good). `ready` goes a minute before the data,
# so that it never promises what is gone.
FINISH: Final = Script("""
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('UNLINK', KEYS[5], KEYS[6], KEYS[7])
for i = 2, 4 do
  if redis.call('EXISTS', KEYS[i]) == 1 then redis.call('RENAME', KEYS[i], KEYS[i + 3]) end
end
redis.call('SET', KEYS[8], ARGV[2])
local keep = tonumber(ARGV[3])
if keep > 0 then
  for i = 5, 7 do redis.call('PEXPIRE', KEYS[i], keep) end
  redis.call('PEXPIRE', KEYS[8], math.max(keep - 60000, 1))
end
redis.call('DEL', KEYS[1])
return 1
""")

# KEYS: building. ARGV: token and layout.
ABANDON: Final = Script("""
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
""")

# The readers answer nil when the board is not ready.
# KEYS: live, ready. ARGV: first place, last place, from 0. The answer begins with the marker.
TOP: Final = Script("""
local ready = redis.call('GET', KEYS[2])
if not ready then return false end
return {ready, redis.call('ZREVRANGE', KEYS[1], ARGV[1], ARGV[2], 'WITHSCORES')}
""")

# KEYS: live, long, ready. ARGV: member, radius. An empty answer: the member is not ranked.
AROUND: Final = Script("""
local ready = redis.call('GET', KEYS[3])
if not ready then return false end
local place = redis.call('ZREVRANK', KEYS[1], ARGV[1])
if not place then
  local time = redis.call('HGET', KEYS[2], ARGV[1])
  place = time and redis.call('ZREVRANK', KEYS[1], time .. ARGV[1])
end
if not place then return {} end
local first = math.max(place - ARGV[2], 0)
return {ready, first, redis.call('ZREVRANGE', KEYS[1], first, place + ARGV[2], 'WITHSCORES')}
""")

# KEYS: live, long, ready. ARGV: how many, members. The answer begins with the marker; then element,
# packed score and place of the first so many of those who are ranked, in no order, and of whoever
# is packed like the last of them: which of these comes first is told by their bytes.
CHOSEN: Final = Script("""
local ready = redis.call('GET', KEYS[3])
if not ready then return false end
local elements, answer, found = {unpack(ARGV, 2)}, {ready}, {}
local long = redis.call('EXISTS', KEYS[2]) == 1 and redis.call('HMGET', KEYS[2], unpack(elements))
for i, member in ipairs(elements) do
  if long and long[i] then elements[i] = long[i] .. member end
end
for i, packed in ipairs(redis.call('ZMSCORE', KEYS[1], unpack(elements))) do
  if packed then found[#found + 1] = {tonumber(packed), packed, elements[i]} end
end
table.sort(found, function(one, other) return one[1] > other[1] end)
local last = found[tonumber(ARGV[1])]
for _, one in ipairs(found) do
  if last and one[1] < last[1] then break end
  answer[#answer + 1] = one[3]
  answer[#answer + 1] = one[2]
  answer[#answer + 1] = redis.call('ZREVRANK', KEYS[1], one[3])
end
return answer
""")

# KEYS: live, ready.
SIZE: Final = Script("""
if redis.call('EXISTS', KEYS[2]) == 0 then return false end
return redis.call('ZCARD', KEYS[1])
""")
