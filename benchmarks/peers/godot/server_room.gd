extends "res://room.gd"

const Body := preload("res://body.gd")

var by_synchronizers := false
var flushes: ENetConnection
# Peer → index, and by index the newest row of each that moved since the last tick.
var indexes: Dictionary[int, int] = {}
var free: Array[int] = []
var changed: Dictionary[int, PackedByteArray] = {}
var bodies: Array[Node] = []


func begin(players: int) -> void:
	multiplayer.peer_connected.connect(came)
	multiplayer.peer_disconnected.connect(went)
	for i in players:
		free.push_front(i)
		if by_synchronizers:
			bodies.append(Body.new(i))
			add_child(bodies[i])


func came(peer: int) -> void:
	if free.is_empty():
		multiplayer.multiplayer_peer.disconnect_peer(peer)
		return
	indexes[peer] = free.pop_back()
	welcome.rpc_id(peer, indexes[peer])


func went(peer: int) -> void:
	if indexes.has(peer):
		free.push_back(indexes[peer])
		changed.erase(indexes[peer])
		indexes.erase(peer)


@rpc("any_peer", "call_remote", "unreliable_ordered", 1)
func moved(body: PackedByteArray) -> void:
	var index: int = indexes.get(multiplayer.get_remote_sender_id(), -1)
	if index < 0 or body.size() != BODY_BYTES:
		return
	if by_synchronizers:
		bodies[index].state = body
	else:
		changed[index] = body


# Once a frame, and frames are as many as ticks: moves were read just before, synchronizers are sent by the engine.
func _process(_delta: float) -> void:
	if by_synchronizers:
		return
	var rows := PackedByteArray()
	var number := PackedByteArray([0, 0])
	for index in changed:
		number.encode_u16(0, index)
		rows.append_array(number)
		rows.append_array(changed[index])
		if rows.size() == MOST_ROWS * ROW_BYTES:
			told.rpc(rows)
			rows = PackedByteArray()
	if not rows.is_empty():
		told.rpc(rows)
	changed.clear()
	if flushes:
		flushes.flush()
