/**
 * Video and boxes onto a screen, a window or a picture file. Reading order: {@code text} (fonts and glyphs), {@code
 * overlay} (boxes and labels), {@code video} (the camera's picture), {@code scene} (both in one pass), {@code display}
 * (where it goes).
 */
@NullMarked
package vitrine.present;

import org.jspecify.annotations.NullMarked;
