/** Detectors and what they find. */
@NullMarked
package vitrine.inference;

import org.jspecify.annotations.NullMarked;
