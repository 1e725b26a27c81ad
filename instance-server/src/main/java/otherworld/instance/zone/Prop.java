package otherworld.instance.zone;

import org.jspecify.annotations.Nullable;
import otherworld.persistence.PropBody;
import otherworld.protocol.Pose;
import otherworld.protocol.PropState;

/** A thing a player placed. Mutable; simulation thread only. */
public final class Prop {
    public final long id;
    private PropBody body;
    @Nullable Zone zone;

    /** Changed since the zone's last prop delta. */
    boolean changed;

    public Prop(long id, PropBody body) {
        this.id = id;
        this.body = body;
    }

    public PropBody body() {
        return body;
    }

    public void body(PropBody next) {
        body = next;
    }

    /** As viewers are told. */
    public PropState state() {
        return new PropState(
                id,
                body.model(),
                new Pose(body.x(), body.y(), body.z(), body.rotation()),
                body.placedBy());
    }
}
