/** The camera's picture: where it lies on the target, and the pass that draws it. */
@NullMarked
package vitrine.present.video;

import org.jspecify.annotations.NullMarked;
