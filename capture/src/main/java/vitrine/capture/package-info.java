/**
 * Frame sources: the demo, patterns, photos, files and streams, and cameras to come. Every source writes its frames
 * into fd-backed buffers that the consumer imports once, and lends them out one {@link vitrine.capture.CapturedFrame}
 * at a time.
 */
@NullMarked
package vitrine.capture;

import org.jspecify.annotations.NullMarked;
