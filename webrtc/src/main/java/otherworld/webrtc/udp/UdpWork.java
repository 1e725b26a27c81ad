package otherworld.webrtc.udp;

import java.net.InetSocketAddress;

/**
 * What a {@link UdpLoop} runs: the chapters of its duty cycle. All on the loop's thread. What one
 * peer or datagram does wrong, the work must contain; an exception that leaves it is logged,
 * counted and the cycle goes on.
 */
public interface UdpWork {
    /** A datagram. The buffer is valid during the call only. */
    void datagram(UdpSocket socket, InetSocketAddress from, byte[] buffer, int length, long nowNs);

    /** A datagram longer than {@link UdpLoop#MAX_DATAGRAM_BYTES} was dropped. */
    void oversize(UdpSocket socket);

    /** Timers that are due. */
    void timers(long nowNs);

    /** What other threads have handed over. */
    void commands(long nowNs);

    /** Whether other threads have handed something over that {@link #commands} has not taken. */
    boolean hasCommands();

    /** Sends what the cycle has gathered. */
    void flush(long nowNs);

    /** When {@link #timers} has work again; {@code Long.MAX_VALUE} for never. */
    long nextTimerNs();

    /** The last call, once the loop is asked to end. */
    void closing(long nowNs);

    /** An exception that the work let through: a bug. */
    void failed(RuntimeException bug);
}
