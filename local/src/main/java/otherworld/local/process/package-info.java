/**
 * Child processes that never outlive their purpose: each in a process group of its own, ended with
 * its children, and ended by a guardian if this JVM dies first.
 */
@NullMarked
package otherworld.local.process;

import org.jspecify.annotations.NullMarked;
