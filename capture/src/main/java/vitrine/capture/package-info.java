/**
 * Frame sources: cameras, the demo, patterns, photos, files and streams. Every source's frames lie in fd-backed buffers
 * that the consumer imports once, and are lent out one {@link vitrine.capture.CapturedFrame} at a time. Two kinds: a
 * camera's driver fills the buffers ({@code CameraSource}), or code here does ({@code ProducedSource}).
 */
@NullMarked
package vitrine.capture;

import org.jspecify.annotations.NullMarked;
