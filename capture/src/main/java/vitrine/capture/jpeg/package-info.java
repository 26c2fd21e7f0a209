/**
 * JPEG pictures of cameras that send MJPG, decoded to planes of Y'CbCr by libjpeg-turbo's TurboJPEG API, alone
 * ({@link vitrine.capture.jpeg.JpegDecoder}) or on several threads that keep the order of the frames ({@link
 * vitrine.capture.jpeg.JpegWorkers}). No colour is converted here: the shaders read the planes.
 */
@NullMarked
package vitrine.capture.jpeg;

import org.jspecify.annotations.NullMarked;
