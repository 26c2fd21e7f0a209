/** What lies over the video: boxes, texts, cards and figures, where they lie, and the pass that draws it. */
@NullMarked
package vitrine.present.overlay;

import org.jspecify.annotations.NullMarked;
