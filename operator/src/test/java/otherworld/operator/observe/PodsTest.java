package otherworld.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import otherworld.crds.World;
import otherworld.operator.plan.PodView;

class PodsTest {
    private static final World PLAZA =
            Serialization.unmarshal(
                    """
                    apiVersion: otherworld.dev/v1alpha1
                    kind: World
                    metadata: {name: plaza, namespace: default, uid: u-1}
                    spec: {capacity: 9}
                    """,
                    World.class);

    private static Pod pod(String metadata, String status) {
        return Serialization.unmarshal(
                """
                metadata: {uid: p, creationTimestamp: "2026-01-01T00:00:00Z", %s}
                spec: {containers: []}
                status: {%s}
                """
                        .formatted(metadata, status),
                Pod.class);
    }

    private static PodView view(String status) {
        return Pods.view(pod("name: plaza-0-0", status)).orElseThrow();
    }

    @Test
    void whatAPodIsStandsInItsNameWhateverItsLabelsSay() {
        PodView view =
                Pods.view(
                                pod(
                                        "name: a-3-b-12-7, labels: {otherworld.dev/ordinal: '5'}, annotations: {otherworld.dev/revision: r1}",
                                        ""))
                        .orElseThrow();
        assertThat(view.ordinal()).isEqualTo(12);
        assertThat(view.attempt()).isEqualTo(7);
        assertThat(view.revision()).isEqualTo("r1");
        assertThat(Pods.view(pod("name: plaza-0", ""))).isEmpty();
        assertThat(Pods.view(pod("name: plaza-x-0", ""))).isEmpty();
        assertThat(Pods.view(pod("name: plaza-0-9999999999", ""))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "plaza-0-0, u-1, '',  true",
        "plaza-0-0, u-0, '',  false",
        "plaza-0-0, u-0, u-1, false",
        "plaza-0-0, '',  u-1, true",
        "plaza-0-0, '',  u-0, false",
        "plaza-0-0, '',  '',  false",
        "plaza-a-0, u-1, '',  false",
        "other-0-0, u-1, u-1, false"
    })
    void aPodIsTheWorldsByItsControllerOrElseByTheOperatorsOwnMark(
            String name, String controller, String mark, boolean ours) {
        String owners =
                controller.isEmpty()
                        ? ""
                        : ", ownerReferences: [{apiVersion: otherworld.dev/v1alpha1, kind: World, name: plaza, uid: %s, controller: true}]"
                                .formatted(controller);
        String annotations =
                mark.isEmpty()
                        ? ""
                        : ", annotations: {otherworld.dev/world-uid: %s}".formatted(mark);
        assertThat(Pods.ownedBy(PLAZA, pod("name: " + name + owners + annotations, "")))
                .isEqualTo(ours);
    }

    @Test
    void whatEndedAPodIsTold() {
        String ended =
                "phase: Failed, containerStatuses: [{name: i, state: {terminated: {exitCode: %d}}}]%s";
        assertThat(view(ended.formatted(1, "")).end()).isEqualTo(PodView.End.FAULT);
        assertThat(view(ended.formatted(4, "")).end()).isEqualTo(PodView.End.PORT_TAKEN);
        assertThat(
                        view(ended.formatted(
                                        137,
                                        ", conditions: [{type: DisruptionTarget, status: 'True'}]"))
                                .end())
                .isEqualTo(PodView.End.DISRUPTED);
    }

    @Test
    void aPodThatIsNotReadyButWasIsToldFromOneThatNeverWas() {
        String running =
                "phase: Running, containerStatuses: [{name: i, state: {running: {startedAt: '2026-01-01T00:00:05Z'}}}], conditions: [{type: Ready, status: '%s', lastTransitionTime: '2026-01-01T00:00:%s'}]";
        assertThat(view(running.formatted("False", "04Z")).wasReady()).isFalse();
        assertThat(view(running.formatted("False", "09Z")).wasReady()).isTrue();
        assertThat(view(running.formatted("True", "09Z")).wasReady()).isFalse();
        assertThat(view("phase: Pending").wasReady()).isFalse();
        assertThat(view("phase: Pending").problem()).isEqualTo(Optional.empty());
    }
}
