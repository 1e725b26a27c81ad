/**
 * What each viewer is told of a world, and when: whom it sees ({@link
 * otherworld.replication.Interest}), by which index, against which tick that it has acknowledged,
 * and within how many bytes. {@link otherworld.replication.Replication} is the door. It has one
 * owner thread, and knows no socket: what comes out are bytes per {@link
 * otherworld.replication.ViewerLink}.
 */
@NullMarked
package otherworld.replication;

import org.jspecify.annotations.NullMarked;
