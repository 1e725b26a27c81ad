package otherworld.webrtc.stun;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What a TURN server answers. Of a success nothing may be believed before {@link Signature#by} says
 * so; refusals need not be signed.
 */
public sealed interface TurnAnswer {
    TurnMethod method();

    byte[] transactionId();

    /**
     * @param relayed the address that others reach the client under; with Allocate alone
     * @param lifetimeSeconds what was granted; 0 where it was not said
     */
    record Granted(
            TurnMethod method,
            byte[] transactionId,
            Optional<InetSocketAddress> relayed,
            int lifetimeSeconds,
            Signature signature)
            implements TurnAnswer {}

    /**
     * @param code such as 401: say who you are, of {@code realm} and with {@code nonce}
     * @param realm empty where it was not said
     * @param nonce empty where it was not said
     */
    record Refused(TurnMethod method, byte[] transactionId, int code, String realm, byte[] nonce)
            implements TurnAnswer {}
}
