package otherworld.webrtc.sctp;

/**
 * What a handshake agreed on.
 *
 * @param localTag verification tag of packets to this side
 * @param localInitialTsn this side's first TSN
 * @param peerTag verification tag of packets to the peer
 * @param peerInitialTsn the peer's first TSN
 * @param peerWindowBytes the receive window the peer offered
 * @param outStreams streams this side may send on
 * @param forwardTsn whether the peer understands FORWARD TSN (RFC 3758)
 * @param reconfig whether the peer understands RE-CONFIG (RFC 6525)
 */
record Terms(
        int localTag,
        int localInitialTsn,
        int peerTag,
        int peerInitialTsn,
        long peerWindowBytes,
        int outStreams,
        boolean forwardTsn,
        boolean reconfig) {}
