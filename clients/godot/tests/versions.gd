extends SceneTree
## Holds a codec that speaks two versions to what Java's says in each:
## godot --headless --path PROJECT --script res://tests/versions.gd -- VERSIONS.json

const Protocol := preload("res://addons/otherworld/protocol.gd")


func _initialize() -> void:
	var vectors: Array = JSON.parse_string(FileAccess.get_file_as_string(OS.get_cmdline_user_args()[0]))
	var failed := 0
	for vector: Dictionary in vectors:
		var bytes: PackedByteArray = (vector["hex"] as String).hex_decode()
		var version := int(vector["version"])
		var message := Protocol.decode_client(bytes, version) if vector["from"] == "client" else Protocol.decode_server(bytes, version)
		var malformed := message as Protocol.Malformed
		var reason: String = Protocol.MalformedReason.find_key(malformed.reason) if malformed else ""
		var is_right: bool = reason == vector.get("reason", "")
		var again: Dictionary = vector.get("again", {})
		for to: String in again:
			is_right = is_right and Protocol.encode(message, int(to)).hex_encode() == again[to]
		if not is_right:
			failed += 1
			printerr("FAILED: %s in version %d" % [vector["hex"], version])
	print("%d checked, %d failed" % [vectors.size(), failed])
	quit(1 if failed or not vectors else 0)
