# The same where a probe looks at what comes.
extends Node

signal arrived(index: int, body: PackedByteArray)

const Body := preload("res://body.gd")

var index := 0
var state := PackedByteArray():
	set(value):
		state = value
		arrived.emit(index, value)


func _init(given: int) -> void:
	index = given
	name = "B%d" % given
	add_child(Body.synchronizer())
