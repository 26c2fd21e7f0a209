/** GPU timestamps and latency histograms. */
@NullMarked
package vitrine.engine.profile;

import org.jspecify.annotations.NullMarked;
