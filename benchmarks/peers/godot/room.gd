# What server and players call on each other, by Godot's remote procedure calls; both sides must have the same.
extends Node

# A body as one row: index (u16), root (three floats and a rotation of 32 bits), then head and both hands (an i16 for
# each axis of the offset from the root and a rotation of 32 bits): as exact as what an instance of ours tells.
const BODY_BYTES := 46
const ROW_BYTES := 2 + BODY_BYTES
# Rows of one message, so that it fits into one datagram.
const MOST_ROWS := 25
# Where in a body the players' stamp is: the rotation of the left hand.
const STAMP_AT := 32


@rpc("authority", "call_remote", "reliable")
func welcome(_index: int) -> void:
	pass


# Positions: unreliable and ordered, as Godot's documentation advises for what the next message makes obsolete.
@rpc("any_peer", "call_remote", "unreliable_ordered", 1)
func moved(_body: PackedByteArray) -> void:
	pass


@rpc("authority", "call_remote", "unreliable_ordered", 2)
func told(_rows: PackedByteArray) -> void:
	pass
