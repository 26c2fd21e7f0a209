/** The compute pass beside OpenCV, interleaved in one process. */
@NullMarked
package vitrine.tools.bench;

import org.jspecify.annotations.NullMarked;
