# A Godot server that does what an instance does in `bench presence`: bodies of a root, a head and two hands, everybody sees everybody.
#
#   godot --headless --path . --script res://server.gd -- PORT TICKS_PER_SECOND enet|websocket calls|synchronizers PLAYERS
#
# As Godot's documentation advises for a dedicated server and where speed matters: headless, frames limited to the rate that is told at
# (max_fps), nothing relayed between players (server_relay), positions by unreliable calls on channels of their own. By `calls` all that
# moved in a tick goes out in few calls of packed bytes; by `synchronizers` each avatar has a MultiplayerSynchronizer of one packed property.
extends SceneTree

const Room := preload("res://server_room.gd")


func _initialize() -> void:
	begin.call_deferred() # the tree is there by then


func begin() -> void:
	var arguments := OS.get_cmdline_user_args()
	var port := int(arguments[0])
	var rate := int(arguments[1])
	Engine.max_fps = rate
	Engine.physics_ticks_per_second = rate
	var api := get_multiplayer() as SceneMultiplayer
	api.server_relay = false
	var room := Room.new()
	room.name = "Room"
	room.by_synchronizers = arguments[3] == "synchronizers"
	var failed: Error
	if arguments[2] == "enet":
		var peer := ENetMultiplayerPeer.new()
		peer.set_bind_ip("127.0.0.1")
		failed = peer.create_server(port, 4095)
		api.multiplayer_peer = peer
		room.flushes = peer.host
	else:
		var peer := WebSocketMultiplayerPeer.new()
		failed = peer.create_server(port, "127.0.0.1")
		api.multiplayer_peer = peer
	if failed:
		printerr("cannot listen on port %d: %s" % [port, error_string(failed)])
		quit(1)
		return
	root.add_child(room)
	room.begin(int(arguments[4]))
	print("listening")
