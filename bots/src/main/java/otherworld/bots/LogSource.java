package otherworld.bots;

import java.net.URI;
import otherworld.base.InstanceId;

/**
 * One life of one instance: its zone log starts empty and ends with the process.
 *
 * @param base what the instance's HTTP paths are below, which is not always its root: a gateway may
 *     be between
 */
record LogSource(InstanceId instance, long epoch, URI base) {
    static LogSource of(InstanceId instance, long epoch, URI endpoint) {
        String scheme = endpoint.getScheme().endsWith("s") ? "https" : "http"; // wss, https
        URI http = URI.create(scheme + "://" + endpoint.getRawAuthority() + endpoint.getRawPath());
        return new LogSource(instance, epoch, http.resolve("..")); // beside v1
    }
}
