extends RefCounted
## Writes the fields of one message: the encodings of docs/protocol.md, under protocol.gd. A value beyond its limit is a bug
## of the caller: it is told in the log, and nothing comes of the message.

const Pose := preload("pose.gd")

## Of the session: what fields there are.
var version := 0

var _bytes := PackedByteArray()
var _failed := false


## What was written; nothing if a value was beyond its limit.
func finished() -> PackedByteArray:
	return PackedByteArray() if _failed else _bytes


func u8(value: int) -> void:
	_bytes.append(_within(value, 0, 0xff))


func u16(value: int) -> void:
	_within(value, 0, 0xffff)
	_bytes.append(value & 0xff)
	_bytes.append(value >> 8 & 0xff)


func u32(value: int) -> void:
	var at := _bytes.size()
	_bytes.resize(at + 4)
	_bytes.encode_u32(at, _within(value, 0, 0xffffffff))


func flag(value: bool) -> void:
	_bytes.append(1 if value else 0)


func varuint(value: int) -> void:
	_leb128(_within(value, 0, 0x7fffffff))


func index(value: int) -> void:
	_leb128(_within(value, 0, 1023))


func varuint64(value: int) -> void:
	_leb128(_within(value, 0, 0x7fffffffffffffff))


func f32(value: float) -> void:
	var at := _bytes.size()
	_bytes.resize(at + 4)
	_bytes.encode_float(at, value)
	if not is_finite(_bytes.decode_float(at)):
		_fail("%s is not finite" % value)


func pose(value: Pose) -> void:
	f32(value.position.x)
	f32(value.position.y)
	f32(value.position.z)
	u32(value.rotation)


func rotation(value: int) -> void:
	u32(value)


func rest(value: PackedByteArray, max_bytes: int) -> void:
	if value.size() > max_bytes:
		_fail("%d bytes are more than %d" % [value.size(), max_bytes])
	_bytes.append_array(value)


func string(value: String, max_bytes: int) -> void:
	var utf8 := value.to_utf8_buffer()
	if utf8.size() > max_bytes:
		_fail("a string of %d bytes is longer than %d" % [utf8.size(), max_bytes])
	varuint(utf8.size())
	_bytes.append_array(utf8)


func name(value: String, max_bytes: int) -> void:
	if value.is_empty():
		_fail("an empty name")
	for i in value.length():
		var point := value.unicode_at(i)
		if point < 0x20 or (point >= 0x7f and point < 0xa0):
			_fail("a name with control characters")
	string(value, max_bytes)


## For people: cut at a whole character.
func prose(value: String, max_bytes: int) -> void:
	var fits := value.left(max_bytes)
	while fits.to_utf8_buffer().size() > max_bytes:
		fits = fits.left(-1)
	string(fits, max_bytes)


func count(items: int, most: int) -> void:
	if items > most:
		_fail("a list of %d is longer than %d" % [items, most])
	varuint(items)


func _leb128(value: int) -> void:
	var rest := value
	while rest > 0x7f:
		_bytes.append(rest & 0x7f | 0x80)
		rest >>= 7
	_bytes.append(rest)


func _within(value: int, least: int, most: int) -> int:
	if value < least or value > most:
		_fail("%d is not %d to %d" % [value, least, most])
		return 0
	return value


func _fail(why: String) -> void:
	_failed = true
	push_error(why)
