package otherworld.operator.plan;

import java.util.Set;

/** One change to a fleet. Each may be repeated: carrying it out twice does what once does. */
public sealed interface Action {
    /** Why, in words for people. */
    String why();

    int ordinal();

    /** What those say that are done to a pod that there is. */
    interface OfPod {
        int ordinal();

        String podName();

        String podUid();

        String why();
    }

    /**
     * A new pod for an instance.
     *
     * @param attempt the last number of its name
     * @param failures pods of this ordinal that failed in a row before it
     * @param portsTaken pods of this ordinal in a row before it that found their port taken
     * @param avoidPorts host ports of its predecessors
     */
    record Create(
            int ordinal,
            int attempt,
            int failures,
            int portsTaken,
            Set<Integer> avoidPorts,
            String why)
            implements Action {}

    /** Asks an idle instance to admit nobody any more, the first step of its removal. */
    record Cordon(int ordinal, String podName, String podUid, String token, String why)
            implements Action, OfPod {}

    /** Takes a cordon back. */
    record Uncordon(int ordinal, String podName, String podUid, String token, String why)
            implements Action, OfPod {}

    /**
     * Deletes the pod of an instance that is not needed: one that has itself confirmed to be empty
     * and closed, or one that is not Ready and has nobody inside.
     */
    record Remove(int ordinal, String podName, String podUid, String why)
            implements Action, OfPod {}

    /** Deletes a pod of an older template; its successor follows when it is being deleted. */
    record Replace(int ordinal, String podName, String podUid, String why)
            implements Action, OfPod {}

    /** Deletes the object of a pod that has ended. */
    record CleanUp(int ordinal, String podName, String podUid, String why)
            implements Action, OfPod {}
}
