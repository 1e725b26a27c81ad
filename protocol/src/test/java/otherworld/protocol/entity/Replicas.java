package otherworld.protocol.entity;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import otherworld.protocol.EntityState;
import otherworld.protocol.EntityStates;
import otherworld.protocol.EntityUpdate;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Protocol;
import otherworld.protocol.ServerMessage;

/** What a client knows, in a form that all languages can be compared by. */
public final class Replicas {
    private Replicas() {}

    /** Why the message is malformed; empty if it is not. */
    public static String apply(Replica replica, ServerMessage message) {
        try {
            switch (message) {
                case EntityStates states -> replica.apply(states);
                case EntityUpdate update -> replica.apply(update);
                default -> {}
            }
            return "";
        } catch (MalformedMessage e) {
            return e.reason().name();
        }
    }

    /** By index: the entity, and of each transform x, y, z in steps and the rotation. */
    public static ArrayNode known(Replica replica) {
        ArrayNode known = JsonNodeFactory.instance.arrayNode();
        for (int index = 0; index < Protocol.MAX_INDEXES; index++) {
            EntityState state = replica.state(index);
            if (state != null) {
                ObjectNode node = known.addObject();
                node.put("index", index);
                node.put("entity", Long.toString(state.entity()));
                node.put("owner", state.owner());
                node.put("model", state.model());
                ArrayNode transforms = node.putArray("transforms");
                boolean isTold = replica.tick(index) != Replica.NONE;
                for (int i = 0; isTold && i < replica.transforms(index); i++) {
                    long at = replica.position(index, i);
                    ArrayNode transform = transforms.addArray();
                    for (int axis = 0; axis < 3; axis++) {
                        transform.add(Quantised.lane(at, axis) - Quantised.MIDDLE);
                    }
                    transform.add(Integer.toUnsignedLong(replica.rotation(index, i)));
                }
            }
        }
        return known;
    }
}
