package otherworld.benchmarks;

/** Connections of one transport to an echo server. */
interface EchoPeers extends AutoCloseable {
    int count();

    /** Sends without waiting. The array is not changed afterwards. */
    void send(int peer, byte[] message);

    /** After a batch of sends. */
    void flush();

    @Override
    void close();

    /** Takes what comes back, on threads of the transport's; each peer's on one at a time. */
    interface Receiver {
        void received(int peer, byte[] buffer, int offset, int length);
    }
}
