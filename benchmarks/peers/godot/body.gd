# One avatar in the way of MultiplayerSynchronizer: one packed property, sent at every tick, unreliably.
extends Node

const BODY_BYTES := preload("res://room.gd").BODY_BYTES

var state := PackedByteArray()


func _init(index: int) -> void:
	name = "B%d" % index
	state.resize(BODY_BYTES)
	add_child(synchronizer())


static func synchronizer() -> MultiplayerSynchronizer:
	var config := SceneReplicationConfig.new()
	var path := NodePath(".:state")
	config.add_property(path)
	config.property_set_spawn(path, false)
	config.property_set_replication_mode(path, SceneReplicationConfig.REPLICATION_MODE_ALWAYS)
	var made := MultiplayerSynchronizer.new()
	made.name = "S"
	made.replication_config = config
	return made
