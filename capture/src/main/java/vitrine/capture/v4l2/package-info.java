/** Video4Linux capture devices: what there is, what they offer, formats, controls, timings, buffers and streaming. */
@NullMarked
package vitrine.capture.v4l2;

import org.jspecify.annotations.NullMarked;
