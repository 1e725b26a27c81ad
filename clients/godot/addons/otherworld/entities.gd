class_name OtherworldReplica
extends RefCounted
## What a client knows of the entities that it is told of, of one connection: docs/protocol.md, Entities.
##
## Takes EntityStates in order and EntityUpdates as they come, late, twice or not at all, and has what is to be acknowledged.
## What is malformed is answered with the reason, and the connection ends.

const Protocol := preload("protocol.gd")
const Pose := preload("pose.gd")

## Steps of a metre: of a root, and of a joint's offset from it.
const ROOT_STEPS := 256
const JOINT_STEPS := 1024

## No index, no tick, no transform.
const NONE := -1

const _NEVER := -0x80000000
const _MIDDLE := 1 << 20
const _LANE := 0x1fffff
const _POSITION := 0x7fffffffffffffff
const _KEPT := Protocol.KEPT_TICKS
const _MOST_TRANSFORMS := Protocol.MAX_JOINTS + 1
const _BLOCK := _KEPT * _MOST_TRANSFORMS
const _ROOT_BYTES := 12
const _JOINT_BYTES := 10

## What a byte of class 1 adds to a position, and to a rotation.
static var _small_moves := _small(21, false)
static var _small_turns := _small(10, true)

## Whether anything came that was not acknowledged yet.
var is_acknowledge_due := false

var _states: Array[Protocol.EntityState] = []
var _indexes: Dictionary[int, int] = {}
var _since := PackedInt64Array()
var _newest := PackedInt64Array()
var _transforms := PackedInt64Array()

# Of each index that moved, a block of the last ticks; before the first block what is read and not kept.
var _ticks := PackedInt64Array()
var _positions := PackedInt64Array()
var _rotations := PackedInt64Array()
var _blocks := 0

var _clock := _NEVER
var _states_number := 0
var _datagram := 0
var _earlier := 0
var _has_datagram := false


func _init() -> void:
	_states.resize(Protocol.MAX_INDEXES)
	_since.resize(Protocol.MAX_INDEXES)
	_since.fill(_NEVER)
	_newest.resize(Protocol.MAX_INDEXES)
	_newest.fill(NONE)
	_transforms.resize(Protocol.MAX_INDEXES)


## Takes an EntityStates or EntityUpdate; any other message does nothing. 0, or a MalformedReason.
func apply(message: Protocol.Message) -> int:
	if message is Protocol.EntityUpdate:
		return _update(message as Protocol.EntityUpdate)
	if message is Protocol.EntityStates:
		return _take(message as Protocol.EntityStates)
	return 0


## What to tell the server; asking for it makes it no longer due.
func acknowledgement() -> Protocol.Acknowledge:
	is_acknowledge_due = false
	var message := Protocol.Acknowledge.new()
	message.datagram = _datagram
	message.earlier = _earlier
	message.states = _states_number
	return message


## How many entities there are.
func size() -> int:
	return _indexes.size()


## The ids of all entities.
func entities() -> Array[int]:
	return _indexes.keys()


## Where an entity is, by its id; [constant NONE] if it is not told of.
func index_of(entity: int) -> int:
	return _indexes.get(entity, NONE)


## The entity of an index in full, as it was last told; null if it has none.
func state(index: int) -> Protocol.EntityState:
	return _states[index]


## The tick that where it is comes from; [constant NONE] if EntityStates alone told of it. The index has an entity, here and below.
func tick(index: int) -> int:
	return _newest[index]


## Root and joints.
func transforms(index: int) -> int:
	return _transforms[index]


## Which transform a joint is; [constant NONE] if it is not tracked, or not told yet.
func transform_of(index: int, joint: Protocol.Joint) -> int:
	var joints := _states[index].joints
	var bit := 1 << (joint - 1)
	return NONE if joints & bit == 0 or _newest[index] == NONE else _count(joints & (bit - 1))


## Metres: of the root where it is, of a joint from the root.
func position(index: int, transform := 0) -> Vector3:
	if _newest[index] == NONE:
		return _states[index].pose.position
	var at := _positions[_at(index, _newest[index]) + transform]
	var metre := 1.0 / JOINT_STEPS if transform else 1.0 / ROOT_STEPS
	return Vector3(((at & _LANE) - _MIDDLE) * metre, ((at >> 21 & _LANE) - _MIDDLE) * metre, ((at >> 42) - _MIDDLE) * metre)


func quaternion(index: int, transform := 0) -> Quaternion:
	return Pose.unpack(rotation(index, transform))


## The 32 bits of a rotation.
func rotation(index: int, transform := 0) -> int:
	if _newest[index] == NONE:
		return _states[index].pose.rotation
	return _rotations[_at(index, _newest[index]) + transform]


## x, y and z of a transform that was told, in steps.
func steps(index: int, transform := 0) -> Vector3i:
	var at := _positions[_at(index, _newest[index]) + transform]
	return Vector3i((at & _LANE) - _MIDDLE, (at >> 21 & _LANE) - _MIDDLE, (at >> 42) - _MIDDLE)


func _take(message: Protocol.EntityStates) -> int:
	_clock = maxi(_clock, message.tick)
	for index in message.left:
		var gone := _states[index]
		if gone == null:
			return Protocol.MalformedReason.BAD_INDEX
		_states[index] = null
		_since[index] = message.tick
		_indexes.erase(gone.entity)
	for told in message.entities:
		var index := told.index
		var known := index_of(told.entity)
		if known != (NONE if _states[index] == null else index):
			return Protocol.MalformedReason.BAD_INDEX
		if told.joints >> Protocol.MAX_JOINTS:
			return Protocol.MalformedReason.UNKNOWN_CODE
		_states[index] = told
		_since[index] = message.tick
		_indexes[told.entity] = index
		_restart(index, _count(told.joints))
	_states_number = message.number
	is_acknowledge_due = true
	return 0


func _update(message: Protocol.EntityUpdate) -> int:
	var bytes := message.entities
	var end := bytes.size()
	var now := _s32(_clock + _s16(message.tick - _clock))
	var slot := now & (_KEPT - 1)
	var at := 0
	var is_whole := true
	while at < end:
		if end - at < 2:
			return Protocol.MalformedReason.TRUNCATED
		var head := bytes.decode_u16(at)
		var index := head & 0x3ff
		if now < _since[index]:
			is_whole = false # of another entity, or other joints: how long it is is not known
			break
		if _states[index] == null:
			return Protocol.MalformedReason.BAD_INDEX
		if index >= _blocks:
			_reserve(index)
		var age := head >> 10
		var n := _transforms[index]
		var ring := index * _KEPT
		var base := _s32(now - age)
		at += 2
		if age and _ticks[ring + (base & (_KEPT - 1))] != base:
			if now > _newest[index]: # then nothing can have taken its place
				return Protocol.MalformedReason.NO_BASELINE
			at = _skip(bytes, at, n)
			is_whole = false
			if at < 0:
				return -at
			continue
		var is_late := _ticks[ring + slot] > now
		var to := 0 if is_late else _at(index, now)
		if not is_late:
			_ticks[ring + slot] = _NEVER
		at = _delta(bytes, at, n, _at(index, base), to) if age else _whole(bytes, at, n, to)
		if at < 0:
			return -at
		if is_late:
			is_whole = false
		else:
			_ticks[ring + slot] = now
			_newest[index] = maxi(_newest[index], now)
	if _clock != _NEVER:
		_clock = maxi(_clock, now)
	if is_whole:
		_stored(message.number)
	return 0


## Where it ends; a MalformedReason below 0.
func _whole(bytes: PackedByteArray, from: int, n: int, to: int) -> int:
	if _ROOT_BYTES + (n - 1) * _JOINT_BYTES > bytes.size() - from:
		return -Protocol.MalformedReason.TRUNCATED
	var root := bytes.decode_s64(from)
	if root < 0:
		return -Protocol.MalformedReason.NUMBER_TOO_LARGE
	var bits := bytes.decode_u32(from + 8)
	_positions[to] = root
	if not _is_rotation(bits):
		return -Protocol.MalformedReason.BAD_ROTATION
	_rotations[to] = bits
	var at := from + _ROOT_BYTES
	for i in range(to + 1, to + n):
		var x := bytes.decode_s16(at) + _MIDDLE
		var y := bytes.decode_s16(at + 2) + _MIDDLE
		_positions[i] = x | y << 21 | bytes.decode_s16(at + 4) + _MIDDLE << 42
		bits = bytes.decode_u32(at + 6)
		if not _is_rotation(bits):
			return -Protocol.MalformedReason.BAD_ROTATION
		_rotations[i] = bits
		at += _JOINT_BYTES
	return at


## Where it ends; a MalformedReason below 0.
func _delta(bytes: PackedByteArray, from: int, n: int, base: int, to: int) -> int:
	var end := bytes.size()
	var classes := _classes(bytes, from, n)
	if classes < 0:
		return classes
	var at := from + (n + 1 >> 1)
	for i in n:
		var kind := classes & 3
		var turned := classes >> 2 & 3
		if kind + (kind >> 1 & kind) + turned + (turned >> 1 & turned) > end - at:
			return -Protocol.MalformedReason.TRUNCATED
		var where := _positions[base + i]
		if kind:
			# One addition to one number of 63 bits, so that bytes from outside mean the same everywhere.
			if kind == 1:
				if bytes[at] >= 216:
					return -Protocol.MalformedReason.BAD_DELTA
				where += _small_moves[bytes[at]]
				at += 1
			elif kind == 2:
				var d := bytes.decode_u16(at)
				if d >> 15:
					return -Protocol.MalformedReason.BAD_DELTA
				where += ((d & 31) ^ 16) - 16 + (((d >> 5 & 31) ^ 16) - 16 << 21) + ((d >> 10 ^ 16) - 16 << 42)
				at += 2
			else:
				var d := bytes.decode_u32(at)
				if d >> 30:
					return -Protocol.MalformedReason.BAD_DELTA
				where += ((d & 1023) ^ 512) - 512 + (((d >> 10 & 1023) ^ 512) - 512 << 21) + ((d >> 20 ^ 512) - 512 << 42)
				at += 4
			where &= _POSITION
		_positions[to + i] = where
		var bits := _rotations[base + i]
		if turned:
			if turned == 1:
				if bytes[at] >= 216:
					return -Protocol.MalformedReason.BAD_DELTA
				bits += _small_turns[bytes[at]]
				at += 1
			elif turned == 2:
				var d := bytes.decode_u16(at)
				if d >> 15:
					return -Protocol.MalformedReason.BAD_DELTA
				bits += (((d & 31) ^ 16) - 16 << 20) + (((d >> 5 & 31) ^ 16) - 16 << 10) + (d >> 10 ^ 16) - 16
				at += 2
			else:
				bits = bytes.decode_u32(at)
				at += 4
			bits &= 0xffffffff
			if bits & 0x3ff == 0x3ff or bits >> 10 & 0x3ff == 0x3ff or bits >> 20 & 0x3ff == 0x3ff:
				return -Protocol.MalformedReason.BAD_ROTATION
		_rotations[to + i] = bits
		classes >>= 4
	return at


## Where it ends, unread; a MalformedReason below 0.
func _skip(bytes: PackedByteArray, from: int, n: int) -> int:
	var classes := _classes(bytes, from, n)
	if classes < 0:
		return classes
	var at := from + (n + 1 >> 1)
	while classes:
		var kind := classes & 3
		at += kind + (kind >> 1 & kind)
		classes >>= 2
	return at if at <= bytes.size() else -Protocol.MalformedReason.TRUNCATED


func _classes(bytes: PackedByteArray, from: int, n: int) -> int:
	var count := n + 1 >> 1
	if count > bytes.size() - from:
		return -Protocol.MalformedReason.TRUNCATED
	var classes := 0
	for i in count:
		classes |= bytes[from + i] << 8 * i
	return -Protocol.MalformedReason.BAD_DELTA if classes >> 4 * n else classes


func _stored(number: int) -> void:
	var ahead := _s16(number - _datagram)
	if not _has_datagram:
		_has_datagram = true
		_datagram = number
	elif ahead > 0:
		var before := _earlier << ahead & 0xffffffff if ahead < 32 else 0
		_earlier = before | 1 << ahead - 1 if ahead <= 32 else 0
		_datagram = number
	elif ahead < 0 and ahead >= -32:
		_earlier |= 1 << -ahead - 1
	is_acknowledge_due = true


func _restart(index: int, n: int) -> void:
	_transforms[index] = n
	_newest[index] = NONE
	if index < _blocks:
		for i in range(index * _KEPT, (index + 1) * _KEPT):
			_ticks[i] = _NEVER


## Room for what an index does: 8 kB each.
func _reserve(index: int) -> void:
	var before := _blocks
	_blocks = mini(Protocol.MAX_INDEXES, maxi(index + 1, 2 * _blocks))
	_ticks.resize(_blocks * _KEPT)
	for i in range(before * _KEPT, _blocks * _KEPT):
		_ticks[i] = _NEVER
	_positions.resize(_MOST_TRANSFORMS + _blocks * _BLOCK)
	_rotations.resize(_MOST_TRANSFORMS + _blocks * _BLOCK)


func _at(index: int, of_tick: int) -> int:
	return _MOST_TRANSFORMS + index * _BLOCK + (of_tick & (_KEPT - 1)) * _transforms[index]


static func _is_rotation(bits: int) -> bool:
	return bits & 0x3ff != 0x3ff and bits >> 10 & 0x3ff != 0x3ff and bits >> 20 & 0x3ff != 0x3ff


static func _count(joints: int) -> int:
	var count := 1
	var bits := joints
	while bits:
		count += 1
		bits &= bits - 1
	return count


static func _s16(bits: int) -> int:
	return ((bits & 0xffff) ^ 0x8000) - 0x8000


static func _s32(bits: int) -> int:
	return ((bits & 0xffffffff) ^ 0x80000000) - 0x80000000


## Three numbers of −3 to 2, the first one in the lowest bits of a position and in the highest of a rotation.
static func _small(width: int, is_rotation: bool) -> PackedInt64Array:
	var table := PackedInt64Array()
	for code in 216:
		var a := code % 6 - 3
		@warning_ignore("integer_division")
		var b := code / 6 % 6 - 3
		@warning_ignore("integer_division")
		var c := code / 36 - 3
		table.append((a << 2 * width) + (b << width) + c if is_rotation else a + (b << width) + (c << 2 * width))
	return table
