package otherworld.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodRulesTest {
    /** What the API server makes of a plain pod: every default filled in. */
    private static final String DEFAULTED =
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: a, namespace: default, uid: u}
            spec:
              automountServiceAccountToken: false
              containers:
              - name: main
                image: test/image:1
                imagePullPolicy: IfNotPresent
                args: [--verbose]
                env:
                - {name: A, value: b}
                - {name: UID, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: metadata.uid}}}
                - {name: S, valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}}
                envFrom: [{secretRef: {name: s}}, {configMapRef: {name: c}, prefix: C_}]
                ports: [{name: play, containerPort: 20001, hostPort: 20001, protocol: TCP}]
                resources: {limits: {cpu: "1", memory: 512Mi}, requests: {cpu: 100m, memory: 128Mi}}
                readinessProbe:
                  httpGet: {path: /readyz, port: play, scheme: HTTP}
                  initialDelaySeconds: 1
                  periodSeconds: 1
                  timeoutSeconds: 1
                  successThreshold: 1
                  failureThreshold: 3
                securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                terminationMessagePath: /dev/termination-log
                terminationMessagePolicy: File
              dnsPolicy: ClusterFirst
              enableServiceLinks: true
              nodeName: local
              nodeSelector: {kubernetes.io/os: linux}
              preemptionPolicy: PreemptLowerPriority
              priority: 0
              restartPolicy: Never
              schedulerName: default-scheduler
              securityContext: {}
              serviceAccount: default
              serviceAccountName: default
              terminationGracePeriodSeconds: 45
              tolerations: [{effect: NoExecute, key: node.kubernetes.io/not-ready, operator: Exists}]
              affinity: {nodeAffinity: {}}
            """;

    @Test
    void aPodWithEveryDefaultOfTheApiServerIsTaken() {
        assertThat(PodRules.refusals(parse(DEFAULTED), Pods.IMAGES)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "spec.hostPID | hostPID: true",
                "spec.hostIPC | hostIPC: true",
                "spec.shareProcessNamespace | shareProcessNamespace: true",
                "spec.activeDeadlineSeconds | activeDeadlineSeconds: 5",
                "spec.hostname | hostname: h",
                "spec.subdomain | subdomain: s",
                "spec.runtimeClassName | runtimeClassName: kata",
                "spec.readinessGates | readinessGates: [{conditionType: a}]",
                "spec.hostAliases | hostAliases: [{ip: 1.1.1.1, hostnames: [a]}]",
                "spec.dnsConfig.nameservers | dnsConfig: {nameservers: [1.1.1.1]}",
                "spec.initContainers | initContainers: [{name: i, image: test/image:1}]",
                "spec.ephemeralContainers | ephemeralContainers: [{name: e, image: test/image:1}]",
                "spec.resourceClaims | resourceClaims: [{name: gpu}]",
                "spec.securityContext.runAsUser | securityContext: {runAsUser: 1}",
                "spec.securityContext.sysctls | securityContext: {sysctls: [{name: a, value: b}]}",
                "spec.volumes: 'v' | volumes: [{name: v, emptyDir: {}}]",
                "spec.volumes: 'v' | volumes: [{name: v, hostPath: {path: /}}]",
                "spec.volumes: 'v' | volumes: [{name: v, secret: {secretName: s}}]",
                "spec.restartPolicy: Always | restartPolicy: Always",
            })
    void aPodFieldThatNeedsMoreThanAProcessIsRefusedByName(String field, String yaml) {
        assertThat(refusals(yaml, "")).singleElement().asString().startsWith(field);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "spec.containers[0].command | command: [sh]",
                "spec.containers[0].workingDir | workingDir: /",
                "spec.containers[0].stdin | stdin: true",
                "spec.containers[0].tty | tty: true",
                "spec.containers[0].volumeMounts: 'v' | volumeMounts: [{name: v, mountPath: /v}]",
                "spec.containers[0].volumeDevices | volumeDevices: [{name: v, devicePath: /v}]",
                "spec.containers[0].restartPolicy | restartPolicy: Always",
                "spec.containers[0].lifecycle.preStop | lifecycle: {preStop: {exec: {command: [a]}}}",
                "spec.containers[0].lifecycle.preStop.httpGet.port | lifecycle: {preStop: {httpGet: {port: nope}}}",
                "spec.containers[0].lifecycle.postStart | lifecycle: {postStart: {exec: {command: [a]}}}",
                "spec.containers[0].livenessProbe.exec | livenessProbe: {exec: {command: [a]}}",
                "spec.containers[0].readinessProbe.tcpSocket | readinessProbe: {tcpSocket: {port: 1}}",
                "spec.containers[0].startupProbe.grpc | startupProbe: {grpc: {port: 1}}",
                "spec.containers[0].livenessProbe.httpGet.scheme | livenessProbe: {httpGet: {port: 1, scheme: HTTPS}}",
                "spec.containers[0].livenessProbe.httpGet.host | livenessProbe: {httpGet: {port: 1, host: example.org}}",
                "spec.containers[0].livenessProbe.httpGet.port | livenessProbe: {httpGet: {port: nope}}",
                "spec.containers[0].securityContext.privileged | securityContext: {privileged: true}",
                "spec.containers[0].securityContext.runAsUser | securityContext: {runAsUser: 1}",
                "spec.containers[0].securityContext.capabilities.add | securityContext: {capabilities: {add: [A]}}",
                "spec.containers[0].ports: hostPort 2 | ports: [{containerPort: 1, hostPort: 2}]",
                "spec.containers[0].ports[0].hostIP | ports: [{containerPort: 1, hostPort: 1, hostIP: 0.0.0.0}]",
                "spec.containers[0].env[0].valueFrom.resourceFieldRef | env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}]",
                "spec.containers[0].env[A].valueFrom.fieldRef: 'spec.x' | env: [{name: A, valueFrom: {fieldRef: {fieldPath: spec.x}}}]",
                "spec.containers[0].image: no local command | image: nginx",
            })
    void aContainerFieldThatNeedsMoreThanAProcessIsRefusedByName(String field, String yaml) {
        assertThat(refusals("", yaml)).anySatisfy(refusal -> assertThat(refusal).startsWith(field));
    }

    @Test
    void theServiceAccountVolumeIsNoReasonToRefuse() {
        assertThat(
                        refusals(
                                "volumes: [{name: kube-api-access-x, projected: {sources: []}}]",
                                "volumeMounts: [{name: kube-api-access-x, mountPath: /v}]"))
                .isEmpty();
    }

    @Test
    void aListOfRefusalsIsBounded() {
        Pod pod =
                new PodBuilder(Pods.pod(Pods.container().build()))
                        .editSpec()
                        .addAllToVolumes(
                                java.util.stream.IntStream.range(0, 100)
                                        .mapToObj(i ->
                                                new io.fabric8.kubernetes.api.model.VolumeBuilder()
                                                        .withName("v" + i)
                                                        .build())
                                        .toList())
                        .endSpec()
                        .build();
        assertThat(PodRules.refusals(pod, Pods.IMAGES)).hasSize(PodRules.MAX_LISTED);
    }

    private static List<String> refusals(String podYaml, String containerYaml) {
        String restart = podYaml.contains("restartPolicy") ? "" : "  restartPolicy: Never\n";
        String image = containerYaml.contains("image:") ? "" : "    image: test/image:1\n";
        String yaml =
                "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n"
                        + restart
                        + (podYaml.isEmpty() ? "" : "  " + podYaml + "\n")
                        + "  containers:\n  - name: main\n"
                        + image
                        + (containerYaml.isEmpty() ? "" : "    " + containerYaml + "\n");
        return PodRules.refusals(parse(yaml), Pods.IMAGES);
    }

    private static Pod parse(String yaml) {
        return Serialization.unmarshal(yaml, Pod.class);
    }
}
