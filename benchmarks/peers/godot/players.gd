# Players of server.gd, each with a MultiplayerAPI of its own, all in this process. Godot takes what each is told as it takes it in a game: calls are
# made, properties are set. PROBES of them also read, count and time it in GDScript (all at once would take more than this core).
#
#   godot --headless --path . --script res://players.gd -- PORT PLAYERS PROBES MOVES_PER_SECOND SETTLE_SECONDS SECONDS enet|websocket calls|synchronizers
#
# Prints "measuring" when all are in and have settled, and at the end one line of JSON. A move carries its time in the rotation of a hand.
extends SceneTree

const Player := preload("res://player.gd")
# How finely a player's own moment within the interval is kept.
const FRAMES_PER_SECOND := 240
const JOINS_PER_SECOND := 25.0
const JOIN_SECONDS := 10.0

var players: Array[Player] = []
var probes := 0
var rate := 30
var sent := 0
var bodies := 0
var messages := 0
var delays := PackedInt64Array()
var measuring := false
var due := PackedFloat64Array()
var started := 0.0


func _initialize() -> void:
	begin.call_deferred() # the tree is there by then


func begin() -> void:
	var arguments := OS.get_cmdline_user_args()
	var count := int(arguments[1])
	probes = int(arguments[2])
	rate = int(arguments[3])
	Engine.max_fps = FRAMES_PER_SECOND
	for i in count:
		var player := Player.new()
		player.name = "Room"
		player.probes = i < probes
		if player.probes:
			player.bodies_came.connect(came)
			player.stamp_came.connect(timed)
		var home := Node.new()
		home.name = "P%d" % i
		var api := SceneMultiplayer.new()
		api.server_relay = false
		set_multiplayer(api, NodePath("/root/P%d" % i))
		root.add_child(home)
		home.add_child(player)
		player.begin(i, count if arguments[7] == "synchronizers" else 0)
		api.multiplayer_peer = connect_to(int(arguments[0]), arguments[6])
		players.append(player)
		await create_timer(1.0 / JOINS_PER_SECOND).timeout
	play(float(arguments[4]), float(arguments[5]))


func connect_to(port: int, transport: String) -> MultiplayerPeer:
	var failed: Error
	var made: MultiplayerPeer
	if transport == "enet":
		var peer := ENetMultiplayerPeer.new()
		failed = peer.create_client("127.0.0.1", port)
		made = peer
	else:
		var peer := WebSocketMultiplayerPeer.new()
		failed = peer.create_client("ws://127.0.0.1:%d" % port)
		made = peer
	if failed:
		fail("cannot connect to port %d: %s" % [port, error_string(failed)])
	return made


func fail(why: String) -> void:
	printerr(why)
	quit(1)


func now() -> float:
	return Time.get_ticks_usec() / 1e6


# Hundredths of a millisecond, never 0.
func stamp() -> int:
	return (Time.get_ticks_usec() / 10 + 1) & 0xffffffff


func came(count: int) -> void:
	if measuring:
		messages += 1
		bodies += count


func timed(then: int) -> void:
	if measuring:
		delays.append(stamp() - then)


func play(settle: float, seconds: float) -> void:
	var limit := now() + JOIN_SECONDS
	while players.any(func(player: Player) -> bool: return player.index < 0):
		if now() > limit:
			fail("%d of %d players were let in" % [players.filter(func(p: Player) -> bool: return p.index >= 0).size(), players.size()])
			return
		await process_frame
	started = now()
	# Each at its own moment of the interval, as players are.
	for i in players.size():
		players[i].counts = true
		due.append(started + float(i) / players.size() / rate)
	await create_timer(settle).timeout
	var from := now()
	received() # from here on
	measuring = true
	print("measuring")
	await create_timer(seconds).timeout
	measuring = false
	var took := now() - from
	var bytes := received()
	delays.sort()
	var each := 1.0 / probes / took
	print(JSON.stringify({
		"seconds": took, "sentPerPlayer": float(sent) / players.size() / took, "messagesPerPlayer": messages * each, "bytesPerPlayer": bytes / took,
		"updatesPerPlayer": bodies * each,
		"delivery": {"count": delays.size(), "p50": percentile(50), "p99": percentile(99)},
	}))
	quit()


# Bytes that each player's transport took since the last time, on average.
func received() -> float:
	var all := 0.0
	for player in players:
		var peer := player.multiplayer.multiplayer_peer
		all += peer.host.pop_statistic(ENetConnection.HOST_TOTAL_RECEIVED_DATA) if peer is ENetMultiplayerPeer else player.received
		player.received = 0
	return all / players.size()


func percentile(percent: int) -> Variant:
	return null if delays.is_empty() else delays[mini(delays.size() * percent / 100, delays.size() - 1)] / 100.0


func _process(_delta: float) -> bool:
	var time := now()
	for i in due.size():
		if time >= due[i]:
			due[i] = maxf(due[i] + 1.0 / rate, time - 1.0 / rate)
			players[i].move(time - started, stamp())
			if measuring:
				sent += 1
	return false
