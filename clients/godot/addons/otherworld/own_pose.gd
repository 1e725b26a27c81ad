class_name OtherworldOwnPose
extends RefCounted
## Where the player's own avatar is, which moves at once and is put right when the server says so: docs/protocol.md, Movement.
##
## Of one connection. The program moves it, sends what it says, and shows it; the server's word comes in by [method correct].

const Protocol := preload("protocol.gd")
const Pose := preload("pose.gd")

## Moves that are kept to be put right: some seconds of them.
const _KEPT := 128
## Frames in which what a correction moves is shown away.
const _BLEND_FRAMES := 2

## Where the avatar is, as far as the client knows: the next move begins here.
var position: Vector3
## The 32 bits of the protocol.
var rotation: int

var _sequence := 0
var _corrected := 0
var _sequences := PackedInt32Array()
var _sent := PackedVector3Array()  # by sequence, as it was put right since
var _off := Vector3.ZERO  # of what is shown
var _frames := 0  # in which it is to be shown away


## Begins where Welcome says.
func _init(start: Pose) -> void:
	position = start.position
	rotation = start.rotation
	_sequences.resize(_KEPT)
	_sent.resize(_KEPT)


## The player moves; what to send. Joints are the program's to add.
func move(to: Vector3, turned: int = rotation) -> Protocol.MoveIntent:
	position = to
	rotation = turned
	_sequence += 1
	_sequences[_sequence % _KEPT] = _sequence
	_sent[_sequence % _KEPT] = to
	var intent := Protocol.MoveIntent.new()
	intent.sequence = _sequence
	intent.pose.position = to
	intent.pose.rotation = turned
	return intent


## The server's word: the avatar stood there after the move that it answers; what was done since stands on top of that.
func correct(correction: Protocol.PositionCorrection) -> void:
	var last := correction.last_sequence
	if last < _corrected or last > _sequence:
		return  # late, or of no move of ours
	_corrected = last
	var known := _sent[last % _KEPT] if _sequences[last % _KEPT] == last else position
	var by := correction.pose.position - known
	var shown := position + _off
	for later in _KEPT:
		if _sequences[later] >= last:
			_sent[later] += by
	position += by
	_off = shown - position
	_frames = _BLEND_FRAMES


## Where to show it in this frame: called once for each. What a correction moved is shown away within two.
func frame() -> Vector3:
	if _frames > 0:
		_frames -= 1
		_off *= float(_frames) / (_frames + 1)
	return position + _off
