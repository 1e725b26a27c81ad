package otherworld.instance.loop;

/**
 * What other threads see of a simulation.
 *
 * @param admitting true while it admits players: lease held, not closing
 * @param confirmedCordon the token under which it admits nobody; {@code ""} while open
 * @param why it admits nobody; empty if it does
 * @param storage why nothing becomes durable, or what of the stored state is left out; empty if all
 *     is well
 */
public record Status(
        long epoch,
        int capacity,
        boolean admitting,
        String confirmedCordon,
        String why,
        String storage) {}
