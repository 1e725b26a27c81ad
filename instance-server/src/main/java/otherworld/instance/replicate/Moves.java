package otherworld.instance.replicate;

import java.util.ArrayList;
import java.util.List;
import otherworld.protocol.AvatarMove;
import otherworld.protocol.PresenceDelta;
import otherworld.protocol.Protocol;
import otherworld.protocol.Writer;
import otherworld.world.Entities;

/**
 * Tells the viewers of a zone who moved. While an avatar moves, its poses go out in messages that
 * may be lost, each of which stands for itself and fits one datagram: the next one makes up for it.
 * Once it has stopped, its last pose goes out once more, in a message that arrives, so that no loss
 * leaves a wrong picture behind. In a steady tick the only allocation is the messages' bytes.
 *
 * <p>Simulation thread only.
 */
final class Moves {
    private final Encoder encoder;
    private final long epoch;
    private final int settleTicks;
    private final List<AvatarView> telling = new ArrayList<>();

    /**
     * @param settleTicks an avatar that was not moved for so long has stopped
     */
    Moves(Encoder encoder, long epoch, int settleTicks) {
        this.encoder = encoder;
        this.epoch = epoch;
        this.settleTicks = settleTicks;
    }

    void tell(ZoneChanges zone, int tick) {
        tellMoved(zone, tick);
        tellSettled(zone, tick);
        telling.clear();
    }

    private void tellMoved(ZoneChanges zone, int tick) {
        telling.clear();
        List<AvatarView> members = zone.members();
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).isMoved()) {
                telling.add(members.get(i));
            }
        }
        for (int from = 0; from < telling.size(); ) {
            int to = fitting(from);
            zone.sendUnreliableToAll(encode(tick, from, to));
            for (; from < to; from++) {
                telling.get(from).toldUnreliably(tick);
            }
        }
    }

    private void tellSettled(ZoneChanges zone, int tick) {
        telling.clear();
        List<AvatarView> members = zone.members();
        for (int i = 0; i < members.size(); i++) {
            if (members.get(i).isToSettle(tick, settleTicks)) {
                telling.add(members.get(i));
            }
        }
        for (int from = 0; from < telling.size(); ) {
            int to = Math.min(telling.size(), from + Protocol.MAX_CHANGES);
            zone.sendToAll(encode(tick, from, to));
            for (; from < to; from++) {
                telling.get(from).toldReliably();
            }
        }
    }

    /** Where the message that starts with avatar {@code from} ends. */
    private int fitting(int from) {
        int bytes = PresenceDelta.MAX_SMALL_HEADER_BYTES;
        int to = from;
        while (to < telling.size()) {
            bytes += AvatarMove.bytes(telling.get(to).number, telling.get(to).sourceTimeMs);
            if (bytes > Protocol.MAX_UNRELIABLE_BYTES) {
                break;
            }
            to++;
        }
        return to;
    }

    private byte[] encode(int tick, int from, int to) {
        Writer out = encoder.start();
        PresenceDelta.writeStart(out, epoch, tick);
        out.count(0, Protocol.MAX_STATES);
        out.count(to - from, Protocol.MAX_CHANGES);
        for (int i = from; i < to; i++) {
            AvatarView avatar = telling.get(i);
            Entities entities = avatar.entities();
            AvatarMove.write(
                    out,
                    avatar.number,
                    entities.x(avatar.slot),
                    entities.y(avatar.slot),
                    entities.z(avatar.slot),
                    entities.rotation(avatar.slot),
                    avatar.sourceTimeMs);
        }
        out.count(0, Protocol.MAX_CHANGES);
        return encoder.finish();
    }
}
