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
{{- else if .Values.trial.issuer.enabled }}{{ printf "http://%s-trial-issuer.%s.svc:8080" (include "otherworld.fullname" .) .Release.Namespace }}
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

{{/* Of a process with a management port. */}}
{{- define "otherworld.probes" -}}
startupProbe:
  httpGet: {path: /healthz, port: management}
  periodSeconds: 1
  failureThreshold: 120
  timeoutSeconds: 2
livenessProbe:
  httpGet: {path: /healthz, port: management}
  periodSeconds: 5
  failureThreshold: 6
  timeoutSeconds: 2
readinessProbe:
  httpGet: {path: /readyz, port: management}
  periodSeconds: 2
  failureThreshold: 3
  timeoutSeconds: 2
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

{{/* SQL and Redis from the connections Secret. Argument: dict "root" $ "keys" LIST */}}
{{- define "otherworld.connections" -}}
{{- range .keys }}
- name: {{ . }}
  valueFrom: {secretKeyRef: {name: {{ $.root.Values.connections.secretName }}, key: {{ . }}}}
{{- end }}
{{- range .optional }}
- name: {{ . }}
  valueFrom: {secretKeyRef: {name: {{ $.root.Values.connections.secretName }}, key: {{ . }}, optional: true}}
{{- end }}
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
