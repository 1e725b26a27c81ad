package otherworld.bots;

import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.MoveEntity;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.Pose;
import otherworld.protocol.RemoveEntity;
import otherworld.protocol.Rotation;

/**
 * What a bot builds: now and then it places a prop beside it, or moves or removes one of its own
 * that is near. It keeps at most {@value #MOST_STANDING}. One thread.
 */
final class PropHobby {
    static final int MOST_STANDING = 2;

    /** Metres; well below any server's reach, as the server may know the bot a step behind. */
    static final double REACH_M = 8;

    private static final String[] MODELS = {"chair", "table", "lamp", "crate", "plant"};
    private static final double LEAST_PAUSE_S = 1.5;
    private static final double MOST_PAUSE_S = 4.5;

    private final SplittableRandom random;
    private double pauseS;

    PropHobby(SplittableRandom random) {
        this.random = random;
        this.pauseS = pause();
    }

    /** An edit to send now, if the time has come and there is one to make. */
    Optional<ClientMessage> step(double seconds, Pose here, EditLog log) {
        pauseS -= seconds;
        if (pauseS > 0) {
            return Optional.empty();
        }
        pauseS = pause();
        long sequence = log.nextSequence();
        Optional<Long> near = near(here, log.standing());
        if (near.isPresent()) {
            boolean remove = log.standing().size() > 1 && random.nextInt(4) == 0;
            return Optional.of(
                    remove
                            ? new RemoveEntity(sequence, near.get())
                            : new MoveEntity(sequence, near.get(), beside(here)));
        }
        if (log.standing().size() < MOST_STANDING) {
            String model = MODELS[random.nextInt(MODELS.length)];
            return Optional.of(new PlaceEntity(sequence, model, beside(here)));
        }
        return Optional.empty();
    }

    /** Where to walk next to have something to do there; mostly nowhere in particular. */
    Optional<Pose> errand(EditLog log) {
        return log.standing().isEmpty() || random.nextInt(3) == 0
                ? Optional.empty()
                : Optional.of(log.standing().values().iterator().next());
    }

    private static Optional<Long> near(Pose here, Map<Long, Pose> props) {
        return props.entrySet().stream()
                .filter(prop ->
                        Math.hypot(prop.getValue().x() - here.x(), prop.getValue().z() - here.z())
                                < REACH_M)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private Pose beside(Pose here) {
        double angle = random.nextDouble(2 * Math.PI);
        return new Pose(
                (float) (here.x() + 1.5 * Math.cos(angle)),
                here.y(),
                (float) (here.z() + 1.5 * Math.sin(angle)),
                Rotation.ofYaw(angle));
    }

    private double pause() {
        return random.nextDouble(LEAST_PAUSE_S, MOST_PAUSE_S);
    }
}
