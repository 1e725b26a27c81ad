package otherworld.local.up;

import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.local.process.StartFailed;

/**
 * What a supervisor tells the commands, whatever happens to the file: a full disk, say, must not
 * end those who keep the parts running and only want to tell of it. One thread at a time.
 */
final class ToldState {
    private static final Logger log = LoggerFactory.getLogger(ToldState.class);

    private final Home home;

    /** Whether the last one could not be written. */
    private boolean untold;

    ToldState(Home home) {
        this.home = home;
    }

    /** Also what was written before is written again if it is not there any more. Never fails. */
    void write(ClusterState state) {
        try {
            home.create();
            state.write(home.state());
            if (untold) {
                log.info("{} is written again", home.state());
            }
            untold = false;
        } catch (UncheckedIOException | StartFailed e) {
            if (!untold) {
                log.error("Commands are not told the state, until it can be written", e);
            }
            untold = true;
        }
    }
}
