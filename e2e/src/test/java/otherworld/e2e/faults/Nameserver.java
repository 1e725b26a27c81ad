package otherworld.e2e.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A name server by which every name is 127.0.0.1 for five seconds, and none has an IPv6 address. It
 * can fall silent, as one that is gone behind a Service's address does.
 */
final class Nameserver implements AutoCloseable {
    private static final int TYPE_A = 1;
    private static final int TTL_SECONDS = 5;
    private static final int MOST_BYTES = 512; // of DNS over UDP
    private static final int HEADER_BYTES = 12;

    private final DatagramSocket socket;
    private final AtomicLong unanswered = new AtomicLong();
    private volatile boolean silent;

    /**
     * @throws IOException if the port cannot be had, as by who is not root
     */
    Nameserver(InetAddress address, int port) throws IOException {
        this.socket = new DatagramSocket(new InetSocketAddress(address, port));
        Thread.ofPlatform().name("nameserver").daemon().start(this::serve);
    }

    void fallSilent() {
        silent = true;
    }

    void speak() {
        silent = false;
    }

    /** Questions that came while it was silent. */
    long unanswered() {
        return unanswered.get();
    }

    private void serve() {
        byte[] bytes = new byte[MOST_BYTES];
        while (!socket.isClosed()) {
            try {
                DatagramPacket question = new DatagramPacket(bytes, bytes.length);
                socket.receive(question);
                if (silent) {
                    unanswered.incrementAndGet();
                } else if (question.getLength() > HEADER_BYTES) {
                    byte[] answer = answer(Arrays.copyOf(bytes, question.getLength()));
                    socket.send(
                            new DatagramPacket(answer, answer.length, question.getSocketAddress()));
                }
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /** RFC 1035: the question again, and behind it the address, whose name is the question's. */
    private static byte[] answer(byte[] question) {
        int end = HEADER_BYTES;
        while (question[end] != 0) {
            end += 1 + question[end];
        }
        int type = ByteBuffer.wrap(question).getShort(end + 1);
        end += 5; // the root's length, type and class
        boolean known = type == TYPE_A;
        ByteBuffer answer = ByteBuffer.allocate(MOST_BYTES);
        answer.put(question, 0, 2)
                .putShort((short) 0x8180) // an answer, recursion desired and available
                .putShort((short) 1)
                .putShort((short) (known ? 1 : 0))
                .putInt(0)
                .put(question, HEADER_BYTES, end - HEADER_BYTES);
        if (known) {
            answer.putShort((short) (0xc000 | HEADER_BYTES))
                    .putShort((short) TYPE_A)
                    .putShort((short) 1)
                    .putInt(TTL_SECONDS)
                    .putShort((short) 4)
                    .put(new byte[] {127, 0, 0, 1});
        }
        return Arrays.copyOf(answer.array(), answer.position());
    }

    @Override
    public void close() {
        socket.close();
    }
}
