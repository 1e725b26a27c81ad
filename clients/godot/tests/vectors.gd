extends SceneTree
## Holds protocol.gd and entities.gd to the vectors of the protocol, and to messages that Java made at random:
## godot --headless --path clients/godot --script res://tests/vectors.gd -- FOLDER RANDOM.json TRAFFIC.json

const Protocol := preload("res://addons/otherworld/protocol.gd")
const Pose := preload("res://addons/otherworld/pose.gd")
const Replica := preload("res://addons/otherworld/entities.gd")

## Fields with codes, as the vectors name them, and the enum of each.
var _codes: Dictionary[String, Dictionary] = {
	"EditRefused.reason": Protocol.RefusalReason,
	"EntityStates.entities.kind": Protocol.EntityKind,
	"Goodbye.reason": Protocol.GoodbyeReason,
	"MoveIntent.joints.joint": Protocol.Joint,
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
	_entities(_read(arguments[0] + "/entities.json"))
	_random(_read(arguments[1]))
	_traffic(_read(arguments[2]))
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
	elif value is PackedByteArray:
		_check((value as PackedByteArray).hex_encode() == expected, "%s: %s" % [what, path])
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


func _entities(vectors: Array) -> void:
	for vector: Dictionary in vectors:
		var replica := Replica.new()
		var reason := ""
		for arriving: Dictionary in vector["arriving"]:
			_check(reason == "", vector["name"])
			reason = _applied(replica, _whole("server", arriving))
		_check(reason == vector.get("reason", ""), "%s: %s" % [vector["name"], reason])
		_knows(replica, vector, vector["name"])


## Of a connection, message after message: what Java thought of it, and now and then what it knew.
func _traffic(connections: Array) -> void:
	for steps: Array in connections:
		var replica := Replica.new()
		for i in steps.size():
			var step: Dictionary = steps[i]
			var what := "message %d: %s" % [i, step["hex"]]
			var reason := _applied(replica, _decode("server", step["hex"]))
			_check(reason == step["reason"], "%s is %s" % [what, reason])
			_knows(replica, step, what)


## Why it is malformed.
func _applied(replica: Replica, message: Protocol.Message) -> String:
	if message is Protocol.Malformed:
		return _reason(message)
	var reason := replica.apply(message)
	return Protocol.MalformedReason.find_key(reason) if reason else ""


## By index: the entity, and of each transform x, y, z in steps and the rotation.
func _knows(replica: Replica, expected: Dictionary, what: String) -> void:
	if expected.has("acknowledge"):
		_has(replica.acknowledgement(), "Acknowledge", expected["acknowledge"], what)
	if not expected.has("known"):
		return
	var known: Array = expected["known"]
	_check(replica.size() == known.size(), "%s: %d entities" % [what, replica.size()])
	for entity: Dictionary in known:
		var index := int(entity["index"])
		_check(replica.index_of(int(entity["entity"] as String)) == index, "%s: index %d" % [what, index])
		var state := replica.state(index)
		if state == null:
			continue
		_check(state.owner == entity["owner"] and state.model == entity["model"], "%s: %s" % [what, state.owner])
		var told: Array = entity["transforms"]
		_check((replica.tick(index) == Replica.NONE) == told.is_empty(), "%s: whether %d moved" % [what, index])
		if told.is_empty() or replica.tick(index) == Replica.NONE:
			continue
		_check(replica.transforms(index) == told.size(), "%s: transforms of %d" % [what, index])
		for i in told.size():
			var steps := Vector3i(told[i][0], told[i][1], told[i][2])
			_check(replica.steps(index, i) == steps, "%s: %d.%d is at %s" % [what, index, i, replica.steps(index, i)])
			var metres := Vector3(steps) / (Replica.JOINT_STEPS if i else Replica.ROOT_STEPS)
			_check(replica.position(index, i).is_equal_approx(metres), "%s: %d.%d in metres" % [what, index, i])
			_check(replica.rotation(index, i) == int(told[i][3]), "%s: %d.%d is turned" % [what, index, i])


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
	var place := Protocol.PlaceEntity.new()
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
