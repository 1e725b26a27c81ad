package otherworld.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import otherworld.bots.PoseDigest;
import otherworld.protocol.EntityStates;
import otherworld.protocol.EntityUpdate;
import otherworld.protocol.Goodbye;
import otherworld.protocol.Hello;
import otherworld.protocol.Joint;
import otherworld.protocol.JointPose;
import otherworld.protocol.Leave;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Message;
import otherworld.protocol.Messages;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.Pose;
import otherworld.protocol.PositionCorrection;
import otherworld.protocol.Protocol;
import otherworld.protocol.Rotation;
import otherworld.protocol.ServerMessage;
import otherworld.protocol.Welcome;

/**
 * One connection of a swarm: says who it is, walks, and counts what comes. Unless it is a probe it
 * looks at no more of a message than its type. On the swarm's event loop.
 */
final class SwarmPlayer extends ByteToMessageDecoder {
    private static final List<Joint> JOINTS =
            List.of(Joint.HEAD, Joint.LEFT_HAND, Joint.RIGHT_HAND);
    private static final double STEP_M_PER_S = 1.4;
    private static final double SHAKE_M = 0.0005;
    private static final double ARRIVING_M_PER_S = 4;

    /** Of zone (0, 0), with a margin so that nobody leaves it. */
    private static final double LEAST_M = 4;

    private static final double MOST_M = 60;
    private static final double MIDDLE_M = 32;

    final CompletableFuture<Void> welcomed = new CompletableFuture<>();
    private final int number;
    private final String ticket;
    private final int joints;
    private final SwarmTruth truth;
    private final @Nullable SwarmProbe probe;
    private final SplittableRandom random;
    private final double placeX;
    private final double placeZ;
    private byte[] bytes = new byte[4_096];
    private boolean upgraded;
    private boolean arrived;
    private boolean gone;
    private @Nullable Channel channel;
    private double x;
    private double z;
    private float y;
    private double heading;
    private int sequence;
    private int steps;
    long messages;
    long received;
    int corrections;

    /**
     * @param joints head, then hands, so many
     */
    SwarmPlayer(
            int number,
            String ticket,
            int joints,
            SwarmTruth truth,
            @Nullable SwarmProbe probe,
            SplittableRandom random) {
        this.number = number;
        this.ticket = ticket;
        this.joints = joints;
        this.truth = truth;
        this.probe = probe;
        this.random = random;
        this.placeX = random.nextDouble(LEAST_M, MOST_M);
        this.placeZ = random.nextDouble(LEAST_M, MOST_M);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        String request =
                """
                GET /v1/play HTTP/1.1
                Host: 127.0.0.1
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Protocol: %s

                """
                        .formatted(Protocol.SUBPROTOCOL)
                        .replace("\n", "\r\n");
        var _ =
                context.writeAndFlush(
                        Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII),
                        context.voidPromise());
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
            throws MalformedMessage {
        if (!upgraded && !takeAnswer(in)) {
            return;
        }
        while (in.readableBytes() >= 2) {
            int start = in.readerIndex();
            int length = in.getUnsignedByte(start + 1);
            int header = length < 126 ? 2 : length == 126 ? 4 : 10;
            if (in.readableBytes() < header) {
                return;
            }
            if (length == 126) {
                length = in.getUnsignedShort(start + 2);
            } else if (length == 127) {
                length = Math.toIntExact(in.getLong(start + 2));
            }
            if (in.readableBytes() < header + length) {
                return;
            }
            received += header + length;
            int opcode = in.getByte(start) & 0xf;
            if (opcode == 2 && length > 0) {
                messages++;
                take(in, start + header, length);
            }
            in.readerIndex(start + header + length);
        }
    }

    private boolean takeAnswer(ByteBuf in) {
        String head = in.toString(StandardCharsets.US_ASCII);
        int end = head.indexOf("\r\n\r\n");
        if (end < 0) {
            return false;
        }
        if (!head.startsWith("HTTP/1.1 101")) {
            fail(head.substring(0, head.indexOf('\r')));
            return false;
        }
        in.skipBytes(end + 4);
        upgraded = true;
        send(new Hello(Protocol.VERSION, Protocol.OLDEST, 0, ticket, "otherworld-bench/1"));
        return true;
    }

    private void take(ByteBuf in, int at, int length) throws MalformedMessage {
        int type = in.getUnsignedByte(at);
        boolean ofEntities = type == EntityStates.TYPE || type == EntityUpdate.TYPE;
        if (ofEntities && probe == null) {
            return;
        }
        if (!ofEntities
                && type != Welcome.TYPE
                && type != PositionCorrection.TYPE
                && type != Goodbye.TYPE) {
            return;
        }
        if (bytes.length < length) {
            bytes = new byte[Messages.MAX_SERVER_BYTES];
        }
        in.getBytes(at, bytes, 0, length);
        take(Messages.decodeServer(bytes, 0, length));
    }

    private void take(ServerMessage message) throws MalformedMessage {
        switch (message) {
            case Welcome welcome -> {
                standAt(welcome.pose());
                welcomed.complete(null);
            }
            case PositionCorrection correction -> {
                corrections++;
                standAt(correction.pose());
            }
            case Goodbye goodbye -> fail("Goodbye " + goodbye.reason());
            case EntityStates states when probe != null -> probe.take(states);
            case EntityUpdate update when probe != null -> probe.take(update, System.nanoTime());
            default -> {}
        }
    }

    private void standAt(Pose pose) {
        x = pose.x();
        y = pose.y();
        z = pose.z();
    }

    /**
     * Goes to a place of its own first; then six of ten walk, three talk and turn, one stands;
     * trackers shake.
     */
    void step(int rateHz, long nowNs) {
        if (gone) {
            return;
        }
        int kind = number % 10;
        steps++;
        if (!arrived) {
            heading = Math.atan2(placeX - x, placeZ - z);
            walk(ARRIVING_M_PER_S / rateHz);
            arrived = Math.hypot(placeX - x, placeZ - z) < ARRIVING_M_PER_S / rateHz;
        } else if (kind < 6) {
            boolean out = x < LEAST_M || x > MOST_M || z < LEAST_M || z > MOST_M;
            heading =
                    out
                            ? Math.atan2(MIDDLE_M - x, MIDDLE_M - z)
                            : heading + random.nextDouble(-0.05, 0.05);
            walk(STEP_M_PER_S / rateHz);
        } else if (kind < 9) {
            heading += 0.02 * Math.sin((steps + number) * 0.05);
        }
        Pose pose =
                new Pose(
                        (float) x + shake(),
                        y,
                        (float) z + shake(),
                        Rotation.ofYaw(heading + turn()));
        MoveIntent move = new MoveIntent(++sequence, pose, body());
        truth.said(number, pose.x(), pose.z(), PoseDigest.of(pose, move.joints()), nowNs);
        send(move);
    }

    private void walk(double stride) {
        x += Math.sin(heading) * stride;
        z += Math.cos(heading) * stride;
    }

    private List<JointPose> body() {
        List<JointPose> body = new ArrayList<>(joints);
        for (int joint = 0; joint < joints; joint++) {
            double swing = joint == 0 ? 0 : 0.25 * Math.sin(steps * 0.2 + number + 3 * joint);
            body.add(
                    new JointPose(
                            JOINTS.get(joint),
                            (float) (0.1 * joint) + shake(),
                            (float) (1.65 - 0.2 * joint) + shake(),
                            (float) swing + shake(),
                            Rotation.ofYaw(heading + swing + turn())));
        }
        return body;
    }

    private float shake() {
        return (float) random.nextDouble(-SHAKE_M, SHAKE_M);
    }

    private double turn() {
        return random.nextDouble(-0.0017, 0.0017);
    }

    /** A masked frame, as a client's must be; by a key of zeros the bytes are as they were. */
    private void send(Message message) {
        Channel open = channel;
        if (open == null || !open.isWritable()) {
            return;
        }
        byte[] payload = Messages.encode(message);
        ByteBuf frame = open.alloc().buffer(payload.length + 8);
        frame.writeByte(0x82);
        if (payload.length < 126) {
            frame.writeByte(0x80 | payload.length);
        } else {
            frame.writeByte(0x80 | 126).writeShort(payload.length);
        }
        frame.writeInt(0).writeBytes(payload);
        var _ = open.writeAndFlush(frame, open.voidPromise());
    }

    /** Its seat is free when the server has closed the connection. */
    void leave() {
        gone = true;
        send(new Leave());
    }

    /** Waits at most so long until the connection is closed. */
    void awaitEnd(long nanos) {
        Channel open = channel;
        if (open != null) {
            open.closeFuture().awaitUninterruptibly(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        }
    }

    private void fail(String why) {
        welcomed.completeExceptionally(new IllegalStateException(why));
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        fail("closed");
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        welcomed.completeExceptionally(cause);
        var _ = context.close();
    }

    boolean isIn() {
        Channel open = channel;
        return welcomed.isDone()
                && !welcomed.isCompletedExceptionally()
                && open != null
                && open.isActive();
    }
}
