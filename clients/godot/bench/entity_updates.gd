extends SceneTree
## What updates of 100 avatars cost to read in GDScript, for each candidate of clients/web/bench/formats.mjs, which made the messages:
## godot --headless --path clients/godot --script res://bench/entity_updates.gd -- MESSAGES.json

const AVATARS := 100
const BONES := 4
const FIELDS := AVATARS * BONES
const RING := 64
const HEADER := 3
const BATCHES := 30
const FRAME_MS := 1000.0 / 60.0

const STEPS := 511
const SCALE := sqrt(2.0) * STEPS
const FINE := sqrt(2.0) * 16383

## Three coordinates of 21 bits in one number: a difference is added to all three at once.
const BIAS := 1 << 20
const PACKED := 0x1fffff

var _positions: PackedVector3Array
var _rotations: Array[Quaternion]
var _ring_positions: PackedInt64Array
var _ring_rotations: PackedInt64Array

# Three numbers of −3 to 2 in one byte, as a difference of positions and of rotations.
var _moves: PackedInt64Array
var _turns: PackedInt64Array

# Of an entropy coder: for each slot of a model the symbol (8 bits), its frequency less 1 (12), the slot less its start (12).
var _tables: Array[PackedInt64Array]
var _state := 0

# A source of bits.
var _bytes: PackedByteArray
var _at := 0
var _held := 0
var _count := 0


func _initialize() -> void:
	var formats: Dictionary = JSON.parse_string(FileAccess.get_file_as_string(OS.get_cmdline_user_args()[0]))
	var decoders: Dictionary[String, Callable] = {
		"absolute_32": _absolute_32,
		"absolute_48": _absolute_48,
		"absolute_bits": _absolute_bits,
		"delta_table": _delta_table,
		"delta_words": _delta_words,
		"delta_bytes": _delta_bytes,
		"delta_varints": _delta_varints,
		"delta_bits": _delta_bits,
		"delta_coded": _delta_coded,
	}
	for i in 216:
		var a := i % 6 - 3
		@warning_ignore("integer_division")
		var b := i / 6 % 6 - 3
		@warning_ignore("integer_division")
		var c := i / 36 - 3
		_moves.append((a << 42) + (b << 21) + c)
		_turns.append((a << 20) + (b << 10) + c)
	for table: Array in formats["tables"]:
		_tables.append(PackedInt64Array(table))
	var failed := 0
	for format: String in decoders:
		failed += _measure(format, decoders[format], formats[format])
	quit(failed)


func _measure(format: String, decode: Callable, made: Dictionary) -> int:
	var messages: Array[PackedByteArray] = []
	for hex: String in made["messages"]:
		messages.append(hex.hex_decode())
	_positions.resize(FIELDS)
	_rotations.resize(FIELDS)
	_ring_positions.resize(RING * FIELDS)
	_ring_rotations.resize(RING * FIELDS)
	for bytes in messages:
		if not decode.call(bytes):
			printerr("%s: not read whole" % format)
			return 1
	for field in FIELDS:
		var p: Array = made["positions"].slice(field * 3, field * 3 + 3)
		var r: Array = made["rotations"].slice(field * 4, field * 4 + 4)
		var is_there := _positions[field].distance_to(Vector3(p[0], p[1], p[2])) < 1e-4
		if not is_there or absf(_rotations[field].dot(Quaternion(r[0], r[1], r[2], r[3]))) < 0.9999:
			printerr("%s: field %d is %s, %s" % [format, field, _positions[field], _rotations[field]])
			return 1
	var best := INF
	for batch in BATCHES:
		var before := Time.get_ticks_usec()
		for bytes in messages:
			decode.call(bytes)
		best = minf(best, float(Time.get_ticks_usec() - before) / 1000.0 / messages.size())
	print("godot_%s_ms %.3f ms" % [format, best])
	print("godot_%s_frame %.1f %%" % [format, 100 * best / FRAME_MS])
	return 0


func _show(field: int, x: int, y: int, z: int) -> void:
	var metre := 1.0 / 1024 if field % BONES else 1.0 / 256
	_positions[field] = Vector3(x * metre, y * metre, z * metre)


func _turn(field: int, bits: int) -> void:
	var a := ((bits >> 20 & 0x3ff) - STEPS) / SCALE
	var b := ((bits >> 10 & 0x3ff) - STEPS) / SCALE
	var c := ((bits & 0x3ff) - STEPS) / SCALE
	_turned(field, bits >> 30 & 3, a, b, c)


func _turned(field: int, left: int, a: float, b: float, c: float) -> void:
	var largest := sqrt(maxf(0.0, 1.0 - a * a - b * b - c * c))
	if left == 3:
		_rotations[field] = Quaternion(a, b, c, largest)
	elif left == 2:
		_rotations[field] = Quaternion(a, b, largest, c)
	elif left == 1:
		_rotations[field] = Quaternion(a, largest, b, c)
	else:
		_rotations[field] = Quaternion(largest, a, b, c)


# ---- Absolute, byte-aligned ----------------------------------------------------------------------

func _absolute_32(bytes: PackedByteArray) -> bool:
	return _absolute(bytes, false)


func _absolute_48(bytes: PackedByteArray) -> bool:
	return _absolute(bytes, true)


func _absolute(bytes: PackedByteArray, fine: bool) -> bool:
	var end := bytes.size()
	var at := HEADER
	for n in bytes[2]:
		if at + 3 > end:
			return false
		var field := bytes.decode_u16(at) * BONES
		var mask := bytes[at + 2]
		at += 3
		if field >= FIELDS:
			return false
		while mask:
			if mask & 1:
				if at + 6 > end:
					return false
				_show(field, bytes.decode_s16(at), bytes.decode_s16(at + 2), bytes.decode_s16(at + 4))
				at += 6
			if mask & 2:
				if at + (6 if fine else 4) > end:
					return false
				if fine:
					var a := bytes.decode_u16(at)
					var b := bytes.decode_u16(at + 2)
					var c := bytes.decode_u16(at + 4)
					_turned(field, a >> 15 | b >> 15 << 1, ((a & 0x7fff) - 16383) / FINE, ((b & 0x7fff) - 16383) / FINE, (c - 16383) / FINE)
					at += 6
				else:
					_turn(field, bytes.decode_u32(at))
					at += 4
			mask >>= 2
			field += 1
	return at == end


# ---- Absolute, bit-packed ------------------------------------------------------------------------

func _absolute_bits(bytes: PackedByteArray) -> bool:
	_start_bits(bytes)
	for n in bytes[2]:
		var field := _bits(10) * BONES
		if field >= FIELDS:
			return false
		var mask := _bits(8)
		while mask:
			if mask & 1:
				var width := 12 if field % BONES else 16
				_show(field, _signed(width), _signed(width), _signed(width))
			if mask & 2:
				_turn(field, _bits(32))
			mask >>= 2
			field += 1
	return _at == bytes.size()


func _start_bits(bytes: PackedByteArray) -> void:
	_bytes = bytes
	_at = HEADER
	_held = 0
	_count = 0


## Up to 32, lowest first. Nothing but zeros behind the end.
func _bits(width: int) -> int:
	while _count < width:
		if _at < _bytes.size():
			_held |= _bytes[_at] << _count
			_at += 1
		_count += 8
	var value := _held & ((1 << width) - 1)
	_held >>= width
	_count -= width
	return value


func _signed(width: int) -> int:
	var value := _bits(width)
	return value - (value >> (width - 1) << width)


# ---- Deltas --------------------------------------------------------------------------------------

func _packed(x: int, y: int, z: int) -> int:
	return (x + BIAS) << 42 | (y + BIAS) << 21 | (z + BIAS)


func _show_packed(field: int, at: int) -> void:
	_show(field, (at >> 42 & PACKED) - BIAS, (at >> 21 & PACKED) - BIAS, (at & PACKED) - BIAS)


## A field is told by no byte, by one, by two (three of 5 bits) or by four; what has no acknowledged tick whole.
func _delta_table(bytes: PackedByteArray) -> bool:
	var end := bytes.size()
	var tick := bytes.decode_u16(0)
	var slot := tick % RING * FIELDS
	var at := HEADER
	for n in bytes[2]:
		if at + 4 > end:
			return false
		var word := bytes.decode_u16(at)
		var field := (word & 0x3ff) * BONES
		var age := word >> 10
		at += 2
		if field >= FIELDS:
			return false
		var to := slot + field
		if age == 0:
			if at + 10 * BONES > end:
				return false
			for bone in BONES:
				var position := _packed(bytes.decode_s16(at), bytes.decode_s16(at + 2), bytes.decode_s16(at + 4))
				var rotation := bytes.decode_u32(at + 6)
				at += 10
				_ring_positions[to + bone] = position
				_ring_rotations[to + bone] = rotation
				_show_packed(field + bone, position)
				_turn(field + bone, rotation)
			continue
		var classes := bytes.decode_u16(at)
		at += 2
		var base := (tick - age + RING) % RING * FIELDS + field
		for bone in BONES:
			var kind := classes & 3
			var position := _ring_positions[base]
			if kind:
				if kind == 1:
					if at + 1 > end or bytes[at] >= 216:
						return false
					position += _moves[bytes[at]]
					at += 1
				elif kind == 2:
					if at + 2 > end:
						return false
					var d := bytes.decode_u16(at)
					at += 2
					position += (((d & 31) ^ 16) - 16 << 42) + (((d >> 5 & 31) ^ 16) - 16 << 21) + ((d >> 10 & 31) ^ 16) - 16
				else:
					if at + 4 > end:
						return false
					var d := bytes.decode_u32(at)
					at += 4
					position += (((d & 1023) ^ 512) - 512 << 42) + (((d >> 10 & 1023) ^ 512) - 512 << 21) + ((d >> 20 & 1023) ^ 512) - 512
				_show_packed(field, position)
			_ring_positions[to] = position
			var turned := classes >> 2 & 3
			var rotation := _ring_rotations[base]
			if turned:
				if turned == 1:
					if at + 1 > end or bytes[at] >= 216:
						return false
					rotation += _turns[bytes[at]]
					at += 1
				elif turned == 2:
					if at + 2 > end:
						return false
					var d := bytes.decode_u16(at)
					at += 2
					rotation += (((d & 31) ^ 16) - 16 << 20) + (((d >> 5 & 31) ^ 16) - 16 << 10) + ((d >> 10 & 31) ^ 16) - 16
				else:
					if at + 4 > end:
						return false
					rotation = bytes.decode_u32(at)
					at += 4
				_turn(field, rotation)
			_ring_rotations[to] = rotation
			classes >>= 4
			field += 1
			to += 1
			base += 1
	return at == end


## Small: three of 5 bits in two bytes. Larger: three of 10 bits in four.
func _delta_words(bytes: PackedByteArray) -> bool:
	var end := bytes.size()
	var tick := bytes.decode_u16(0)
	var slot := tick % RING * FIELDS
	var at := HEADER
	for n in bytes[2]:
		if at + 4 > end:
			return false
		var word := bytes.decode_u16(at)
		var classes := bytes.decode_u16(at + 2)
		var field := (word & 0x3ff) * BONES
		at += 4
		if field >= FIELDS:
			return false
		var to := slot + field
		var base := (tick - (word >> 10) + RING) % RING * FIELDS + field
		for bone in BONES:
			var kind := classes & 3
			var position := _ring_positions[base]
			if kind:
				if at + kind * 2 > end:
					return false
				if kind == 1:
					var d := bytes.decode_u16(at)
					at += 2
					position += (((d & 31) ^ 16) - 16 << 42) + (((d >> 5 & 31) ^ 16) - 16 << 21) + ((d >> 10 & 31) ^ 16) - 16
				elif kind == 2:
					var d := bytes.decode_u32(at)
					at += 4
					position += (((d & 1023) ^ 512) - 512 << 42) + (((d >> 10 & 1023) ^ 512) - 512 << 21) + ((d >> 20 & 1023) ^ 512) - 512
				else:
					position = _packed(bytes.decode_s16(at), bytes.decode_s16(at + 2), bytes.decode_s16(at + 4))
					at += 6
				_show_packed(field, position)
			_ring_positions[to] = position
			var turned := classes >> 2 & 3
			var rotation := _ring_rotations[base]
			if turned:
				if at + (2 if turned == 1 else 4) > end:
					return false
				if turned == 1:
					var d := bytes.decode_u16(at)
					at += 2
					rotation += (((d & 31) ^ 16) - 16 << 20) + (((d >> 5 & 31) ^ 16) - 16 << 10) + ((d >> 10 & 31) ^ 16) - 16
				elif turned == 2:
					var d := bytes.decode_u32(at)
					at += 4
					rotation += (((d & 1023) ^ 512) - 512 << 20) + (((d >> 10 & 1023) ^ 512) - 512 << 10) + ((d >> 20 & 1023) ^ 512) - 512
				else:
					rotation = bytes.decode_u32(at)
					at += 4
				_turn(field, rotation)
			_ring_rotations[to] = rotation
			classes >>= 4
			field += 1
			to += 1
			base += 1
	return at == end


## Three bytes, or three times two.
func _delta_bytes(bytes: PackedByteArray) -> bool:
	var end := bytes.size()
	var tick := bytes.decode_u16(0)
	var slot := tick % RING * FIELDS
	var at := HEADER
	for n in bytes[2]:
		if at + 4 > end:
			return false
		var word := bytes.decode_u16(at)
		var classes := bytes.decode_u16(at + 2)
		var field := (word & 0x3ff) * BONES
		at += 4
		if field >= FIELDS:
			return false
		var to := slot + field
		var base := (tick - (word >> 10) + RING) % RING * FIELDS + field
		for bone in BONES:
			var kind := classes & 3
			var position := _ring_positions[base]
			if kind:
				if at + (3 if kind == 1 else 6) > end:
					return false
				if kind == 1:
					position += (bytes.decode_s8(at) << 42) + (bytes.decode_s8(at + 1) << 21) + bytes.decode_s8(at + 2)
					at += 3
				elif kind == 2:
					position += (bytes.decode_s16(at) << 42) + (bytes.decode_s16(at + 2) << 21) + bytes.decode_s16(at + 4)
					at += 6
				else:
					position = _packed(bytes.decode_s16(at), bytes.decode_s16(at + 2), bytes.decode_s16(at + 4))
					at += 6
				_show_packed(field, position)
			_ring_positions[to] = position
			var turned := classes >> 2 & 3
			var rotation := _ring_rotations[base]
			if turned:
				if at + (3 if turned == 1 else 6 if turned == 2 else 4) > end:
					return false
				if turned == 1:
					rotation += (bytes.decode_s8(at) << 20) + (bytes.decode_s8(at + 1) << 10) + bytes.decode_s8(at + 2)
					at += 3
				elif turned == 2:
					rotation += (bytes.decode_s16(at) << 20) + (bytes.decode_s16(at + 2) << 10) + bytes.decode_s16(at + 4)
					at += 6
				else:
					rotation = bytes.decode_u32(at)
					at += 4
				_turn(field, rotation)
			_ring_rotations[to] = rotation
			classes >>= 4
			field += 1
			to += 1
			base += 1
	return at == end


## Zigzag LEB128 of each difference.
func _delta_varints(bytes: PackedByteArray) -> bool:
	var end := bytes.size()
	var tick := bytes.decode_u16(0)
	var slot := tick % RING * FIELDS
	_bytes = bytes
	_at = HEADER
	for n in bytes[2]:
		if _at + 4 > end:
			return false
		var word := bytes.decode_u16(_at)
		var classes := bytes.decode_u16(_at + 2)
		var field := (word & 0x3ff) * BONES
		_at += 4
		if field >= FIELDS:
			return false
		var to := slot + field
		var base := (tick - (word >> 10) + RING) % RING * FIELDS + field
		for bone in BONES:
			var kind := classes & 3
			var position := _ring_positions[base]
			if kind == 1:
				position += (_zigzag() << 42) + (_zigzag() << 21) + _zigzag()
			elif kind:
				if _at + 6 > end:
					return false
				position = _packed(bytes.decode_s16(_at), bytes.decode_s16(_at + 2), bytes.decode_s16(_at + 4))
				_at += 6
			if kind:
				_show_packed(field, position)
			_ring_positions[to] = position
			var turned := classes >> 2 & 3
			var rotation := _ring_rotations[base]
			if turned == 1:
				rotation += (_zigzag() << 20) + (_zigzag() << 10) + _zigzag()
			elif turned:
				if _at + 4 > end:
					return false
				rotation = bytes.decode_u32(_at)
				_at += 4
			if turned:
				_turn(field, rotation)
			_ring_rotations[to] = rotation
			classes >>= 4
			field += 1
			to += 1
			base += 1
	return _at == end


func _zigzag() -> int:
	if _at + 2 > _bytes.size():
		if _at >= _bytes.size() or _bytes[_at] > 0x7f:
			_at = _bytes.size() + 1
			return 0
	var value := _bytes[_at]
	_at += 1
	if value > 0x7f:
		value = value & 0x7f | _bytes[_at] << 7
		_at += 1
	return (value >> 1) ^ -(value & 1)


## Small: three of 4 bits. Larger: three of 7. Nothing is aligned.
func _delta_bits(bytes: PackedByteArray) -> bool:
	var tick := bytes.decode_u16(0)
	var slot := tick % RING * FIELDS
	_start_bits(bytes)
	for n in bytes[2]:
		var field := _bits(10) * BONES
		if field >= FIELDS:
			return false
		var to := slot + field
		var base := (tick - _bits(6) + RING) % RING * FIELDS + field
		var classes := _bits(16)
		for bone in BONES:
			var kind := classes & 3
			var position := _ring_positions[base]
			if kind == 3:
				var width := 12 if bone else 16
				position = _packed(_signed(width), _signed(width), _signed(width))
			elif kind:
				var width := 4 if kind == 1 else 7
				position += (_signed(width) << 42) + (_signed(width) << 21) + _signed(width)
			if kind:
				_show_packed(field, position)
			_ring_positions[to] = position
			var turned := classes >> 2 & 3
			var rotation := _ring_rotations[base]
			if turned == 3:
				rotation = _bits(32)
			elif turned:
				var width := 4 if turned == 1 else 7
				rotation += (_signed(width) << 20) + (_signed(width) << 10) + _signed(width)
			if turned:
				_turn(field, rotation)
			_ring_rotations[to] = rotation
			classes >>= 4
			field += 1
			to += 1
			base += 1
	return _at == bytes.size()


# ---- Deltas through an entropy coder -------------------------------------------------------------

## The words of all entities, then 24 symbols and more of each.
func _delta_coded(bytes: PackedByteArray) -> bool:
	var tick := bytes.decode_u16(0)
	var slot := tick % RING * FIELDS
	_bytes = bytes
	_at = HEADER + 2 * bytes[2]
	if _at + 4 > bytes.size():
		return false
	_state = bytes.decode_u32(_at)
	_at += 4
	var raw := _tables[BONES * 2]
	for n in bytes[2]:
		var word := bytes.decode_u16(HEADER + 2 * n)
		var field := (word & 0x3ff) * BONES
		if field >= FIELDS:
			return false
		var to := slot + field
		var base := (tick - (word >> 10) + RING) % RING * FIELDS + field
		for bone in BONES:
			var table := _tables[bone * 2]
			var at := _ring_positions[base]
			var x := _symbol(table)
			x = _s16(_symbol(raw) | _symbol(raw) << 8) + BIAS if x == 63 else (at >> 42) + x - 31
			var y := _symbol(table)
			y = _s16(_symbol(raw) | _symbol(raw) << 8) + BIAS if y == 63 else (at >> 21 & PACKED) + y - 31
			var z := _symbol(table)
			z = _s16(_symbol(raw) | _symbol(raw) << 8) + BIAS if z == 63 else (at & PACKED) + z - 31
			_ring_positions[to] = x << 42 | y << 21 | z
			_show(field, x - BIAS, y - BIAS, z - BIAS)
			table = _tables[bone * 2 + 1]
			var a := _symbol(table)
			var bits := _ring_rotations[base]
			if a == 63:
				bits = _symbol(raw) | _symbol(raw) << 8 | _symbol(raw) << 16 | _symbol(raw) << 24
			else:
				bits += (a - 31 << 20) + (_symbol(table) - 31 << 10) + _symbol(table) - 31
			_ring_rotations[to] = bits
			_turn(field, bits)
			field += 1
			to += 1
			base += 1
	return _at == bytes.size() and _state == 0x800000


func _symbol(table: PackedInt64Array) -> int:
	var entry := table[_state & 0xfff]
	var state := ((entry >> 8 & 0xfff) + 1) * (_state >> 12) + (entry >> 20)
	while state < 0x800000 and _at < _bytes.size():
		state = state << 8 | _bytes[_at]
		_at += 1
	_state = state
	return entry & 0xff


func _s16(bits: int) -> int:
	return (bits ^ 0x8000) - 0x8000
