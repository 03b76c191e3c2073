{{- define "debias.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What selects the pods of a component; called with a list of the root and the component's name. */}}
{{- define "debias.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ $root.Chart.Name }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/* The labels of an object; called as the selector. */}}
{{- define "debias.labels" -}}
{{- $root := index . 0 -}}
{{ include "debias.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end -}}

{{- define "debias.image" -}}
{{ printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) | quote }}
{{- end -}}

{{- define "debias.secret" -}}
{{- required "existingSecret has to name a Secret with RABBITMQ_URL and NEO4J_PASSWORD" .Values.existingSecret -}}
{{- end -}}

{{/* Where a component's container comes from, what it may do, and what it is told; called as the selector. */}}
{{- define "debias.environment" -}}
{{- $root := index . 0 -}}
{{- $secret := include "debias.secret" $root -}}
envFrom:
  - configMapRef:
      name: {{ include "debias.fullname" $root }}
env:
  - name: RABBITMQ_URL
    valueFrom:
      secretKeyRef: { name: {{ $secret }}, key: RABBITMQ_URL }
  - name: NEO4J_PASSWORD
    valueFrom:
      secretKeyRef: { name: {{ $secret }}, key: NEO4J_PASSWORD }
  - name: QDRANT_API_KEY
    valueFrom:
      secretKeyRef: { name: {{ $secret }}, key: QDRANT_API_KEY, optional: true }
{{- if eq (index . 1) "api" }}
  - name: DEBIAS_API_TOKENS
    valueFrom:
      secretKeyRef: { name: {{ $secret }}, key: DEBIAS_API_TOKENS, optional: true }
{{- if not $root.Values.api.persistence.enabled }}
  # What would be kept on a disk that goes with the pod is refused instead.
  - name: DEBIAS_SPOOL_LIMIT
    value: "0"
  - name: DEBIAS_ARCHIVE_LIMIT
    value: "0"
{{- end }}
{{- end }}
{{- end -}}

{{/* The probes of a container; called with a list of the root and the name of its port. */}}
{{- define "debias.probes" -}}
{{- $root := index . 0 -}}
{{- $port := index . 1 -}}
startupProbe:
  httpGet: { path: /health, port: {{ $port }} }
  {{- toYaml $root.Values.probes.startup | nindent 2 }}
livenessProbe:
  httpGet: { path: /health, port: {{ $port }} }
  {{- toYaml $root.Values.probes.liveness | nindent 2 }}
readinessProbe:
  httpGet: { path: /health/ready, port: {{ $port }} }
  {{- toYaml $root.Values.probes.readiness | nindent 2 }}
{{- end -}}

{{- define "debias.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "debias.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* Pods of a component on different nodes and in different zones; called as the selector. */}}
{{- define "debias.spread" -}}
{{- $selector := include "debias.selector" . -}}
{{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- $selector | nindent 6 }}
{{- end }}
{{- end -}}

{{/* Where a component's pods may run, and where their image comes from; called with a list of the root and its values. */}}
{{- define "debias.placement" -}}
{{- $root := index . 0 -}}
{{- $values := index . 1 -}}
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
