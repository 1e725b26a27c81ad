extends SceneTree
## What the client's half of entities costs in GDScript, from bytes to what is shown, with the messages of clients/web/bench/replica.mjs:
## godot --headless --path clients/godot --script res://bench/replica.gd -- MESSAGES.json

const Protocol := preload("res://addons/otherworld/protocol.gd")
const Replica := preload("res://addons/otherworld/entities.gd")

const AVATARS := 100
const BONES := 4
const BATCHES := 30
const FRAME_MS := 1000.0 / 60.0

var _positions: PackedVector3Array
var _rotations: Array[Quaternion]


func _initialize() -> void:
	var made: Dictionary = JSON.parse_string(FileAccess.get_file_as_string(OS.get_cmdline_user_args()[0]))
	var messages: Array[PackedByteArray] = []
	for tick: Array in made["ticks"]:
		for hex: String in tick:
			messages.append(hex.hex_decode())
	var ticks := (made["ticks"] as Array).size()
	_positions.resize(AVATARS * BONES)
	_rotations.resize(AVATARS * BONES)
	var reading := INF
	var showing := INF
	var replica: Replica
	for batch in BATCHES:
		replica = Replica.new()
		replica.apply(Protocol.decode_server((made["first"] as String).hex_decode()))
		var before := Time.get_ticks_usec()
		for bytes in messages:
			if replica.apply(Protocol.decode_server(bytes)):
				printerr("malformed")
				quit(1)
				return
		var between := Time.get_ticks_usec()
		for tick in ticks:
			_show(replica)
		reading = minf(reading, float(between - before) / 1000.0 / ticks)
		showing = minf(showing, float(Time.get_ticks_usec() - between) / 1000.0 / ticks)
	for field in AVATARS * BONES:
		@warning_ignore("integer_division")
		var steps := replica.steps(field / BONES, field % BONES)
		var expected: Array = made["positions"].slice(field * 3, field * 3 + 3)
		if steps != Vector3i(expected[0], expected[1], expected[2]):
			printerr("field %d is at %s" % [field, steps])
			quit(1)
			return
	print("godot_replica_update_ms %.3f ms" % reading)
	print("godot_replica_show_ms %.3f ms" % showing)
	print("godot_replica_frame %.1f %%" % (100 * (reading + showing) / FRAME_MS))
	quit(0)


func _show(replica: Replica) -> void:
	var field := 0
	for index in AVATARS:
		for i in BONES:
			_positions[field] = replica.position(index, i)
			_rotations[field] = replica.quaternion(index, i)
			field += 1
