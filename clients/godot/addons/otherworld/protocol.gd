# Generated from protocol/schema/otherworld.schema, which says how to change it.
class_name OtherworldProtocol
extends RefCounted
## Reads and writes the messages of clients and instances.

const Pose := preload("pose.gd")
const WireReader := preload("wire_reader.gd")
const WireWriter := preload("wire_writer.gd")

## The newest version that this add-on speaks.
const VERSION := 2
## The oldest one.
const OLDEST := 2
## WebSocket subprotocol, and protocol of both data channels: of messages behind a type byte. Versions are negotiated by [code]Hello[/code].
const SUBPROTOCOL := "otherworld.v1"
## HTTP path of the WebSocket.
const PATH := "/v1/play"
## The first message must have arrived by then.
const HELLO_TIMEOUT_MS := 5000
## No message that every version reads is longer, whatever comes to stand behind its fields.
const MAX_LASTING_BYTES := 4096
const MAX_TOKEN_BYTES := 2048
const MAX_CLIENT_NAME_BYTES := 64
const MAX_MODEL_BYTES := 128
const MAX_PLAYER_BYTES := 128
const MAX_WORLD_BYTES := 104
const MAX_DETAIL_BYTES := 256
## Entities that are told in full (with strings) in one message.
const MAX_STATES := 128
## Indexes that a client has: as many entities are told to it at a time.
const MAX_INDEXES := 1024
## Joints of an avatar.
const MAX_JOINTS := 6
## Ticks that a client keeps of what each entity did: how far back an update may refer.
const KEPT_TICKS := 64
const MAX_DURABLE_SEQUENCES := 256
## No longer message is sent where it may be lost: with the headers of SCTP, DTLS, UDP and IPv6 it fits the path MTU of 1,280 bytes that every IPv6 link has (RFC 8200, section 5).
const MAX_UNRELIABLE_BYTES := 1150
## Entities in one [code]EntityUpdate[/code]: what [code]MAX_UNRELIABLE_BYTES[/code] leaves.
const MAX_UPDATE_BYTES := 1145

## What an entity is.
enum EntityKind {
	## A player's body.
	AVATAR = 1,
	## A thing that a player placed.
	PROP = 2,
	## A thing that can be used. Not told yet.
	SMART_OBJECT = 3,
	## Something in the way; its model names its shape.
	COLLIDER = 4,
	## A place with a meaning. Not told yet.
	MARKER = 5,
}

## What moves on its own within an avatar.
enum Joint {
	## Where the eyes are.
	HEAD = 1,
	## Its palm.
	LEFT_HAND = 2,
	## Its palm.
	RIGHT_HAND = 3,
	## Their middle.
	HIPS = 4,
	## Its sole.
	LEFT_FOOT = 5,
	## Its sole.
	RIGHT_FOOT = 6,
}

## Why a connection ends.
enum GoodbyeReason {
	## The player asked for it.
	LEFT = 1,
	## A newer connection of the same player has the seat.
	REPLACED = 2,
	## A message was not one of this protocol.
	MALFORMED = 3,
	## The client did not read fast enough.
	TOO_SLOW = 4,
	## Nothing was heard of the client.
	IDLE = 5,
	## No [code]Hello[/code] in time.
	HELLO_TIMEOUT = 6,
	## The server speaks none of the versions of [code]Hello[/code].
	VERSION_UNSUPPORTED = 7,
	## The ticket was good for seconds, which are over.
	TICKET_EXPIRED = 8,
	## Not signed by the matchmaker, or altered.
	TICKET_FORGED = 9,
	## The ticket was used before.
	TICKET_REPLAYED = 10,
	## A later ticket for the seat is out.
	TICKET_SUPERSEDED = 11,
	## The ticket is for another instance.
	TICKET_WRONG_INSTANCE = 12,
	## There is no seat of that number.
	INSTANCE_FULL = 13,
	## The seat is no longer held for this player.
	SESSION_ENDED = 14,
	## The seat could not be claimed now; try again.
	LEDGER_UNAVAILABLE = 15,
	## The instance does not host yet; try again.
	NOT_READY = 16,
	## The instance admits nobody new; ask the matchmaker.
	CORDONED = 17,
	## The instance has lost touch with its database; try again.
	FROZEN = 18,
	## The instance stops; resume through the matchmaker.
	CLOSING = 19,
	## Too many messages.
	RATE_LIMITED = 20,
	## A fault of the server; its log has it.
	INTERNAL = 21,
}

## Why an edit was refused.
enum RefusalReason {
	## The database is behind; send it again later.
	STORAGE_SLOW = 1,
	## The instance has lost touch with its database.
	FROZEN = 2,
	## There is no such thing to edit, or the answer to the number is no longer known.
	UNKNOWN_ENTITY = 3,
	## The avatar is too far from it, or from where it is put.
	OUT_OF_REACH = 4,
	## Nothing can be put there.
	OUT_OF_BOUNDS = 5,
	## The instance or the zone is full.
	TOO_MANY_ENTITIES = 6,
	## Too many edits of this player.
	RATE_LIMITED = 7,
	## This instance keeps nothing.
	NOT_DURABLE_HERE = 8,
	## This host stops; send it again to the next one.
	CLOSING = 9,
	## What was committed is damaged; nothing is edited until it is repaired.
	STORAGE_DAMAGED = 10,
	## The World does not let this player do it.
	NOT_PERMITTED = 11,
	## A collider's model names no shape that there is.
	BAD_SHAPE = 12,
}

## Why a move was not accepted as it was.
enum CorrectionReason {
	## Longer than the speed allows.
	TOO_FAST = 1,
	## Nobody can go there.
	OUT_OF_BOUNDS = 2,
	## Something is in the way.
	BLOCKED = 3,
	## The server moved the avatar itself.
	TELEPORTED = 4,
}

## What happens to the instance.
enum NoticeKind {
	## The database is out of reach: nothing is acknowledged until [code]THAWED[/code].
	FROZEN = 1,
	## The database is back.
	THAWED = 2,
	## The instance stops within seconds.
	CLOSING = 3,
	## Edits are applied and do not become durable, until [code]STORAGE_WORKS[/code].
	STORAGE_STALLED = 4,
	## Edits become durable again.
	STORAGE_WORKS = 5,
}

## Why bytes are not a message.
enum MalformedReason {
	## no type byte
	EMPTY = 1,
	## unknown message type
	UNKNOWN_TYPE = 2,
	## longer than this type's limit
	TOO_LONG = 3,
	## ends within a field
	TRUNCATED = 4,
	## bytes left over after the last field
	TRAILING_BYTES = 5,
	## number out of range
	NUMBER_TOO_LARGE = 6,
	## number not in its shortest form
	NUMBER_NOT_SHORTEST = 7,
	## float that is not finite
	NOT_FINITE = 8,
	## rotation component out of range
	BAD_ROTATION = 9,
	## flag that is neither 0 nor 1
	BAD_FLAG = 10,
	## string longer than its limit
	STRING_TOO_LONG = 11,
	## string that is not UTF-8
	NOT_UTF8 = 12,
	## string with a character U+0000
	HAS_NUL = 13,
	## name that is empty or has control characters
	BAD_NAME = 14,
	## list longer than its limit
	LIST_TOO_LONG = 15,
	## unknown code
	UNKNOWN_CODE = 16,
	## difference that stands for none
	BAD_DELTA = 17,
	## index that no entity has
	BAD_INDEX = 18,
	## told against a tick that was not told
	NO_BASELINE = 19,
}


## Of either side; [Malformed] is neither's.
class Message extends RefCounted:
	func type() -> int:
		return 0

	## Whether a peer of that version knows it.
	func is_in(_version: int) -> bool:
		return true

	func write(_out: WireWriter) -> void:
		pass


## The answer of a decoder to bytes that are no message.
class Malformed extends Message:
	var reason: MalformedReason


## An entity in full.
class EntityState extends RefCounted:
	const MAX_BYTES := 289

	## what it is called from here on with this client
	var index: int
	## its id, positive, the same for as long as it exists
	var entity: int
	var kind: EntityKind = EntityKind.AVATAR
	## the player whose avatar it is, or who placed it
	var owner: String
	## what to draw, a name the World's scene or the client knows; empty: the client's choice
	var model: String
	var pose: Pose = Pose.new()
	## the joints that are tracked: bit n for code n + 1; only then [code]EntityUpdate[/code] tells them
	var joints: int

	func write(out: WireWriter) -> void:
		out.index(index)
		out.varuint64(entity)
		out.u8(kind)
		out.string(owner, MAX_PLAYER_BYTES)
		out.string(model, MAX_MODEL_BYTES)
		out.pose(pose)
		out.u8(joints)

	static func read(input: WireReader) -> EntityState:
		var part := EntityState.new()
		part.index = input.index()
		part.entity = input.varuint64()
		part.kind = input.code(5) as EntityKind
		part.owner = input.string(MAX_PLAYER_BYTES)
		part.model = input.string(MAX_MODEL_BYTES)
		part.pose = input.pose()
		part.joints = input.u8()
		return part


## A part of an avatar's body that its client tracks.
class JointPose extends RefCounted:
	const MAX_BYTES := 17

	var joint: Joint = Joint.HEAD
	## metres from the root, along the world's axes
	var dx: float
	var dy: float
	var dz: float
	## in the world, as the root's
	var rotation: int = Pose.IDENTITY

	func write(out: WireWriter) -> void:
		out.u8(joint)
		out.f32(dx)
		out.f32(dy)
		out.f32(dz)
		out.rotation(rotation)

	static func read(input: WireReader) -> JointPose:
		var part := JointPose.new()
		part.joint = input.code(6) as Joint
		part.dx = input.f32()
		part.dy = input.f32()
		part.dz = input.f32()
		part.rotation = input.rotation()
		return part


## The first message of a connection.
class Hello extends Message:
	const TYPE := 1
	const MAX_BYTES := 4096

	## the newest version that the client speaks
	var newest: int = VERSION
	## the oldest one
	var oldest: int = OLDEST
	## bits of what the client could do beyond its version; none has a meaning yet
	var features: int
	## a ticket, or a session token to resume
	var token: String
	## name and version of the client program, for logs
	var client: String

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.u16(newest)
		out.u16(oldest)
		out.varuint64(features)
		out.string(token, MAX_TOKEN_BYTES)
		out.string(client, MAX_CLIENT_NAME_BYTES)

	static func read(input: WireReader) -> Hello:
		var message := Hello.new()
		message.newest = input.u16()
		if message.newest < OLDEST: # the rest was laid out in another way
			message.oldest = 0
			input.skip_rest()
			return message
		input.version = message.newest
		message.oldest = input.u16()
		message.features = input.varuint64()
		message.token = input.string(MAX_TOKEN_BYTES)
		message.client = input.string(MAX_CLIENT_NAME_BYTES)
		input.skip_rest() # what a later version says behind its fields
		return message


## Where the player's avatar is now; the client has moved it already.
class MoveIntent extends Message:
	const TYPE := 2
	const MAX_BYTES := 125

	## grows with each of a connection
	var sequence: int
	## of the root
	var pose: Pose = Pose.new()
	## those that the client tracks, in the order of their codes; empty: none
	var joints: Array[JointPose]

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.varuint(sequence)
		out.pose(pose)
		out.count(joints.size(), MAX_JOINTS)
		for item in joints:
			item.write(out)

	static func read(input: WireReader) -> MoveIntent:
		var message := MoveIntent.new()
		message.sequence = input.varuint()
		message.pose = input.pose()
		for i in input.count(MAX_JOINTS, MalformedReason.LIST_TOO_LONG):
			if input.malformed:
				break
			message.joints.append(JointPose.read(input))
		return message


## Creates an entity that a player may build with: a prop, or a collider, as its model says.
class PlaceEntity extends Message:
	const TYPE := 3
	const MAX_BYTES := 156

	## the player's own number of the edit, positive, growing by 1 with each new edit of the player in this instance; the same when the edit is sent again
	var client_sequence: int
	## what it looks like: any name that clients agree on
	var model: String
	var pose: Pose = Pose.new()

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.varuint64(client_sequence)
		out.name(model, MAX_MODEL_BYTES)
		out.pose(pose)

	static func read(input: WireReader) -> PlaceEntity:
		var message := PlaceEntity.new()
		message.client_sequence = input.varuint64()
		message.model = input.name(MAX_MODEL_BYTES)
		message.pose = input.pose()
		return message


## Moves what was placed.
class MoveEntity extends Message:
	const TYPE := 4
	const MAX_BYTES := 35

	## as in [code]PlaceEntity[/code]
	var client_sequence: int
	var entity: int
	var pose: Pose = Pose.new()

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.varuint64(client_sequence)
		out.varuint64(entity)
		out.pose(pose)

	static func read(input: WireReader) -> MoveEntity:
		var message := MoveEntity.new()
		message.client_sequence = input.varuint64()
		message.entity = input.varuint64()
		message.pose = input.pose()
		return message


## Removes what was placed.
class RemoveEntity extends Message:
	const TYPE := 5
	const MAX_BYTES := 19

	## as in [code]PlaceEntity[/code]
	var client_sequence: int
	var entity: int

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.varuint64(client_sequence)
		out.varuint64(entity)

	static func read(input: WireReader) -> RemoveEntity:
		var message := RemoveEntity.new()
		message.client_sequence = input.varuint64()
		message.entity = input.varuint64()
		return message


## Asks for a [code]Pong[/code] with the same values; also keeps a quiet connection from being [code]IDLE[/code].
class Ping extends Message:
	const TYPE := 6
	const MAX_BYTES := 15

	var nonce: int
	var client_time_ms: int

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.varuint(nonce)
		out.varuint64(client_time_ms)

	static func read(input: WireReader) -> Ping:
		var message := Ping.new()
		message.nonce = input.varuint()
		message.client_time_ms = input.varuint64()
		return message


## The player goes: the seat is free at once, and the connection ends with [code]LEFT[/code].
class Leave extends Message:
	const TYPE := 7
	const MAX_BYTES := 1

	func type() -> int:
		return TYPE

	static func read(_input: WireReader) -> Leave:
		return Leave.new()


## What has arrived, where messages may be lost.
class Acknowledge extends Message:
	const TYPE := 8
	const MAX_BYTES := 12

	## number of the newest [code]EntityUpdate[/code] that was stored whole; 0 if none was
	var datagram: int
	## which of the 32 before it were: bit i for datagram − 1 − i
	var earlier: int
	## number of the last [code]EntityStates[/code]; 0 if none came
	var states: int

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.u16(datagram)
		out.u32(earlier)
		out.varuint(states)

	static func read(input: WireReader) -> Acknowledge:
		var message := Acknowledge.new()
		message.datagram = input.u16()
		message.earlier = input.u32()
		message.states = input.varuint()
		return message


## The answer to a [code]Hello[/code] that was admitted.
class Welcome extends Message:
	const TYPE := 64
	const MAX_BYTES := 4096

	## the highest that both speak: that of every message that follows
	var version: int = VERSION
	## those of the client's that the instance takes up
	var features: int
	var epoch: int
	var world: String
	var ordinal: int
	## this player's avatar: its entity
	var avatar: int
	var seat: int
	var generation: int
	var capacity: int
	var tick_rate_hz: int
	var presence_rate_hz: int
	## metres
	var zone_size: float
	## metres: how far entities of neighbouring zones are told
	var sight: float
	var reconnect_window_ms: int
	## whether the seat was held for this player
	var resumed: bool
	## the server's wall clock, milliseconds since 1970
	var server_time_ms: int
	## the highest edit of this player that the instance has answered; 0 if none
	var last_client_sequence: int
	## where the avatar stands
	var pose: Pose = Pose.new()

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.u16(version)
		out.varuint64(features)
		out.varuint64(epoch)
		out.string(world, MAX_WORLD_BYTES)
		out.varuint(ordinal)
		out.varuint64(avatar)
		out.varuint(seat)
		out.varuint64(generation)
		out.varuint(capacity)
		out.u8(tick_rate_hz)
		out.u8(presence_rate_hz)
		out.f32(zone_size)
		out.f32(sight)
		out.varuint(reconnect_window_ms)
		out.flag(resumed)
		out.varuint64(server_time_ms)
		out.varuint64(last_client_sequence)
		out.pose(pose)

	static func read(input: WireReader) -> Welcome:
		var message := Welcome.new()
		message.version = input.u16()
		if message.version < OLDEST: # the rest was laid out in another way
			input.skip_rest()
			return message
		input.version = message.version
		message.features = input.varuint64()
		message.epoch = input.varuint64()
		message.world = input.string(MAX_WORLD_BYTES)
		message.ordinal = input.varuint()
		message.avatar = input.varuint64()
		message.seat = input.varuint()
		message.generation = input.varuint64()
		message.capacity = input.varuint()
		message.tick_rate_hz = input.u8()
		message.presence_rate_hz = input.u8()
		message.zone_size = input.f32()
		message.sight = input.f32()
		message.reconnect_window_ms = input.varuint()
		message.resumed = input.flag()
		message.server_time_ms = input.varuint64()
		message.last_client_sequence = input.varuint64()
		message.pose = input.pose()
		input.skip_rest() # what a later version says behind its fields
		return message


## Entities that went out of what the player is told of, and those that came into it or changed, in full. Reliable and in order.
class EntityStates extends Message:
	const TYPE := 65
	const MAX_BYTES := 39064

	## 1, 2, … of the connection
	var number: int
	var epoch: int
	var tick: int
	## free from here on
	var left: PackedInt64Array
	## after [code]left[/code]
	var entities: Array[EntityState]

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.varuint(number)
		out.varuint64(epoch)
		out.varuint(tick)
		out.count(left.size(), MAX_INDEXES)
		for item in left:
			out.index(item)
		out.count(entities.size(), MAX_STATES)
		for item in entities:
			item.write(out)

	static func read(input: WireReader) -> EntityStates:
		var message := EntityStates.new()
		message.number = input.varuint()
		message.epoch = input.varuint64()
		message.tick = input.varuint()
		for i in input.count(MAX_INDEXES, MalformedReason.LIST_TOO_LONG):
			if input.malformed:
				break
			message.left.append(input.index())
		for i in input.count(MAX_STATES, MalformedReason.LIST_TOO_LONG):
			if input.malformed:
				break
			message.entities.append(EntityState.read(input))
		return message


## What entities did since ticks that the client has. It may be lost.
class EntityUpdate extends Message:
	const TYPE := 66
	const MAX_BYTES := 1150

	## 1, 2, … of the connection; after 65,535 comes 0
	var number: int
	## its low 16 bits
	var tick: int
	## Entities in docs/protocol.md
	var entities: PackedByteArray

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.u16(number)
		out.u16(tick)
		out.rest(entities, MAX_UPDATE_BYTES)

	static func read(input: WireReader) -> EntityUpdate:
		var message := EntityUpdate.new()
		message.number = input.u16()
		message.tick = input.u16()
		message.entities = input.rest()
		return message


## The server did not accept a [code]MoveIntent[/code]: the avatar is at [code]pose[/code].
class PositionCorrection extends Message:
	const TYPE := 67
	const MAX_BYTES := 37

	var epoch: int
	var tick: int
	## the last [code]MoveIntent[/code] that was considered; later ones stand on the corrected pose
	var last_sequence: int
	var pose: Pose = Pose.new()
	var reason: CorrectionReason = CorrectionReason.TOO_FAST

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.varuint64(epoch)
		out.varuint(tick)
		out.varuint(last_sequence)
		out.pose(pose)
		out.u8(reason)

	static func read(input: WireReader) -> PositionCorrection:
		var message := PositionCorrection.new()
		message.epoch = input.varuint64()
		message.tick = input.varuint()
		message.last_sequence = input.varuint()
		message.pose = input.pose()
		message.reason = input.code(4) as CorrectionReason
		return message


## The edit is in the World, and others see it. Not yet durable.
class EditApplied extends Message:
	const TYPE := 69
	const MAX_BYTES := 28

	var epoch: int
	var client_sequence: int
	## for [code]PlaceEntity[/code] its new id
	var entity: int

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.varuint64(epoch)
		out.varuint64(client_sequence)
		out.varuint64(entity)

	static func read(input: WireReader) -> EditApplied:
		var message := EditApplied.new()
		message.epoch = input.varuint64()
		message.client_sequence = input.varuint64()
		message.entity = input.varuint64()
		return message


## These edits of this player are committed: no crash undoes them.
class EditDurable extends Message:
	const TYPE := 70
	const MAX_BYTES := 2316

	var epoch: int
	var client_sequences: PackedInt64Array

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.varuint64(epoch)
		out.count(client_sequences.size(), MAX_DURABLE_SEQUENCES)
		for item in client_sequences:
			out.varuint64(item)

	static func read(input: WireReader) -> EditDurable:
		var message := EditDurable.new()
		message.epoch = input.varuint64()
		for i in input.count(MAX_DURABLE_SEQUENCES, MalformedReason.LIST_TOO_LONG):
			if input.malformed:
				break
			message.client_sequences.append(input.varuint64())
		return message


## The edit changed nothing.
class EditRefused extends Message:
	const TYPE := 71
	const MAX_BYTES := 269

	var client_sequence: int
	var reason: RefusalReason = RefusalReason.STORAGE_SLOW
	var detail: String

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.varuint64(client_sequence)
		out.u8(reason)
		out.prose(detail, MAX_DETAIL_BYTES)

	static func read(input: WireReader) -> EditRefused:
		var message := EditRefused.new()
		message.client_sequence = input.varuint64()
		message.reason = input.code(12) as RefusalReason
		message.detail = input.string(MAX_DETAIL_BYTES)
		return message


## The answer to a [code]Ping[/code].
class Pong extends Message:
	const TYPE := 72
	const MAX_BYTES := 24

	var nonce: int
	var client_time_ms: int
	var server_time_ms: int

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.varuint(nonce)
		out.varuint64(client_time_ms)
		out.varuint64(server_time_ms)

	static func read(input: WireReader) -> Pong:
		var message := Pong.new()
		message.nonce = input.varuint()
		message.client_time_ms = input.varuint64()
		message.server_time_ms = input.varuint64()
		return message


## Something about the whole instance.
class Notice extends Message:
	const TYPE := 73
	const MAX_BYTES := 260

	var kind: NoticeKind = NoticeKind.FROZEN
	var detail: String

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.u8(kind)
		out.prose(detail, MAX_DETAIL_BYTES)

	static func read(input: WireReader) -> Notice:
		var message := Notice.new()
		message.kind = input.code(5) as NoticeKind
		message.detail = input.string(MAX_DETAIL_BYTES)
		return message


## The last message of a connection.
class Goodbye extends Message:
	const TYPE := 74
	const MAX_BYTES := 4096

	var reason: GoodbyeReason = GoodbyeReason.LEFT
	## when to try again at the earliest; 0 for at once where trying again makes sense
	var retry_after_ms: int
	var detail: String

	func type() -> int:
		return TYPE

	func write(out: WireWriter) -> void:
		out.u8(reason)
		out.varuint(retry_after_ms)
		out.prose(detail, MAX_DETAIL_BYTES)

	static func read(input: WireReader) -> Goodbye:
		var message := Goodbye.new()
		message.reason = input.code_or(21, GoodbyeReason.INTERNAL) as GoodbyeReason
		message.retry_after_ms = input.varuint()
		message.detail = input.string(MAX_DETAIL_BYTES)
		input.skip_rest() # what a later version says behind its fields
		return message


## Reads one message of a client, in the version of the session (that of [Welcome]). Bytes that are none are answered with
## [Malformed].
static func decode_client(bytes: PackedByteArray, version := VERSION) -> Message:
	if bytes.is_empty():
		return _malformed(MalformedReason.EMPTY)
	var input := WireReader.new(bytes)
	input.version = version
	match bytes[0]:
		Hello.TYPE:
			if bytes.size() > Hello.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(Hello.read(input), input)
		MoveIntent.TYPE:
			if bytes.size() > MoveIntent.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(MoveIntent.read(input), input)
		PlaceEntity.TYPE:
			if bytes.size() > PlaceEntity.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(PlaceEntity.read(input), input)
		MoveEntity.TYPE:
			if bytes.size() > MoveEntity.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(MoveEntity.read(input), input)
		RemoveEntity.TYPE:
			if bytes.size() > RemoveEntity.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(RemoveEntity.read(input), input)
		Ping.TYPE:
			if bytes.size() > Ping.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(Ping.read(input), input)
		Leave.TYPE:
			if bytes.size() > Leave.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(Leave.read(input), input)
		Acknowledge.TYPE:
			if bytes.size() > Acknowledge.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(Acknowledge.read(input), input)
	return _malformed(MalformedReason.UNKNOWN_TYPE)


## Reads one message of an instance, in the version of the session (that of [Welcome]). Bytes that are none are answered with
## [Malformed].
static func decode_server(bytes: PackedByteArray, version := VERSION) -> Message:
	if bytes.is_empty():
		return _malformed(MalformedReason.EMPTY)
	var input := WireReader.new(bytes)
	input.version = version
	match bytes[0]:
		Welcome.TYPE:
			if bytes.size() > Welcome.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(Welcome.read(input), input)
		EntityStates.TYPE:
			if bytes.size() > EntityStates.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(EntityStates.read(input), input)
		EntityUpdate.TYPE:
			if bytes.size() > EntityUpdate.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(EntityUpdate.read(input), input)
		PositionCorrection.TYPE:
			if bytes.size() > PositionCorrection.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(PositionCorrection.read(input), input)
		EditApplied.TYPE:
			if bytes.size() > EditApplied.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(EditApplied.read(input), input)
		EditDurable.TYPE:
			if bytes.size() > EditDurable.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(EditDurable.read(input), input)
		EditRefused.TYPE:
			if bytes.size() > EditRefused.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(EditRefused.read(input), input)
		Pong.TYPE:
			if bytes.size() > Pong.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(Pong.read(input), input)
		Notice.TYPE:
			if bytes.size() > Notice.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(Notice.read(input), input)
		Goodbye.TYPE:
			if bytes.size() > Goodbye.MAX_BYTES:
				return _malformed(MalformedReason.TOO_LONG)
			return _finished(Goodbye.read(input), input)
	return _malformed(MalformedReason.UNKNOWN_TYPE)


## The message's bytes in the version of the session (that of [Welcome]): none if that does not have it; none, and an
## error in the log, if a field is beyond its limit.
static func encode(message: Message, version := VERSION) -> PackedByteArray:
	if not message.is_in(version):
		return PackedByteArray()
	var out := WireWriter.new()
	out.version = version
	out.u8(message.type())
	message.write(out)
	return out.finished()


static func _finished(message: Message, input: WireReader) -> Message:
	return message if input.done() else _malformed(input.malformed as MalformedReason)


static func _malformed(reason: MalformedReason) -> Malformed:
	var message := Malformed.new()
	message.reason = reason
	return message
