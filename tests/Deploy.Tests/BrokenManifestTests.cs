using Convoy.Deploy.Tests.Rules;
using Convoy.Deploy.Tests.Support;

namespace Convoy.Deploy.Tests;

/// <summary>A small cluster without fault, and every fault that the rules are there to find.</summary>
public sealed class BrokenManifestTests
{
    const string Sound = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: convoy, labels: {pod-security.kubernetes.io/enforce: restricted}}
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: worker}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: convoy-node}
        data: {JOIN: "worker-0.worker:4053,worker-1.worker:4053", CONVOY_TLS: /tls}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: convoy-data}
        spec: {accessModes: [ReadOnlyMany]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: worker}
        spec:
          clusterIP: None
          selector: {app.kubernetes.io/component: worker}
          ports: [{name: control, port: 4053, targetPort: control}]
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {name: worker}
        spec:
          serviceName: worker
          replicas: 2
          selector: {matchLabels: {app.kubernetes.io/component: worker}}
          template:
            metadata: {labels: {app.kubernetes.io/component: worker}}
            spec:
              serviceAccountName: worker
              automountServiceAccountToken: false
              terminationGracePeriodSeconds: 60
              securityContext: {runAsNonRoot: true, runAsUser: 1654, seccompProfile: {type: RuntimeDefault}}
              containers:
                - name: worker
                  image: convoy-worker:0.1.0
                  args: [worker, --host=0.0.0.0, --public-host=$(POD_NAME).worker, --port=4053, --join=$(JOIN), --metrics=9464]
                  envFrom: [{configMapRef: {name: convoy-node}}]
                  env:
                    - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                    - {name: CONVOY_JOURNAL, valueFrom: {secretKeyRef: {name: convoy-journal, key: url}}}
                  ports: [{name: control, containerPort: 4053}, {name: metrics, containerPort: 9464}]
                  startupProbe: {httpGet: {path: /healthz/live, port: metrics}}
                  livenessProbe: {httpGet: {path: /healthz/live, port: metrics}}
                  readinessProbe: {httpGet: {path: /healthz/ready, port: metrics}}
                  securityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}
                  resources: {requests: {cpu: "1", memory: 1Gi}, limits: {cpu: "2", memory: 2Gi}}
                  volumeMounts: [{name: data, mountPath: /data}, {name: tmp, mountPath: /tmp}]
              volumes:
                - {name: data, persistentVolumeClaim: {claimName: convoy-data}}
                - {name: tmp, emptyDir: {sizeLimit: 1Gi}}
        ---
        apiVersion: policy/v1
        kind: PodDisruptionBudget
        metadata: {name: budget}
        spec: {maxUnavailable: 1, selector: {matchLabels: {app.kubernetes.io/component: worker}}}
        ---
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: scaler}
        spec: {scaleTargetRef: {kind: StatefulSet, name: worker}, maxReplicas: 3}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: policy}
        spec:
          podSelector: {matchExpressions: [{key: app.kubernetes.io/component, operator: In, values: [worker]}]}
          policyTypes: [Ingress, Egress]
          ingress: [{from: [{podSelector: {}}], ports: [{port: control}]}]
          egress: [{to: [{podSelector: {matchLabels: {app.kubernetes.io/component: worker}}}], ports: [{port: control}]}]
        """;

    public static TheoryData<string> Rules => [.. Rule.All.Keys];

    [Theory]
    [MemberData(nameof(Rules))]
    public void What_is_sound_breaks_no_rule(string rule) => Assert.Empty(Rule.All[rule](Manifests.Parse(Sound)));

    [Theory]
    [InlineData("serviceAccountName: worker", "serviceAccountName: wroker", "no ServiceAccount 'wroker'")]
    [InlineData("claimName: convoy-data", "claimName: convoy-dta", "no PersistentVolumeClaim 'convoy-dta'")]
    [InlineData("configMapRef: {name: convoy-node}", "configMapRef: {name: convoy-nodes}", "no ConfigMap 'convoy-nodes'")]
    [InlineData("secretKeyRef: {name: convoy-journal", "secretKeyRef: {name: convoy-jurnal", "no Secret 'convoy-jurnal', and the operations guide has nobody create it")]
    [InlineData("key: url", "key: uri", "Secret 'convoy-journal' has no 'uri'")]
    [InlineData("{name: tmp, mountPath: /tmp}", "{name: temp, mountPath: /tmp}", "no volume 'temp'")]
    [InlineData("data: {JOIN:", "data: {JION:", "no variable for $(JOIN)")]
    public void A_reference_to_nothing_is_found(string sound, string broken, string problem) => AssertFound("what a pod refers to exists", sound, broken, problem);

    [Theory]
    [InlineData("/healthz/ready, port: metrics", "/healthz/ready, port: metric", "a probe of port 'metric', which worker has not")]
    [InlineData("targetPort: control", "targetPort: contrl", "Service worker: port 'contrl', which StatefulSet worker has not")]
    [InlineData("ingress: [{from: [{podSelector: {}}], ports: [{port: control}]}]", "ingress: [{ports: [{port: api}]}]", "NetworkPolicy policy: port 'api', which StatefulSet worker has not")]
    [InlineData("component: worker}}}], ports: [{port: control}]", "component: worker}}}], ports: [{port: data}]", "NetworkPolicy policy: port 'data', which StatefulSet worker has not")]
    [InlineData("--metrics=9464", "--metrics=9465", "--metrics=9465, which is no port of worker")]
    public void A_port_that_nobody_has_is_found(string sound, string broken, string problem) => AssertFound("named ports exist", sound, broken, problem);

    [Theory]
    [InlineData("metadata: {labels: {app.kubernetes.io/component: worker}}", "metadata: {labels: {app.kubernetes.io/component: other}}", "its selector misses its own pods")]
    [InlineData("selector: {app.kubernetes.io/component: worker}", "selector: {app.kubernetes.io/component: walker}", "Service worker: selects no pods")]
    [InlineData("clusterIP: None", "type: ClusterIP", "'worker' is no headless Service")]
    [InlineData("serviceName: worker", "serviceName: workers", "'workers' is no headless Service")]
    [InlineData("maxUnavailable: 1, selector: {matchLabels: {app.kubernetes.io/component: worker}}", "maxUnavailable: 1, selector: {matchLabels: {app.kubernetes.io/component: w}}", "PodDisruptionBudget budget: selects no pods")]
    [InlineData("scaleTargetRef: {kind: StatefulSet", "scaleTargetRef: {kind: Deployment", "HorizontalPodAutoscaler scaler: no Deployment 'worker'")]
    [InlineData("requests: {cpu: \"1\", memory: 1Gi}", "requests: {memory: 1Gi}", "a share of cpu requests that a container does not make")]
    [InlineData("values: [worker]", "values: [worker, walker]", "NetworkPolicy policy: no pods are 'walker'")]
    [InlineData("to: [{podSelector: {matchLabels: {app.kubernetes.io/component: worker}}}]", "to: [{podSelector: {matchLabels: {app.kubernetes.io/component: w}}}]", "NetworkPolicy policy: selects no pods")]
    public void A_selector_or_target_that_finds_nothing_is_found(string sound, string broken, string problem) => AssertFound("selectors and targets match", sound, broken, problem);

    [Theory]
    [InlineData("automountServiceAccountToken: false", "automountServiceAccountToken: true", "has a token of the Kubernetes API for no role")]
    [InlineData("emptyDir: {sizeLimit: 1Gi}", "hostPath: {path: /tmp}", "volume 'tmp' is of a kind that is not allowed")]
    [InlineData("serviceAccountName: worker", "serviceAccountName: worker\n      hostNetwork: true", "shares a namespace of its host")]
    [InlineData("allowPrivilegeEscalation: false", "privileged: true", "worker is privileged")]
    [InlineData("allowPrivilegeEscalation: false, ", "", "worker may gain privileges")]
    [InlineData("readOnlyRootFilesystem: true, ", "", "worker can write to its root file system")]
    [InlineData("runAsNonRoot: true, ", "", "worker may run as root")]
    [InlineData("runAsUser: 1654", "runAsUser: 0", "worker has no number of a user")]
    [InlineData(", seccompProfile: {type: RuntimeDefault}", "", "worker has no seccomp profile")]
    [InlineData("drop: [ALL]", "drop: [NET_RAW]", "worker keeps capabilities")]
    [InlineData("drop: [ALL]", "drop: [ALL], add: [SYS_ADMIN]", "worker adds capabilities")]
    [InlineData("containerPort: 4053}", "containerPort: 4053, hostPort: 4053}", "worker takes a port of its host")]
    [InlineData("enforce: restricted", "enforce: baseline", "Namespace convoy: does not enforce 'restricted'")]
    public void A_container_that_may_more_than_it_must_is_found(string sound, string broken, string problem) => AssertFound("containers are restricted", sound, broken, problem);

    [Theory]
    [InlineData("requests: {cpu: \"1\", memory: 1Gi}", "requests: {cpu: \"1\"}", "worker requests no memory")]
    [InlineData("limits: {cpu: \"2\", memory: 2Gi}", "limits: {memory: 2Gi}", "worker has no limit of cpu")]
    [InlineData("livenessProbe: {httpGet: {path: /healthz/live, port: metrics}}", "", "worker lacks a probe")]
    [InlineData("emptyDir: {sizeLimit: 1Gi}", "emptyDir: {}", "volume 'tmp' has no limit")]
    public void A_container_that_does_not_say_what_it_needs_is_found(string sound, string broken, string problem) => AssertFound("containers say what they need", sound, broken, problem);

    [Theory]
    [InlineData("replicas: 2", "replicas: 1", "no pod has the address worker-1.worker:4053")]
    [InlineData("worker-1.worker:4053", "worker-1.worker:4054", "no pod has the address worker-1.worker:4054")]
    [InlineData(",worker-1.worker:4053", "", "a lone seed that starts anew founds a second cluster")]
    [InlineData("--public-host=$(POD_NAME).worker", "--public-host=$(POD_NAME)", "its pods do not call themselves NAME.worker")]
    public void Nodes_that_do_not_find_each_other_are_found(string sound, string broken, string problem) => AssertFound("nodes find each other", sound, broken, problem);

    [Fact]
    public void Nodes_with_different_seeds_are_found()
    {
        var other = Sound[Sound.IndexOf("apiVersion: apps/v1", StringComparison.Ordinal)..Sound.IndexOf("---\napiVersion: policy/v1", StringComparison.Ordinal)]
            .Replace("metadata: {name: worker}", "metadata: {name: second}", StringComparison.Ordinal).Replace("--join=$(JOIN)", "'--join=worker-1.worker:4053,worker-0.worker:4053'", StringComparison.Ordinal);

        Assert.Contains("StatefulSet second: joins by worker-1.worker:4053,worker-0.worker:4053, and StatefulSet worker by worker-0.worker:4053,worker-1.worker:4053",
            Rule.All["nodes find each other"](Manifests.Parse($"{Sound}\n---\n{other}")));
    }

    [Theory]
    [InlineData("terminationGracePeriodSeconds: 60", "", "StatefulSet worker: 30 s to go, of which its node may take 45")]
    [InlineData("terminationGracePeriodSeconds: 60", "terminationGracePeriodSeconds: 45", "StatefulSet worker: 45 s to go, of which its node may take 45")]
    [InlineData("image: convoy-worker:0.1.0", "image: convoy-worker:0.1.0\n          lifecycle: {preStop: {sleep: {seconds: 20}}}", "StatefulSet worker: 60 s to go, of which its node may take 65")]
    public void A_pod_that_cannot_drain_in_time_is_found(string sound, string broken, string problem) => AssertFound("pods have time to drain", sound, broken, problem);

    [Theory]
    [InlineData("[worker, --host=0.0.0.0", "[wroker, --host=0.0.0.0", "StatefulSet worker: unknown command 'wroker' (did you mean 'worker'?); see 'convoy --help'")]
    [InlineData("--host=0.0.0.0", "--hots=0.0.0.0", "StatefulSet worker: unknown option '--hots=0.0.0.0'")]
    public void A_command_line_that_the_program_does_not_understand_is_found(string sound, string broken, string problem) => AssertFound("command lines are the program's", sound, broken, problem);

    [Theory]
    [InlineData(", CONVOY_TLS: /tls", "", "StatefulSet worker: neither CONVOY_TLS nor CONVOY_INSECURE, so that it does not start")]
    [InlineData("CONVOY_TLS: /tls", "CONVOY_TLS: /tls, CONVOY_INSECURE: \"1\"", "StatefulSet worker: has CONVOY_TLS, and CONVOY_INSECURE too")]
    public void A_node_that_others_could_join_without_proof_is_found(string sound, string broken, string problem) => AssertFound("nodes prove who they are, or say that they do not", sound, broken, problem);

    [Theory]
    [InlineData("maxUnavailable: 1", "maxUnavaliable: 1")] // unknown
    [InlineData("replicas: 2", "replicas: two")] // of another type
    [InlineData("apiVersion: autoscaling/v2", "apiVersion: autoscaling/v9")] // of no version
    [InlineData("serviceName: worker", "serviceName: worker\n  serviceName: worker")] // twice
    public void What_Kubernetes_would_not_take_does_not_load(string sound, string broken) => Assert.ThrowsAny<Exception>(() => Manifests.Parse(Replaced(sound, broken)));

    static void AssertFound(string rule, string sound, string broken, string problem) =>
        Assert.Contains(Rule.All[rule](Manifests.Parse(Replaced(sound, broken))), found => found.Contains(problem, StringComparison.Ordinal));

    static string Replaced(string sound, string broken)
    {
        Assert.Contains(sound, Sound);
        return Sound.Replace(sound, broken, StringComparison.Ordinal);
    }
}
