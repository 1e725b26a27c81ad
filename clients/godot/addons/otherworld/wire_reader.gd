extends RefCounted
## Reads the fields of one message: the encodings of docs/protocol.md, under protocol.gd. After the first field that is
## none, [member malformed] says why, and all that is read then is empty. Nothing is read, or allocated, beyond the bytes.

const Pose := preload("pose.gd")
const _HIGH_BITS := -0x7f7f7f7f7f7f7f80

enum {
	NONE, EMPTY, UNKNOWN_TYPE, TOO_LONG, TRUNCATED, TRAILING_BYTES, NUMBER_TOO_LARGE, NUMBER_NOT_SHORTEST, NOT_FINITE,
	BAD_ROTATION, BAD_FLAG, STRING_TOO_LONG, NOT_UTF8, HAS_NUL, BAD_NAME, LIST_TOO_LONG, UNKNOWN_CODE, BAD_DELTA,
	BAD_INDEX, NO_BASELINE,
}

## 0, or a MalformedReason of the protocol, which has the same numbers.
var malformed := NONE

## Of the session: what fields there are.
var version := 0

var _bytes: PackedByteArray
var _at := 1
var _end: int


## Behind the type byte of a message.
func _init(bytes: PackedByteArray) -> void:
	_bytes = bytes
	_end = bytes.size()


## Whether all of it was a message.
func done() -> bool:
	if _at != _end:
		_fail(TRAILING_BYTES)
	return malformed == NONE


func skip_rest() -> void:
	_at = _end


func u8() -> int:
	if _at >= _end:
		return _fail(TRUNCATED)
	_at += 1
	return _bytes[_at - 1]


func u16() -> int:
	return _bytes.decode_u16(_at - 2) if _advance(2) else 0


func u32() -> int:
	return _bytes.decode_u32(_at - 4) if _advance(4) else 0


func flag() -> bool:
	var value := u8()
	if value > 1:
		_fail(BAD_FLAG)
	return value == 1


## 0 to 2^31 − 1.
func varuint() -> int:
	var value := _leb128(5)
	return value if value <= 0x7fffffff else _fail(NUMBER_TOO_LARGE)


## 0 to 1,023.
func index() -> int:
	var value := varuint()
	return value if value < 1024 else _fail(NUMBER_TOO_LARGE)


## 0 to 2^63 − 1.
func varuint64() -> int:
	return _leb128(9)


func f32() -> float:
	if not _advance(4):
		return 0.0
	var value := _bytes.decode_float(_at - 4)
	return value if is_finite(value) else float(_fail(NOT_FINITE))


func pose() -> Pose:
	var read := Pose.new()
	read.position.x = f32()
	read.position.y = f32()
	read.position.z = f32()
	read.rotation = rotation()
	return read


func rotation() -> int:
	if not _advance(4):
		return Pose.IDENTITY
	var bits := _bytes.decode_u32(_at - 4)
	if bits & 0x3ff == 0x3ff or bits >> 10 & 0x3ff == 0x3ff or bits >> 20 & 0x3ff == 0x3ff:
		_fail(BAD_ROTATION)
		return Pose.IDENTITY
	return bits


## All that is left.
func rest() -> PackedByteArray:
	var at := _at
	_at = _end
	return _bytes.slice(at)


func string(max_bytes: int) -> String:
	var utf8 := _text(max_bytes)
	if utf8.has(0):
		_fail(HAS_NUL)
		return ""
	return _decoded(utf8)


func name(max_bytes: int) -> String:
	var utf8 := _text(max_bytes)
	if malformed:
		return ""
	if utf8.is_empty() or utf8.has(0):
		_fail(BAD_NAME)
		return ""
	var text := _decoded(utf8)
	for i in text.length():
		var point := text.unicode_at(i)
		if point < 0x20 or (point >= 0x7f and point < 0xa0):
			_fail(BAD_NAME)
			return ""
	return text


## Of items that follow; each takes at least a byte.
func count(most: int, too_long: int) -> int:
	var items := varuint()
	if items > most:
		return _fail(too_long)
	return items if items <= _end - _at else _fail(TRUNCATED)


## A code up to [param last]; the first one in place of what is none.
func code(last: int) -> int:
	var value := u8()
	if value == 0 or value > last:
		_fail(UNKNOWN_CODE)
		return 1
	return value


## The same where versions are not agreed.
func code_or(last: int, unknown: int) -> int:
	var value := u8()
	return unknown if value == 0 or value > last else value


func _text(max_bytes: int) -> PackedByteArray:
	var length := count(max_bytes, STRING_TOO_LONG)
	var utf8 := _bytes.slice(_at, _at + length)
	_at += length
	if not _is_utf8(utf8):
		_fail(NOT_UTF8)
		return PackedByteArray()
	return utf8


## Godot takes a byte order mark at the start for no character; here it is one.
func _decoded(utf8: PackedByteArray) -> String:
	var marks := 0
	while utf8.size() >= 3 * (marks + 1) and utf8.decode_u16(3 * marks) == 0xbbef and utf8[3 * marks + 2] == 0xbf:
		marks += 1
	if marks == 0:
		return utf8.get_string_from_utf8()
	return String.chr(0xfeff).repeat(marks) + utf8.slice(3 * marks).get_string_from_utf8()


## As Unicode's table of well-formed sequences has it (3-7). Godot itself takes what is none, and says so in the log.
static func _is_utf8(utf8: PackedByteArray) -> bool:
	var size := utf8.size()
	var at := 0
	while at < size:
		if at + 8 <= size and utf8.decode_s64(at) & _HIGH_BITS == 0:
			at += 8
			continue
		var first := utf8[at]
		at += 1
		if first < 0x80:
			continue
		var more := 1 if first < 0xe0 else 2 if first < 0xf0 else 3
		if first < 0xc2 or first > 0xf4 or at + more > size:
			return false
		var second := utf8[at]
		var least := 0xa0 if first == 0xe0 else 0x90 if first == 0xf0 else 0x80
		var most := 0x9f if first == 0xed else 0x8f if first == 0xf4 else 0xbf
		if second < least or second > most:
			return false
		for i in range(at + 1, at + more):
			if utf8[i] & 0xc0 != 0x80:
				return false
		at += more
	return true


func _leb128(max_bytes: int) -> int:
	var value := 0
	for i in max_bytes:
		var next := u8()
		value |= (next & 0x7f) << (7 * i)
		if next < 0x80:
			return value if next or i == 0 else _fail(NUMBER_NOT_SHORTEST)
	return _fail(NUMBER_TOO_LARGE)


## Past so many bytes, if they are there.
func _advance(bytes: int) -> bool:
	if bytes > _end - _at:
		_fail(TRUNCATED)
		return false
	_at += bytes
	return true


func _fail(reason: int) -> int:
	if malformed == NONE:
		malformed = reason
	_at = _end
	return 0
