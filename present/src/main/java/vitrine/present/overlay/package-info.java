/** What lies over the video: the list of boxes and texts, and the pass that draws it. */
@NullMarked
package vitrine.present.overlay;

import org.jspecify.annotations.NullMarked;
