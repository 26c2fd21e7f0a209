package vitrine.present.kms;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Looks at a connector's status and modes in sysfs four times a second, on a thread of its own. Reading there does not
 * probe: it shows what the kernel learned from its hot-plug interrupt or its own polling. Any thread may ask.
 */
public final class ConnectorWatch implements AutoCloseable {

    private static final long PERIOD_MILLIS = 250;

    /** The kernel cuts a sysfs file at one page; the modes of any screen fit. */
    private static final int LARGEST = 16384;

    private final String status;
    private final String modes;
    private final byte[] buffer = new byte[LARGEST];
    private final Thread thread;
    private int seen;
    private volatile boolean connected;
    private final AtomicInteger changes = new AtomicInteger();
    private volatile boolean closed;

    private ConnectorWatch(Connector connector) {
        Path directory = connector.directory();
        status = directory.resolve("status").toString();
        modes = directory.resolve("modes").toString();
        thread = Thread.ofPlatform()
                .daemon()
                .name("connector " + connector.name())
                .unstarted(this::watch);
    }

    /** Starts watching; the first look has been made when this returns. */
    public static ConnectorWatch start(Connector connector) {
        ConnectorWatch watch = new ConnectorWatch(connector);
        watch.seen = watch.look();
        watch.thread.start();
        return watch;
    }

    /** Whether a screen is there, or may be; false also when the connector itself is gone. */
    public boolean connected() {
        return connected;
    }

    /** How often status or modes have been found changed so far. */
    public int changes() {
        return changes.get();
    }

    private void watch() {
        while (!closed) {
            try {
                Thread.sleep(PERIOD_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
            int now = look();
            if (now != seen) {
                seen = now;
                changes.incrementAndGet();
            }
        }
    }

    /** A number that stands for what was seen. */
    private int look() {
        int length = read(status);
        // "connected" and "unknown", and neither "disconnected" nor nothing
        connected = length > 0 && buffer[0] != 'd';
        return 31 * digest(length) + digest(read(modes));
    }

    private int digest(int length) {
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + buffer[i];
        }
        return hash;
    }

    private int read(String file) {
        try (FileInputStream in = new FileInputStream(file)) {
            return Math.max(0, in.readNBytes(buffer, 0, buffer.length));
        } catch (IOException e) {
            Arrays.fill(buffer, 0, 1, (byte) 0);
            return 0;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
