extends RefCounted
## Where something is, in metres, y up, and how it is turned.

const _STEPS := 511
const _SCALE := sqrt(2.0) * _STEPS
## No rotation, in its 32 bits.
const IDENTITY := 3 << 30 | _STEPS << 20 | _STEPS << 10 | _STEPS

var position: Vector3
## 32 bits, "smallest three": quantised once, then passed on as they are. docs/protocol.md, Rotation.
var rotation: int = IDENTITY


## A unit quaternion in 32 bits.
static func pack(quaternion: Quaternion) -> int:
	var q: Array[float] = [quaternion.x, quaternion.y, quaternion.z, quaternion.w]
	var length := sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3])
	if not (length > 1e-12 and is_finite(length)):
		push_error("%s is no rotation" % quaternion)
		return IDENTITY
	var left := 3
	for i in 3:
		if absf(q[i]) > absf(q[left]):
			left = i
	var scale := (-_SCALE if q[left] < 0 else _SCALE) / length
	var bits := left
	for i in 4:
		if i != left:
			bits = bits << 10 | (clampi(_round_half_even(q[i] * scale), -_STEPS, _STEPS) + _STEPS)
	return bits


static func unpack(bits: int) -> Quaternion:
	var left := bits >> 30 & 3
	var a := ((bits >> 20 & 0x3ff) - _STEPS) / _SCALE
	var b := ((bits >> 10 & 0x3ff) - _STEPS) / _SCALE
	var c := ((bits & 0x3ff) - _STEPS) / _SCALE
	var squares := a * a + b * b + c * c
	var largest := sqrt(maxf(0.0, 1.0 - squares))
	var unit := 1.0 / sqrt(squares + largest * largest)
	a *= unit
	b *= unit
	c *= unit
	largest *= unit
	match left:
		0:
			return Quaternion(largest, a, b, c)
		1:
			return Quaternion(a, largest, b, c)
		2:
			return Quaternion(a, b, largest, c)
	return Quaternion(a, b, c, largest)


func quaternion() -> Quaternion:
	return unpack(rotation)


## As the server rounds, so that both pack alike.
static func _round_half_even(value: float) -> int:
	var below := floorf(value)
	var over := value - below
	return int(below) if over < 0.5 or (over == 0.5 and int(below) % 2 == 0) else int(below) + 1
