/** One frame's drawing: video, then overlay, in one dynamic rendering scope. */
@NullMarked
package vitrine.present.scene;

import org.jspecify.annotations.NullMarked;
