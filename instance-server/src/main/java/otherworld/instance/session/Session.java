package otherworld.instance.session;

import otherworld.protocol.Hello;
import otherworld.protocol.Negotiation;

/**
 * What a client and this instance speak.
 *
 * @param version of all messages after Hello
 * @param features taken up
 */
public record Session(int version, long features) {
    /** As is agreed on after this Hello, of which a version is spoken. */
    public static Session of(Hello hello) {
        return new Session(Negotiation.version(hello), Negotiation.features(hello));
    }
}
