# One avatar in the way of MultiplayerSynchronizer: one packed property, sent at every tick, unreliably.
extends Node

signal arrived(index: int, body: PackedByteArray)

var index := 0
var state := PackedByteArray():
	set(value):
		state = value
		arrived.emit(index, value)


func _init(given: int) -> void:
	index = given
	name = "B%d" % given
	state.resize(46)
	var config := SceneReplicationConfig.new()
	var path := NodePath(".:state")
	config.add_property(path)
	config.property_set_spawn(path, false)
	config.property_set_replication_mode(path, SceneReplicationConfig.REPLICATION_MODE_ALWAYS)
	var synchronizer := MultiplayerSynchronizer.new()
	synchronizer.name = "S"
	synchronizer.replication_config = config
	synchronizer.public_visibility = true
	add_child(synchronizer)
