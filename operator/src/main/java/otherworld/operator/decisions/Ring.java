package otherworld.operator.decisions;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.stream.Stream;

/** The newest decisions of one kind, told the newest first. Not thread-safe. */
final class Ring {
    /** How far back the same decision is looked for, to count it up. */
    private static final int LOOK_BACK = 8;

    private final int most;
    private final ArrayDeque<Decision> decisions = new ArrayDeque<>();

    Ring(int most) {
        this.most = most;
    }

    /** Returns by how many entries it has grown: -1, 0 or 1. */
    int add(Decision decision) {
        int before = decisions.size();
        Decision added = decision;
        Iterator<Decision> newest = decisions.descendingIterator();
        for (int i = 0; i < LOOK_BACK && newest.hasNext(); i++) {
            Decision earlier = newest.next();
            if (earlier.isSameAs(decision)) {
                newest.remove();
                added = earlier.again(decision);
                break;
            }
        }
        decisions.addLast(added);
        if (decisions.size() > most) {
            decisions.removeFirst();
        }
        return decisions.size() - before;
    }

    int size() {
        return decisions.size();
    }

    Stream<Decision> stream() {
        return decisions.reversed().stream();
    }
}
