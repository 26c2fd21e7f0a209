package vitrine.capture.jpeg;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One picture on its way through {@link JpegWorkers}, for its {@link Listener} to read. The object is used again for a
 * later picture, so it is valid only during the call.
 */
public final class JpegFrame {

    /** Takes decoded pictures. */
    public interface Listener {
        /**
         * A picture is through, whatever became of it: its compressed buffer and its target are the caller's again.
         * Called on a worker's thread, one call at a time, in the order in which the pictures were offered; never
         * after {@link JpegWorkers#close} has returned. Shall be short, and must neither throw nor close the workers.
         */
        void decoded(JpegFrame frame);
    }

    /**
     * A buffer that compressed pictures come in.
     *
     * @param index the caller's own number for it
     * @param memory native; lives until the workers are closed
     */
    public record Compressed(int index, MemorySegment memory) {
        public Compressed {
            if (!memory.isNative()) {
                throw new IllegalArgumentException("compressed JPEG buffer " + index + ": " + memory);
            }
        }
    }

    /**
     * A buffer that pictures are decoded to.
     *
     * @param index the caller's own number for it
     * @param memory native, of at least the layout's {@link JpegLayout#extent}; lives until the workers are closed
     */
    public record Target(int index, MemorySegment memory, JpegLayout layout) {
        public Target {
            if (!memory.isNative() || memory.isReadOnly() || memory.byteSize() < layout.extent()) {
                throw new IllegalArgumentException(
                        "target " + index + " of decoded JPEGs: " + memory + " for " + layout.extent() + " bytes");
            }
        }
    }

    // All guarded by the workers' lock, except between start and end of the decoding: then the worker's own.
    private @Nullable Compressed compressed;
    private long length;
    private @Nullable Target target;
    private long sequence;
    private long captureNanos;
    private JpegStatus status = JpegStatus.BROKEN;
    private long decodeNanos;
    private boolean done;

    JpegFrame() {}

    public Compressed compressed() {
        return some(compressed);
    }

    /** Bytes of the compressed picture. */
    public long length() {
        return length;
    }

    public Target target() {
        return some(target);
    }

    /** As given with the picture. */
    public long sequence() {
        return sequence;
    }

    /** As given with the picture. */
    public long captureNanos() {
        return captureNanos;
    }

    public JpegStatus status() {
        return status;
    }

    /** How long decoding took. */
    public long decodeNanos() {
        return decodeNanos;
    }

    void offered(Compressed compressed, long length, Target target, long sequence, long captureNanos) {
        this.compressed = compressed;
        this.length = length;
        this.target = target;
        this.sequence = sequence;
        this.captureNanos = captureNanos;
        this.done = false;
    }

    void decode(PictureDecoder decoder) {
        Target t = target();
        long start = System.nanoTime();
        status = decoder.decode(compressed().memory(), length, t.memory(), t.layout());
        decodeNanos = System.nanoTime() - start;
    }

    void setDone() {
        done = true;
    }

    boolean isDone() {
        return done;
    }

    private static <T> T some(@Nullable T value) {
        if (value == null) {
            throw new AssertionError("a frame that was not offered");
        }
        return value;
    }
}
