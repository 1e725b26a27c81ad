package otherworld.persistence;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocketFactory;
import org.postgresql.ssl.WrappedFactory;

/**
 * What the driver makes, by the name that {@link DatabaseTls} gave it in the URL: it knows no other
 * way to be handed a factory.
 */
public final class PemSocketFactory extends WrappedFactory {
    /** By the URL's {@code sslfactoryarg}; one or two in a process. */
    static final Map<String, SSLSocketFactory> FACTORIES = new ConcurrentHashMap<>();

    /**
     * @param id the URL's {@code sslfactoryarg}
     */
    public PemSocketFactory(String id) {
        SSLSocketFactory known = FACTORIES.get(id);
        if (known == null) {
            throw new IllegalArgumentException("DatabaseTls has not made " + id);
        }
        factory = known;
    }
}
