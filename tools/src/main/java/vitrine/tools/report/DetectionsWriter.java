package vitrine.tools.report;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import vitrine.inference.Detections;

/**
 * Writes detections as JSON lines, one an inferred frame, each flushed so that a reader can follow. The inference
 * thread writes; the thread that made it closes it after that one has ended.
 */
public final class DetectionsWriter implements AutoCloseable {

    private final Path file;
    private final BufferedWriter out;
    private final List<String> labels;
    private final StringBuilder line = new StringBuilder();

    private DetectionsWriter(Path file, BufferedWriter out, List<String> labels) {
        this.file = file;
        this.out = out;
        this.labels = labels;
    }

    /**
     * Opens the file, replacing what is there.
     *
     * @throws ReportException when it cannot be written
     */
    public static DetectionsWriter create(Path file, List<String> labels) {
        try {
            return new DetectionsWriter(file, Files.newBufferedWriter(file, StandardCharsets.UTF_8), labels);
        } catch (IOException e) {
            throw new ReportException("--detections " + file + " cannot be written: " + JsonText.reason(e));
        }
    }

    /** Writes one frame's line. */
    public void write(Detections d) {
        line.setLength(0);
        line.append("{\"frame\":")
                .append(d.sequence())
                .append(",\"captureNs\":")
                .append(d.captureNanos());
        line.append(",\"width\":").append(d.width()).append(",\"height\":").append(d.height());
        line.append(",\"inferenceMs\":");
        JsonText.decimal(line, d.inferenceNanos() / 1e6, 3);
        line.append(",\"objects\":[");
        for (int i = 0; i < d.size(); i++) {
            if (i > 0) {
                line.append(',');
            }
            line.append("{\"label\":");
            JsonText.string(line, labels.get(d.classIndex(i)));
            line.append(",\"class\":").append(d.classIndex(i)).append(",\"score\":");
            JsonText.decimal(line, d.score(i), 4);
            line.append(",\"box\":[");
            JsonText.decimal(line, d.x(i), 2);
            line.append(',');
            JsonText.decimal(line, d.y(i), 2);
            line.append(',');
            JsonText.decimal(line, d.w(i), 2);
            line.append(',');
            JsonText.decimal(line, d.h(i), 2);
            line.append("]}");
        }
        line.append("]}\n");
        try {
            out.append(line);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("--detections " + file + " cannot be written: " + JsonText.reason(e), e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException("--detections " + file + " cannot be written: " + JsonText.reason(e), e);
        }
    }
}
