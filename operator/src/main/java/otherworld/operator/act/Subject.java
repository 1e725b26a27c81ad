package otherworld.operator.act;

import java.util.OptionalInt;
import otherworld.operator.plan.Action;

/**
 * What of a World something is about.
 *
 * @param instance empty: the whole of it
 * @param pod empty if there is none
 */
record Subject(OptionalInt instance, String pod) {
    static final Subject WORLD = new Subject(OptionalInt.empty(), "");

    static Subject of(int instance, String pod) {
        return new Subject(OptionalInt.of(instance), pod);
    }

    static Subject of(Action action) {
        return of(
                action.ordinal(),
                switch (action) {
                    case Action.Create it -> "";
                    case Action.Cordon it -> it.podName();
                    case Action.Uncordon it -> it.podName();
                    case Action.Remove it -> it.podName();
                    case Action.Replace it -> it.podName();
                    case Action.CleanUp it -> it.podName();
                });
    }
}
