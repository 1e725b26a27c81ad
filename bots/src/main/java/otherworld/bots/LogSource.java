package otherworld.bots;

import java.net.URI;
import otherworld.base.InstanceId;

/**
 * One life of one instance: its zone log starts empty and ends with the process.
 *
 * @param base the instance's HTTP address
 */
record LogSource(InstanceId instance, long epoch, URI base) {
    static LogSource of(InstanceId instance, long epoch, URI endpoint) {
        String scheme = endpoint.getScheme().endsWith("s") ? "https" : "http"; // wss, https
        return new LogSource(
                instance, epoch, URI.create(scheme + "://" + endpoint.getRawAuthority()));
    }
}
