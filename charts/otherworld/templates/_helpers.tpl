{{- define "otherworld.fullname" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" }}{{ end -}}
{{- end -}}
{{- end -}}

{{/* Labels that never change: selectors. Argument: dict "root" $ "component" NAME */}}
{{- define "otherworld.selector" -}}
app.kubernetes.io/name: otherworld
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "otherworld.labels" -}}
{{ include "otherworld.selector" . }}
app.kubernetes.io/part-of: otherworld
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Argument: dict "root" $ "name" IMAGE "override" WHOLE-IMAGE */}}
{{- define "otherworld.image" -}}
{{- if .override }}{{ .override }}
{{- else }}{{ .root.Values.images.repository }}/{{ .name }}:{{ default .root.Chart.AppVersion .root.Values.images.tag }}{{ end -}}
{{- end -}}

{{- define "otherworld.instanceImage" -}}
{{- include "otherworld.image" (dict "root" . "name" "instance-server" "override" .Values.instances.image) -}}
{{- end -}}

{{- define "otherworld.pullSecrets" -}}
{{- with .Values.images.pullSecrets }}
imagePullSecrets:
{{- range . }}
  - name: {{ . }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "otherworld.keysSecret" -}}
{{- default (printf "%s-keys" (include "otherworld.fullname" .)) .Values.keys.secretName -}}
{{- end -}}

{{- define "otherworld.issuerUrl" -}}
{{- if .Values.oidc.issuer }}{{ .Values.oidc.issuer }}
{{- else if .Values.trial.issuer.enabled }}{{ printf "http://%s-trial-issuer.%s.svc:%s" (include "otherworld.fullname" .) .Release.Namespace (include "otherworld.port" (dict "root" . "process" "trial-issuer" "port" "http")) }}
{{- else }}{{ fail "oidc.issuer is empty: give the `iss` of players' tokens, or set trial.issuer.enabled=true to try things out" }}{{ end -}}
{{- end -}}

{{/* Pod Security "restricted". The images' user is a number and not root. */}}
{{- define "otherworld.podSecurity" -}}
securityContext:
  runAsNonRoot: true
  seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "otherworld.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{/* Of deploy/processes.yaml, as JSON. Arguments of these: dict "root" $ "process" NAME */}}
{{- define "otherworld.process" -}}
{{- get (.root.Files.Get "files/processes.yaml" | fromYaml).processes .process | required (printf "files/processes.yaml has no process %s" .process) | toJson -}}
{{- end -}}

{{/* The same with "port" NAME: its number. */}}
{{- define "otherworld.port" -}}
{{- (get (include "otherworld.process" . | fromJson).ports .port).port -}}
{{- end -}}

{{- define "otherworld.ports" -}}
ports:
{{- range $name, $port := (include "otherworld.process" . | fromJson).ports }}
  - {name: {{ $name }}, containerPort: {{ $port.port }}}
{{- end }}
{{- end -}}

{{/* Settings that have its ports. */}}
{{- define "otherworld.portSettings" -}}
{{- range (include "otherworld.process" . | fromJson).ports }}
- {name: {{ .setting }}, value: {{ .port | quote }}}
{{- end }}
{{- end -}}

{{- define "otherworld.probes" -}}
{{- $all := (.root.Files.Get "files/processes.yaml" | fromYaml).probes }}
{{- range $kind, $probe := get $all (include "otherworld.process" . | fromJson).probes }}
{{ $kind }}Probe:
  httpGet: {{ pick $probe "path" "port" | toJson }}
  {{- range $key, $value := omit $probe "path" "port" }}
  {{ $key }}: {{ $value }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Of a process that is not its image's own. */}}
{{- define "otherworld.command" -}}
{{- $process := include "otherworld.process" . | fromJson -}}
{{- $command := list "java" -}}
{{- range $process.jvm }}{{ $command = append $command (printf "@/jvm/%s.args" .) }}{{ end -}}
{{- append $command $process.main | toJson -}}
{{- end -}}

{{/* Where pods go. Argument: dict "root" $ "component" NAME "values" VALUES */}}
{{- define "otherworld.placement" -}}
topologySpreadConstraints:
{{- if .values.topologySpreadConstraints }}
{{ toYaml .values.topologySpreadConstraints | indent 2 }}
{{- else }}
{{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - topologyKey: {{ $key }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{ include "otherworld.selector" $ | nindent 8 }}
{{- end }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end -}}

{{/* Where a process finds SQL and Redis, from a Secret. Argument: dict "root" $ "process" NAME "secret" NAME */}}
{{- define "otherworld.connections" -}}
{{- $groups := (.root.Files.Get "files/processes.yaml" | fromYaml).settings }}
{{- $secret := .secret }}
{{- $of := (include "otherworld.process" . | fromJson).settings.of }}
{{- range $of }}{{ range (get $groups .).required }}
- name: {{ . }}
  valueFrom: {secretKeyRef: {name: {{ $secret }}, key: {{ . }}}}
{{- end }}{{ end }}
{{- range $of }}{{ range (get $groups .).optional }}
- name: {{ . }}
  valueFrom: {secretKeyRef: {name: {{ $secret }}, key: {{ . }}, optional: true}}
{{- end }}{{ end }}
{{- end -}}

{{- define "otherworld.rules" -}}
{{- range splitList "\n---\n" (.Files.Get "files/operator-rbac.yaml") }}
{{- $object := fromYaml . }}
{{- if eq (default "" $object.kind) "ClusterRole" }}{{ toJson $object.rules }}{{ end }}
{{- end }}
{{- end -}}

{{/* "5s" or "1m" as seconds. */}}
{{- define "otherworld.gatewayDrainSeconds" -}}
{{- $drain := .Values.gateway.drain }}
{{- if hasSuffix "m" $drain }}{{ mul 60 (trimSuffix "m" $drain | int) }}{{ else }}{{ trimSuffix "s" $drain | int }}{{ end -}}
{{- end -}}

{{/* What players are told. */}}
{{- define "otherworld.gatewayUrl" -}}
{{- $host := required "gateway.host is empty: give the name under which players reach the gateway, such as play.example.org" .Values.gateway.host -}}
{{ .Values.gateway.scheme }}://{{ $host }}{{ with .Values.gateway.publicPort }}:{{ . }}{{ end }}
{{- end -}}


{{/* ---- connections among our own processes: docs/internal-tls.md */}}

{{- define "otherworld.internalTls.on" -}}
{{- if ne .Values.internalTls.mode "Off" }}true{{ end -}}
{{- end -}}

{{/* Plain text is served: Off, or Permissive. */}}
{{- define "otherworld.internalTls.plain" -}}
{{- if ne .Values.internalTls.mode "Required" }}true{{ end -}}
{{- end -}}

{{/* Of everybody's certificates: two releases may have the same authority. */}}
{{- define "otherworld.internalTls.domain" -}}
{{- default (printf "%s.%s" (include "otherworld.fullname" .) .Release.Namespace) .Values.internalTls.domain -}}
{{- end -}}

{{/* That a process mounts. Argument: dict "root" $ "role" operator, matchmaker or gateway */}}
{{- define "otherworld.internalTls.secret" -}}
{{- $own := printf "%s-%s-tls" (include "otherworld.fullname" .root) .role -}}
{{- if eq .root.Values.internalTls.certificates "Operator" }}{{ $own }}{{ else }}{{ default $own (get .root.Values.internalTls.secretNames .role) }}{{ end -}}
{{- end -}}

{{- define "otherworld.internalTls.mode" -}}
- {name: OTHERWORLD_INTERNAL_TLS_MODE, value: {{ lower .Values.internalTls.mode }}}
- {name: OTHERWORLD_INTERNAL_TLS_DOMAIN, value: {{ include "otherworld.internalTls.domain" . | quote }}}
{{- end -}}

{{/* Of a process that mounts its Secret. */}}
{{- define "otherworld.internalTls.env" -}}
{{- include "otherworld.internalTls.mode" . }}
- {name: OTHERWORLD_INTERNAL_TLS_FOLDER, value: /etc/otherworld/internal-tls}
{{- end -}}

{{- define "otherworld.internalTls.mount" -}}
- {name: internal-tls, mountPath: /etc/otherworld/internal-tls, readOnly: true}
{{- end -}}

{{/* Not optional: the pod waits until there is one. Argument: as of "secret". */}}
{{- define "otherworld.internalTls.volume" -}}
- name: internal-tls
  secret: {secretName: {{ include "otherworld.internalTls.secret" . }}, defaultMode: 0444}
{{- end -}}

{{- define "otherworld.keysUrl" -}}
{{- $matchmaker := printf "%s-matchmaker" (include "otherworld.fullname" .) -}}
{{- if include "otherworld.internalTls.on" . -}}
https://{{ $matchmaker }}-internal.{{ .Release.Namespace }}.svc:{{ include "otherworld.port" (dict "root" . "process" "matchmaker" "port" "keys") }}/v1/keys
{{- else -}}
http://{{ $matchmaker }}.{{ .Release.Namespace }}.svc:{{ .Values.matchmaker.service.port }}/v1/keys
{{- end -}}
{{- end -}}

{{- define "otherworld.fleetAddress" -}}
{{- $matchmaker := printf "%s-matchmaker" (include "otherworld.fullname" .) -}}
{{- if include "otherworld.internalTls.on" . -}}
{{ $matchmaker }}-internal.{{ .Release.Namespace }}.svc:{{ include "otherworld.port" (dict "root" . "process" "matchmaker" "port" "grpc-tls") }}
{{- else -}}
{{ $matchmaker }}-grpc.{{ .Release.Namespace }}.svc:{{ include "otherworld.port" (dict "root" . "process" "matchmaker" "port" "grpc") }}
{{- end -}}
{{- end -}}

{{/* What logs look like, where it is not what processes do by themselves. Argument: $ */}}
{{- define "otherworld.logs" -}}
{{- if ne .Values.logs.format "text" }}
- {name: OTHERWORLD_LOG_FORMAT, value: {{ .Values.logs.format }}}
{{- end }}
{{- if ne .Values.logs.playerIds "plain" }}
- {name: OTHERWORLD_PLAYER_IDS, value: {{ .Values.logs.playerIds | quote }}}
{{- end }}
{{- end -}}

{{/* Where spans go. Argument: dict "root" $ "names" BOOLEAN: whether the pod says its own */}}
{{- define "otherworld.tracing" -}}
{{- with .root.Values.tracing }}{{ if .endpoint }}
- {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ .endpoint | quote }}}
- {name: OTEL_TRACES_SAMPLER, value: {{ .sampler | quote }}}
- {name: OTEL_TRACES_SAMPLER_ARG, value: {{ .ratio | quote }}}
{{- if $.names }}
{{- with .headersSecretName }}
- {name: OTEL_EXPORTER_OTLP_HEADERS, valueFrom: {secretKeyRef: {name: {{ . }}, key: OTEL_EXPORTER_OTLP_HEADERS}}}
{{- end }}
- {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
- {name: OTEL_RESOURCE_ATTRIBUTES, value: "k8s.pod.name=$(POD_NAME),k8s.namespace.name={{ $.root.Release.Namespace }}"}
{{- end }}
{{- end }}{{ end }}
{{- end -}}
