package otherworld.local.controlplane;

import java.util.ArrayList;
import java.util.List;
import otherworld.local.controlplane.ControlPlaneOptions.Component;

/** The command lines of the control plane's programs. */
record ControlPlaneCommands(
        ControlPlaneOptions options, KubeAssets assets, Pki pki, Credentials credentials) {

    /** Names as of Kubernetes 1.34. */
    private static final String CONTROLLERS =
            String.join(
                    ",",
                    "garbage-collector-controller",
                    "namespace-controller",
                    "serviceaccount-controller",
                    "serviceaccount-token-controller",
                    "root-ca-certificate-publisher-controller",
                    "disruption-controller",
                    // What people try on Worlds, and what they bring with them.
                    "resourcequota-controller",
                    "horizontal-pod-autoscaler-controller",
                    "job-controller");

    List<String> etcd() {
        String client = "https://127.0.0.1:" + options.ports().etcdClient();
        String peer = "https://127.0.0.1:" + options.ports().etcdPeer();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                assets.program("etcd"),
                                "--data-dir=" + ControlPlane.etcdData(options.folder()),
                                "--name=local",
                                "--listen-client-urls=" + client,
                                "--advertise-client-urls=" + client,
                                "--listen-peer-urls=" + peer,
                                "--initial-advertise-peer-urls=" + peer,
                                "--initial-cluster=local=" + peer,
                                "--cert-file=" + pki.path("etcd.crt"),
                                "--key-file=" + pki.path("etcd.key"),
                                "--trusted-ca-file=" + pki.path("etcd-ca.crt"),
                                "--client-cert-auth=true",
                                "--peer-cert-file=" + pki.path("etcd.crt"),
                                "--peer-key-file=" + pki.path("etcd.key"),
                                "--peer-trusted-ca-file=" + pki.path("etcd-ca.crt"),
                                "--peer-client-cert-auth=true",
                                // Health without a client certificate, on loopback.
                                "--listen-metrics-urls=http://127.0.0.1:"
                                        + options.ports().etcdHealth(),
                                "--log-level=warn"));
        if (!options.durable()) {
            command.add("--unsafe-no-fsync=true");
        }
        return command;
    }

    List<String> apiServer() {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                assets.program("kube-apiserver"),
                                "--etcd-servers=https://127.0.0.1:" + options.ports().etcdClient(),
                                "--etcd-cafile=" + pki.path("etcd-ca.crt"),
                                "--etcd-certfile=" + pki.path("etcd.crt"),
                                "--etcd-keyfile=" + pki.path("etcd.key"),
                                "--bind-address=127.0.0.1",
                                "--advertise-address=127.0.0.1",
                                "--secure-port=" + options.ports().api(),
                                // The reconciler refuses a loopback address; no pod needs the
                                // endpoint it would write.
                                "--endpoint-reconciler-type=none",
                                "--tls-cert-file=" + pki.path("apiserver.crt"),
                                "--tls-private-key-file=" + pki.path("apiserver.key"),
                                "--anonymous-auth=false",
                                "--token-auth-file=" + credentials.tokens(),
                                "--authorization-mode=Node,RBAC",
                                "--service-account-key-file=" + pki.path("accounts.pub"),
                                "--service-account-signing-key-file=" + pki.path("accounts.key"),
                                "--service-account-issuer=https://kubernetes.default.svc",
                                "--service-cluster-ip-range=" + Pki.SERVICE_RANGE,
                                "--kubelet-client-certificate=" + pki.path("kubelet-client.crt"),
                                "--kubelet-client-key=" + pki.path("kubelet-client.key"),
                                "--kubelet-certificate-authority=" + pki.path("kubelet-ca.crt"),
                                "--kubelet-preferred-address-types=InternalIP",
                                "--enable-admission-plugins=NodeRestriction",
                                // It taints new nodes for a controller to clear that does not run,
                                // and a node may not clear its own taints.
                                "--disable-admission-plugins=TaintNodesByCondition",
                                "--profiling=false"));
        if (!options.components().contains(Component.CONTROLLERS)) {
            // Nobody would make the account "default" that it demands of every pod's namespace.
            command.add("--disable-admission-plugins=ServiceAccount");
        }
        return command;
    }

    List<String> scheduler() {
        return List.of(
                assets.program("kube-scheduler"),
                "--kubeconfig=" + credentials.kubeconfig("scheduler"),
                "--leader-elect=false",
                "--bind-address=127.0.0.1",
                "--secure-port=" + options.ports().schedulerHealth(),
                "--tls-cert-file=" + pki.path("apiserver.crt"),
                "--tls-private-key-file=" + pki.path("apiserver.key"),
                "--profiling=false");
    }

    List<String> controllers() {
        boolean hasty = options.components().contains(Component.HASTY_AUTOSCALER);
        return List.of(
                assets.program("kube-controller-manager"),
                "--kubeconfig=" + credentials.kubeconfig("controllers"),
                "--controllers=" + CONTROLLERS,
                "--horizontal-pod-autoscaler-sync-period=" + (hasty ? "1s" : "15s"),
                // Each controller with its own account's rights, as in a real cluster.
                "--use-service-account-credentials=true",
                "--service-account-private-key-file=" + pki.path("accounts.key"),
                "--root-ca-file=" + pki.path("ca.crt"),
                "--leader-elect=false",
                "--bind-address=127.0.0.1",
                "--secure-port=" + options.ports().controllersHealth(),
                "--tls-cert-file=" + pki.path("apiserver.crt"),
                "--tls-private-key-file=" + pki.path("apiserver.key"),
                "--profiling=false");
    }
}
