package vitrine.tools.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import vitrine.capture.CaptureMemory;
import vitrine.engine.profile.LatencyHistogram;

/**
 * What a run measured.
 *
 * @param source the source's description
 * @param format of its frames, as last seen
 * @param model name of the network
 * @param engine that ran it
 * @param device Vulkan device
 * @param driver its driver and version
 * @param present target's description
 * @param passes names of the users' passes, in the order of drawing
 * @param memory frame memory's rung
 * @param rejected why no better rung
 * @param capture how the source's frames get there
 * @param signalLosses how often a camera's signal was lost
 * @param frames counts
 * @param bytes frame data that the CPU touched
 * @param startMillis from the start of the JVM to the first frame presented
 * @param seconds from the first frame to the last
 * @param allocatedBytesPerFrame Java heap bytes a frame costs the frame thread once warm; -1 for a short run
 * @param validation messages of the validation layers, one line each with object, pass and frame
 * @param leaks what the audit found
 * @param stages in the order of data flow
 */
public record RunReport(
        String source,
        String format,
        String model,
        String engine,
        String device,
        String driver,
        String present,
        List<String> passes,
        String memory,
        List<String> rejected,
        CaptureMemory capture,
        long signalLosses,
        Frames frames,
        CpuBytes bytes,
        double startMillis,
        double seconds,
        double allocatedBytesPerFrame,
        List<String> validation,
        List<String> leaks,
        List<Stage> stages) {

    public RunReport {
        passes = List.copyOf(passes);
        rejected = List.copyOf(rejected);
        validation = List.copyOf(validation);
        leaks = List.copyOf(leaks);
        stages = List.copyOf(stages);
    }

    /**
     * Counts of frames.
     *
     * @param captured taken from the source
     * @param inferred run through the network
     * @param presented shown or written
     * @param dropped lost because the loop was late
     */
    public record Frames(long captured, long inferred, long presented, long dropped) {}

    /**
     * Bytes of frame data that the CPU read or wrote, in all.
     *
     * @param capture by the source to make the frames: decoding, conversion, drawing
     * @param importing copied because memory could not be imported
     * @param tensor read by the network
     * @param picture read back to be written to files
     */
    public record CpuBytes(long capture, long importing, long tensor, long picture) {}

    /**
     * One stage's latency.
     *
     * @param name of the stage
     * @param clock {@code gpu} for timestamps of the device, {@code cpu} for the frame thread's or worker's clock, else how
     *     the end was measured or estimated, see {@link vitrine.present.display.ScanOut}
     */
    public record Stage(String name, String clock, LatencyHistogram latency) {}

    /** The report with the findings that only stand fast after everything is closed. */
    public RunReport withFindings(List<String> messages, List<String> found) {
        List<String> all = new ArrayList<>(leaks);
        all.addAll(found);
        return new RunReport(
                source,
                format,
                model,
                engine,
                device,
                driver,
                present,
                passes,
                memory,
                rejected,
                capture,
                signalLosses,
                frames,
                bytes,
                startMillis,
                seconds,
                allocatedBytesPerFrame,
                messages,
                all,
                stages);
    }

    /** As JSON, a few lines. */
    public String toJson() {
        StringBuilder s = new StringBuilder("{");
        text(s, "source", source);
        text(s, "format", format);
        text(s, "model", model);
        text(s, "engine", engine);
        text(s, "device", device);
        text(s, "driver", driver);
        text(s, "present", present);
        s.append("\n  \"passes\": ");
        list(s, passes);
        s.append(",");
        text(s, "memory", memory);
        s.append("\n  \"memoryRejected\": ");
        list(s, rejected);
        s.append(",");
        text(s, "captureMemory", capture.way());
        s.append("\n  \"captureMemoryRejected\": ");
        list(s, capture.rejected());
        s.append(",\n  \"signalLosses\": ").append(signalLosses);
        s.append(",\n  \"frames\": {\"captured\": ").append(frames.captured);
        s.append(", \"inferred\": ").append(frames.inferred);
        s.append(", \"presented\": ").append(frames.presented);
        s.append(", \"dropped\": ").append(frames.dropped).append("},");
        long per = Math.max(1, frames.captured);
        s.append("\n  \"cpuBytesPerFrame\": {\"capture\": ").append(bytes.capture / per);
        s.append(", \"import\": ").append(bytes.importing / per);
        s.append(", \"tensor\": ").append(bytes.tensor / per);
        s.append(", \"picture\": ").append(bytes.picture / per);
        s.append(", \"total\": ")
                .append((bytes.capture + bytes.importing + bytes.tensor + bytes.picture) / per)
                .append("},");
        s.append("\n  \"startMs\": ");
        JsonText.decimal(s, startMillis, 1);
        s.append(",\n  \"seconds\": ");
        JsonText.decimal(s, seconds, 3);
        s.append(",\n  \"allocatedBytesPerFrame\": ");
        JsonText.decimal(s, allocatedBytesPerFrame, 1);
        s.append(",\n  \"validationMessages\": ").append(validation.size()).append(",\n  \"validation\": ");
        list(s, validation);
        s.append(",\n  \"leaks\": ");
        list(s, leaks);
        s.append(",\n  \"stages\": {");
        for (int i = 0; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            s.append(i == 0 ? "\n    " : ",\n    ");
            JsonText.string(s, stage.name);
            s.append(": {\"clock\": ");
            JsonText.string(s, stage.clock);
            s.append(", \"count\": ").append(stage.latency.count());
            for (int p : new int[] {50, 95, 99}) {
                s.append(", \"p").append(p).append("Ms\": ");
                JsonText.decimal(s, stage.latency.millis(p), 4);
            }
            s.append('}');
        }
        return s.append("\n  }\n}\n").toString();
    }

    private static void text(StringBuilder s, String key, String value) {
        s.append("\n  \"").append(key).append("\": ");
        JsonText.string(s, value);
        s.append(',');
    }

    private static void list(StringBuilder s, List<String> values) {
        s.append('[');
        for (int i = 0; i < values.size(); i++) {
            if (i > 0) {
                s.append(", ");
            }
            JsonText.string(s, values.get(i));
        }
        s.append(']');
    }

    /** Two lines for a person. */
    public String summary() {
        StringBuilder s = new StringBuilder();
        s.append(String.format(
                Locale.ROOT,
                "%d frames captured, %d inferred, %d presented, %d dropped in %.1f s",
                frames.captured,
                frames.inferred,
                frames.presented,
                frames.dropped,
                seconds));
        for (Stage stage : stages) {
            if (stage.latency.count() > 0) {
                s.append(String.format(Locale.ROOT, "; %s %.2f ms", stage.name, stage.latency.millis(50)));
            }
        }
        return s.append(" (medians)").toString();
    }

    /**
     * Writes the JSON.
     *
     * @throws ReportException when the file cannot be written
     */
    public void write(Path file) {
        try {
            Files.writeString(file, toJson());
        } catch (IOException e) {
            throw new ReportException("--report " + file + " cannot be written: " + JsonText.reason(e));
        }
    }
}
