package vitrine.capture.jpeg;

import java.lang.foreign.MemorySegment;

/** What a worker does with a picture: {@link JpegDecoder}, or what a test puts in its place. */
interface PictureDecoder extends AutoCloseable {
    JpegStatus decode(MemorySegment jpeg, long length, MemorySegment target, JpegLayout layout);

    @Override
    void close();
}
