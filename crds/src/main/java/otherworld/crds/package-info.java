/**
 * The World custom resource: group {@code otherworld.dev}, version {@code v1alpha1}, whose changes
 * are additive only. The CRD is generated from these records; its committed copy is {@code
 * crds/worlds.otherworld.dev-v1.yml}, and the build fails when the two differ.
 *
 * <p>Rules of the schema, each found by trying: CEL rules stand on types (on a record component
 * they are emitted twice); components are boxed and the defaults of parents are complete JSON
 * objects (a primitive under a {@code {}} default becomes 0); durations are strings; what is
 * immutable is guarded by its parent, so that removing the field does not dodge the rule; a rule
 * asks whether a required field is there all the same, since Kubernetes lets unchanged invalid
 * fields of stored objects through, but no rule that cannot be evaluated. Compact constructors
 * repeat the schema's defaults, so that a World made in Java means what the same World means after
 * the API server has seen it.
 */
@NullMarked
package otherworld.crds;

import org.jspecify.annotations.NullMarked;
