package otherworld.instance.simulation;

/**
 * What other threads see of a simulation.
 *
 * @param admitting true while it admits players: lease held, not closing
 * @param confirmedCordon the token under which it admits nobody; {@code ""} while open
 */
public record Status(
        long epoch, int capacity, boolean admitting, String confirmedCordon, String why) {}
