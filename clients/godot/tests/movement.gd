extends SceneTree
## How corrections of the own avatar are taken and shown: godot --headless --path PROJECT --script res://tests/movement.gd

const Protocol := preload("res://addons/otherworld/protocol.gd")
const Pose := preload("res://addons/otherworld/pose.gd")
const OwnPose := preload("res://addons/otherworld/own_pose.gd")

var _checked := 0
var _failed := 0


func _initialize() -> void:
	_moves_at_once()
	_is_shown_away_in_two_frames()
	_what_was_done_since_stands_on_top()
	_a_late_one_does_nothing()
	print("%d checked, %d failed" % [_checked, _failed])
	quit(1 if _failed or not _checked else 0)


func _moves_at_once() -> void:
	var own := OwnPose.new(Pose.new())
	var intent := own.move(Vector3(1, 0, 0), 7)
	_is(intent.sequence == 1 and intent.pose.position == Vector3(1, 0, 0) and intent.pose.rotation == 7, "what is sent")
	_near(own.frame(), Vector3(1, 0, 0))


func _is_shown_away_in_two_frames() -> void:
	var own := OwnPose.new(Pose.new())
	own.move(Vector3(1, 0, 0))
	_near(own.frame(), Vector3(1, 0, 0))
	own.correct(_said(1, Vector3(0, 0, 0.5)))
	_near(own.position, Vector3(0, 0, 0.5))
	_near(own.frame(), Vector3(0.5, 0, 0.25))
	_near(own.frame(), Vector3(0, 0, 0.5))
	_near(own.frame(), Vector3(0, 0, 0.5))


func _what_was_done_since_stands_on_top() -> void:
	var own := OwnPose.new(Pose.new())
	own.move(Vector3(1, 0, 0))
	own.move(Vector3(2, 0, 0))
	own.move(Vector3(2, 0, 3))
	own.correct(_said(1, Vector3.ZERO))
	_near(own.position, Vector3(1, 0, 3))
	own.correct(_said(2, Vector3(1, 0, 0)))
	_near(own.position, Vector3(1, 0, 3))
	own.correct(_said(3, Vector3(1, 0, 2)))
	_near(own.position, Vector3(1, 0, 2))


func _a_late_one_does_nothing() -> void:
	var own := OwnPose.new(Pose.new())
	own.move(Vector3(1, 0, 0))
	own.move(Vector3(2, 0, 0))
	own.correct(_said(2, Vector3(1.5, 0, 0)))
	own.correct(_said(1, Vector3(-9, 0, 0)))
	own.correct(_said(3, Vector3(-9, 0, 0)))
	_near(own.position, Vector3(1.5, 0, 0))


func _said(last_sequence: int, position: Vector3) -> Protocol.PositionCorrection:
	var correction := Protocol.PositionCorrection.new()
	correction.last_sequence = last_sequence
	correction.pose.position = position
	return correction


func _near(found: Vector3, wanted: Vector3) -> void:
	_is(found.is_equal_approx(wanted), "%s is not %s" % [found, wanted])


func _is(right: bool, what: String) -> void:
	_checked += 1
	if not right:
		_failed += 1
		printerr("FAILED: " + what)
