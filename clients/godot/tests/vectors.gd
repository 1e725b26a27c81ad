extends SceneTree
## Holds protocol.gd to the vectors of the protocol, and to messages that Java made at random:
## godot --headless --path clients/godot --script res://tests/vectors.gd -- FOLDER RANDOM.json

const Protocol := preload("res://addons/otherworld/protocol.gd")
const Pose := preload("res://addons/otherworld/pose.gd")

## Fields with codes, as the vectors name them, and the enum of each.
var _codes: Dictionary[String, Dictionary] = {
	"EditRefused.reason": Protocol.RefusalReason,
	"Goodbye.reason": Protocol.GoodbyeReason,
	"Notice.kind": Protocol.NoticeKind,
	"PositionCorrection.reason": Protocol.CorrectionReason,
}
var _checked := 0
var _failed := 0


func _initialize() -> void:
	var arguments := OS.get_cmdline_user_args()
	_messages("client", _read(arguments[0] + "/client.json"))
	_messages("server", _read(arguments[0] + "/server.json"))
	_malformed(_read(arguments[0] + "/malformed.json"))
	_rotations(_read(arguments[0] + "/rotations.json"))
	_views(_read(arguments[0] + "/views.json"))
	_random(_read(arguments[1]))
	_limits()
	print("%d checked, %d failed" % [_checked, _failed])
	quit(1 if _failed or not _checked else 0)


func _read(file: String) -> Array:
	return JSON.parse_string(FileAccess.get_file_as_string(file))


func _check(is_right: bool, what: String) -> void:
	_checked += 1
	if not is_right:
		_failed += 1
		printerr("FAILED: ", what)


func _decode(from: String, hex: String) -> Protocol.Message:
	var bytes := hex.hex_decode() if hex else PackedByteArray()
	return Protocol.decode_client(bytes) if from == "client" else Protocol.decode_server(bytes)


func _messages(from: String, vectors: Array) -> void:
	for vector: Dictionary in vectors:
		_whole(from, vector)


func _whole(from: String, vector: Dictionary) -> Protocol.Message:
	var message := _decode(from, vector["hex"])
	var what: String = vector.get("name", vector["message"])
	_check(message is not Protocol.Malformed, what)
	_has(message, vector["message"], vector["fields"], what)
	_check(Protocol.encode(message).hex_encode() == vector["hex"], "%s, written again" % what)
	return message


## The fields are there, and hold what they should.
func _has(object: Object, kind: String, fields: Dictionary, what: String) -> void:
	for field: String in fields:
		var value: Variant = object.get(field.to_snake_case())
		_is(value, fields[field], "%s.%s" % [kind, field], what)


func _is(value: Variant, expected: Variant, path: String, what: String) -> void:
	if value is Pose:
		_check((value as Pose).rotation == int(expected["rotation"]), "%s: %s.rotation" % [what, path])
		_check((value as Pose).position == Vector3(expected["x"], expected["y"], expected["z"]), "%s: %s" % [what, path])
	elif value is Array or value is PackedInt64Array:
		_check(len(value) == len(expected), "%s: %s has %d" % [what, path, len(value)])
		for i in len(value):
			_is(value[i], expected[i], path, what)
	elif expected is Dictionary:
		_has(value, path, expected, what)
	elif _codes.has(path):
		_check(_codes[path].find_key(value) == expected, "%s: %s is %s" % [what, path, value])
	elif value is int and expected is String:
		_check(str(value) == expected, "%s: %s is %s" % [what, path, value])
	else:
		_check(value == expected, "%s: %s is %s" % [what, path, value])


func _malformed(vectors: Array) -> void:
	for vector: Dictionary in vectors:
		_check(_reason(_decode(vector["from"], vector["hex"])) == vector["reason"], vector["name"])


func _reason(message: Protocol.Message) -> String:
	var malformed := message as Protocol.Malformed
	return Protocol.MalformedReason.find_key(malformed.reason) if malformed else ""


func _rotations(vectors: Array) -> void:
	for vector: Dictionary in vectors:
		var q: Array = vector["quaternion"]
		var quaternion := Quaternion(q[0], q[1], q[2], q[3])
		_check(Pose.pack(quaternion) == int(vector["rotation"]), "%s packed" % [q])
		_check(absf(absf(Pose.unpack(int(vector["rotation"])).dot(quaternion)) - 1.0) < 1e-5, "%s unpacked" % [q])


## What a client knows of its zone: docs/protocol.md, Space and presence.
func _views(vectors: Array) -> void:
	for vector: Dictionary in vectors:
		var known: Dictionary[int, Protocol.AvatarState] = {}
		var ticks: Dictionary[int, int] = {}
		for arriving: Dictionary in vector["arriving"]:
			var message := _whole("server", arriving)
			var states: Array[Protocol.AvatarState]
			var tick: int
			if message is Protocol.ZoneSnapshot:
				var snapshot := message as Protocol.ZoneSnapshot
				if snapshot.part == 0:
					known.clear()
				states = snapshot.avatars
				tick = snapshot.tick
			else:
				states = (message as Protocol.PresenceDelta).entered
				tick = (message as Protocol.PresenceDelta).tick
			for state in states:
				known[state.avatar] = state
				ticks[state.avatar] = tick
			if message is Protocol.PresenceDelta:
				var delta := message as Protocol.PresenceDelta
				for move in delta.moved:
					if known.has(move.avatar) and tick >= ticks[move.avatar]:
						known[move.avatar].pose = move.pose
						ticks[move.avatar] = tick
				for avatar in delta.left:
					known.erase(avatar)
		var avatars := known.keys()
		avatars.sort()
		_check(len(avatars) == len(vector["known"]), vector["name"])
		for i in mini(len(avatars), len(vector["known"])):
			_has(known[avatars[i]], "known", vector["known"][i], vector["name"])


## Java's verdict of bytes: why they are no message, or how the message is written again.
func _random(vectors: Array) -> void:
	for vector: Dictionary in vectors:
		var message := _decode(vector["from"], vector["hex"])
		if message is Protocol.Malformed:
			_check(_reason(message) == vector.get("reason"), "%s is %s" % [vector["hex"], _reason(message)])
		else:
			_check(Protocol.encode(message).hex_encode() == vector.get("again"), "%s" % vector["hex"])


## What is beyond its limit is told in the log, and no message comes of it; texts for people are cut.
func _limits() -> void:
	Engine.print_error_messages = false
	var ping := Protocol.Ping.new()
	ping.nonce = -1
	_check(Protocol.encode(ping).is_empty(), "a negative varuint")
	var place := Protocol.PlaceProp.new()
	_check(Protocol.encode(place).is_empty(), "a model without a name")
	place.model = "m".repeat(129)
	_check(Protocol.encode(place).is_empty(), "a model of 129 bytes")
	place.model = "m"
	_check(not Protocol.encode(place).is_empty(), "a model")
	place.pose.position.x = NAN
	_check(Protocol.encode(place).is_empty(), "a place that is no number")
	var durable := Protocol.EditDurable.new()
	durable.client_sequences.resize(257)
	_check(Protocol.encode(durable).is_empty(), "257 sequences")
	Engine.print_error_messages = true
	var notice := Protocol.Notice.new()
	notice.detail = "a" + "é".repeat(200)
	var cut := Protocol.decode_server(Protocol.encode(notice)) as Protocol.Notice
	_check(cut.detail == "a" + "é".repeat(127), "a detail is cut at a whole character")
