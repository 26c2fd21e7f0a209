package vitrine.present.display;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import vitrine.engine.command.Timeline;
import vitrine.engine.memory.DeviceBuffer;
import vitrine.present.PresentException;

/**
 * Writes pictures that the GPU copied into buffers, on a thread of its own. The buffers go round between the frame
 * thread and this one; none is used by both at once. After a failure it writes no more, but keeps the
 * buffers going.
 */
final class PictureWriter implements AutoCloseable {

    private final Timeline timeline;
    private final Path folder;
    private final PresentUri.Size size;
    private final BlockingQueue<Slot> free;
    private final BlockingQueue<Slot> ready;
    private final int keep;
    private final ArrayDeque<Path> kept = new ArrayDeque<>();
    private final DeviceBuffer[] buffers;
    private final Thread thread;
    private volatile @Nullable PresentException failure;
    private volatile long written;
    private boolean told;

    /** A buffer on its way round; the fields belong to whoever holds it. */
    static final class Slot {
        private final @Nullable DeviceBuffer buffer;
        private long frame;
        private boolean card;
        private long value;

        private Slot(@Nullable DeviceBuffer buffer) {
            this.buffer = buffer;
        }

        DeviceBuffer buffer() {
            if (buffer == null) {
                throw new AssertionError("the end mark has no buffer");
            }
            return buffer;
        }
    }

    private static final Slot END = new Slot(null);

    private PictureWriter(Timeline timeline, Path folder, PresentUri.Size size, int keep, DeviceBuffer[] buffers) {
        this.timeline = timeline;
        this.folder = folder;
        this.size = size;
        this.keep = keep;
        this.buffers = buffers;
        free = new ArrayBlockingQueue<>(buffers.length);
        ready = new ArrayBlockingQueue<>(buffers.length + 1);
        for (DeviceBuffer buffer : buffers) {
            free.add(new Slot(buffer));
        }
        thread = new Thread(this::run, "picture writer");
    }

    /** Owns the buffers from here on: R, G, B, X bytes, rows without padding. Keeps all pictures, or the newest ones. */
    static PictureWriter start(Timeline timeline, Path folder, PresentUri.Size size, int keep, DeviceBuffer[] buffers) {
        PictureWriter writer = new PictureWriter(timeline, folder, size, keep, buffers);
        writer.thread.start();
        return writer;
    }

    /** Throws what went wrong since the last call, once. */
    void check() {
        PresentException e = failure;
        if (e != null && !told) {
            told = true;
            throw e;
        }
    }

    /** A buffer nobody uses; waits for one. */
    Slot slot() {
        try {
            return free.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PresentException("interrupted while waiting for a picture to be written", e);
        }
    }

    /** Takes a slot back: its picture is complete when the timeline reaches {@code value}. */
    void write(Slot slot, long frame, boolean card, long value) {
        slot.frame = frame;
        slot.card = card;
        slot.value = value;
        ready.add(slot);
    }

    long written() {
        return written;
    }

    private void run() {
        try (PngWriter png = new PngWriter()) {
            while (true) {
                Slot slot = ready.take();
                if (slot == END) {
                    return;
                }
                PresentException e = write(png, slot);
                if (failure == null) {
                    failure = e;
                }
                free.add(slot);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts the picture writer", e);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private @Nullable PresentException write(PngWriter png, Slot slot) {
        String name = String.format(Locale.ROOT, slot.card ? "card-%06d.png" : "frame-%06d.png", slot.frame);
        try {
            timeline.await(slot.value, Long.MAX_VALUE);
            if (failure != null) {
                return null;
            }
            ByteBuffer pixels = slot.buffer().memory().asByteBuffer();
            png.write(folder.resolve(name), pixels, size.width(), size.height());
            written++;
            forgetOldest(folder.resolve(name));
            return null;
        } catch (IOException e) {
            return new PresentException(
                    name + " cannot be written to " + folder + " (" + reason(e)
                            + "); free space there or name another folder",
                    e);
        } catch (RuntimeException e) { // the device is lost, say; the frame thread must hear of it, not wait for ever
            return new PresentException(name + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** Keeps a run of weeks from filling the disk. */
    private void forgetOldest(Path newest) throws IOException {
        if (keep == 0) {
            return;
        }
        kept.remove(newest); // written again, as a card may be
        kept.add(newest);
        if (kept.size() > keep) {
            Files.deleteIfExists(kept.remove());
        }
    }

    /** The system's words for it. */
    static String reason(IOException e) {
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return reason == null || reason.isBlank() ? e.getClass().getSimpleName() : reason;
    }

    /** Writes what is queued, ends the thread, closes the buffers, throws what nobody has been told. The GPU is idle. */
    @Override
    public void close() {
        ready.add(END);
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        for (DeviceBuffer buffer : buffers) {
            buffer.close();
        }
        check();
    }
}
