package otherworld.persistence;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import otherworld.base.InstanceId;

/**
 * Follows the rows of a journal and notices what is not there: a group that is missing or cannot be
 * read, unless somebody has decided to go on without it.
 */
final class JournalGaps {
    private final InstanceId instance;
    private final NavigableSet<Long> accepted;
    private final List<Gap> found = new ArrayList<>();
    private final boolean collecting;
    private long last;
    private @Nullable OffsetDateTime lastAt;

    /** Groups {@code first} to {@code last}, and for people what is wrong with them. */
    record Gap(long first, long last, String what) {}

    /** Refuses at the first gap. */
    JournalGaps(InstanceId instance, long after, NavigableSet<Long> accepted) {
        this(instance, after, accepted, false);
    }

    /**
     * @param collecting keep gaps for {@link #found} instead of refusing
     */
    JournalGaps(InstanceId instance, long after, NavigableSet<Long> accepted, boolean collecting) {
        this.instance = instance;
        this.last = after;
        this.accepted = accepted;
        this.collecting = collecting;
    }

    /**
     * The edits of the next row; empty if they cannot be read and need not be.
     *
     * @throws StoreDamaged at a gap
     */
    Optional<List<Edit>> read(long seq, OffsetDateTime committedAt, byte[] bytes) {
        require(last + 1, seq - 1, committedAt);
        last = seq;
        lastAt = committedAt;
        try {
            return Optional.of(GroupCodec.decode(bytes));
        } catch (GroupCodec.MalformedGroup e) {
            if (!accepted.contains(seq)) {
                gap(
                        new Gap(
                                seq,
                                seq,
                                "group %d, committed at %s, cannot be read: %s"
                                        .formatted(seq, committedAt, e.getMessage())));
            }
            return Optional.empty();
        }
    }

    /** There are no more rows. */
    void end(long upTo) {
        require(last + 1, upTo, null);
    }

    long last() {
        return last;
    }

    List<Gap> found() {
        return found;
    }

    /** Groups {@code first} to {@code until} have no row. */
    private void require(long first, long until, @Nullable OffsetDateTime untilAt) {
        long seq = first;
        while (seq <= until) {
            if (accepted.contains(seq)) {
                seq++;
                continue;
            }
            Long next = accepted.ceiling(seq);
            long end = next == null ? until : Math.min(until, next - 1);
            gap(
                    new Gap(
                            seq,
                            end,
                            "%s missing, committed %s%s"
                                    .formatted(
                                            seq == end
                                                    ? "group %d is".formatted(seq)
                                                    : "groups %d to %d are".formatted(seq, end),
                                            lastAt == null ? "" : "after " + lastAt + " ",
                                            untilAt == null ? "last" : "before " + untilAt)));
            seq = end + 1;
        }
    }

    private void gap(Gap gap) {
        if (!collecting) {
            throw new StoreDamaged(
                    """
                    The journal of %s is damaged: %s. At most %d edits of a group; what they alone changed \
                    stands as before them. Restore the rows of table journal from a back-up, or go on without \
                    them: otherworld.persistence.Repair %s %d --accept\
                    """
                            .formatted(
                                    instance,
                                    gap.what(),
                                    GroupCodec.MAX_EDITS,
                                    instance.world(),
                                    instance.ordinal()));
        }
        found.add(gap);
    }
}
