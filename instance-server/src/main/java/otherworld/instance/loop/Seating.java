package otherworld.instance.loop;

import otherworld.instance.session.Entry;

/** What came of asking for a seat. */
public sealed interface Seating {
    record Seated(Player player) implements Seating {}

    record Refused(Entry.Refused why) implements Seating {}
}
