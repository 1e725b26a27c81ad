extends "res://room.gd"

const Body := preload("res://body.gd")
const WatchedBody := preload("res://watched_body.gd")

signal bodies_came(count: int)
signal stamp_came(stamp: int)

var index := -1
var probes := false
var counts := false
var received := 0
var phase := 0.0
var packed := PackedByteArray()
var newest: Dictionary[int, int] = {}


func begin(number: int, by_synchronizers: int) -> void:
	phase = number
	packed.resize(BODY_BYTES)
	for i in by_synchronizers:
		if probes:
			var watched := WatchedBody.new(i)
			watched.arrived.connect(synchronized)
			add_child(watched)
		else:
			add_child(Body.new(i))


@rpc("authority", "call_remote", "reliable")
func welcome(given: int) -> void:
	index = given


@rpc("authority", "call_remote", "unreliable_ordered", 2)
func told(rows: PackedByteArray) -> void:
	received += rows.size() # where the transport does not count
	if counts and probes:
		bodies_came.emit(rows.size() / ROW_BYTES)
		for at in range(0, rows.size(), ROW_BYTES):
			look(rows.decode_u16(at), rows, at + 2)


func synchronized(other: int, body: PackedByteArray) -> void:
	if not counts:
		return
	bodies_came.emit(1)
	look(other, body, 0)


# All that a client would show is read, as in every player's client; the stamp says how old it is.
func look(other: int, bytes: PackedByteArray, at: int) -> void:
	var root := Vector3(bytes.decode_float(at), bytes.decode_float(at + 4), bytes.decode_float(at + 8))
	for joint in range(at + 16, at + BODY_BYTES, 10):
		root += Vector3(bytes.decode_s16(joint), bytes.decode_s16(joint + 2), bytes.decode_s16(joint + 4)) / 1024.0
	var stamp := bytes.decode_u32(at + STAMP_AT)
	if other != index and stamp != 0 and newest.get(other, 0) != stamp:
		newest[other] = stamp
		stamp_came.emit(stamp)


# Walks a circle of its own and trembles as trackers do.
func move(seconds: float, stamp: int) -> void:
	var angle := phase + seconds * 0.7
	packed.encode_float(0, 32 + fmod(phase, 10) * 2 + cos(angle) * 2)
	packed.encode_float(8, 32 + floorf(phase / 10) * 2 + sin(angle) * 2)
	packed.encode_u32(12, randi() & 0x3fffffff)
	for joint in range(16, BODY_BYTES, 10):
		packed.encode_s16(joint, randi() % 3 - 1)
		packed.encode_s16(joint + 2, 1024 + randi() % 3)
		packed.encode_s16(joint + 4, randi() % 3 - 1)
		packed.encode_u32(joint + 6, randi() & 0x3fffffff)
	packed.encode_u32(STAMP_AT, stamp)
	moved.rpc_id(1, packed)
