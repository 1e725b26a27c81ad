package otherworld.ops;

import java.io.IOException;

/**
 * A process cannot listen where it was told to. It must not go on: whoever listens there instead
 * would answer its probes and its clients. {@link MainProcess} ends with {@link
 * ExitCode#PORT_TAKEN}.
 */
public final class PortTaken extends IOException {
    private static final long serialVersionUID = 1;

    /**
     * @param setting the name of the setting that chooses the port
     */
    public PortTaken(String bind, int port, String setting, Throwable cause) {
        super(
                "cannot listen on %s:%d: %s; end what listens there, or choose another port by %s"
                        .formatted(bind, port, cause.getMessage(), setting),
                cause);
    }
}
