package vitrine.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vitrine.inference.ClassicalPath;
import vitrine.inference.TestFiles;
import vitrine.inference.model.ModelSpec;
import vitrine.inference.model.ModelSpecReader;

/** Photographs through the whole command, GPU tensor included, beside OpenCV's own classical path. */
final class PhotoDetectionTest {

    private static final double LEAST_IOU = 0.9;
    private static final Pattern OBJECT = Pattern.compile(
            "\"label\":\"([^\"]*)\",\"class\":(\\d+),\"score\":([\\d.]+),\"box\":\\[([-\\d.]+),([-\\d.]+),([-\\d.]+),([-\\d.]+)]");

    @TempDir
    Path dir;

    record Found(String label, int classIndex, double score, double x, double y, double w, double h) {
        double iou(ClassicalPath.Box b) {
            double sw = Math.max(0, Math.min(x + w, b.x() + b.w()) - Math.max(x, b.x()));
            double sh = Math.max(0, Math.min(y + h, b.y() + b.h()) - Math.max(y, b.y()));
            return sw * sh / (w * h + b.w() * b.h() - sw * sh);
        }
    }

    private List<Found> run(Path photo, Path model, String... more) throws IOException {
        Path detections = dir.resolve("found.jsonl");
        List<String> args = new ArrayList<>(List.of(
                "run",
                "--source",
                photo.toString(),
                "--model",
                model.toString(),
                "--present",
                "none:",
                "--debug",
                "--detections",
                detections.toString()));
        args.addAll(List.of(more));
        CommandRun run = CommandRun.of(args.toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isZero();
        List<String> lines = Files.readAllLines(detections);
        assertThat(lines).hasSize(1);
        List<Found> found = new ArrayList<>();
        Matcher m = OBJECT.matcher(lines.getFirst());
        while (m.find()) {
            found.add(new Found(
                    m.group(1),
                    Integer.parseInt(m.group(2)),
                    Double.parseDouble(m.group(3)),
                    Double.parseDouble(m.group(4)),
                    Double.parseDouble(m.group(5)),
                    Double.parseDouble(m.group(6)),
                    Double.parseDouble(m.group(7))));
        }
        System.out.println(photo.getFileName() + " " + model.getFileName() + ": " + found);
        return found;
    }

    @ParameterizedTest
    @CsvSource({
        "yolox_nano_416.onnx, dog.jpg, dog;bicycle;car",
        "yolox_nano_416.onnx, person.jpg, person;dog;horse",
        "yolox_nano_416.onnx, astronaut.png, person",
        "yolox_nano_416.onnx, chelsea.png, cat",
        "yolox_nano_416.onnx, coffee.png, cup",
        "yolox_nano_416_v8layout.onnx, dog.jpg, dog;bicycle;car",
        "yolox_nano_416_v8layout.onnx, person.jpg, person;dog;horse"
    })
    void theGpuTensorGivesTheClassicalBoxes(String file, String photo, String expected) throws IOException {
        ModelSpec model = ModelSpecReader.read(TestFiles.shared("models/" + file));
        Path picture = TestFiles.shared("photos/" + photo);
        List<Found> found = run(picture, model.file(), "--filter", "bilinear");
        assertThat(found.stream().map(Found::label)).contains(expected.split(";", -1));
        for (ClassicalPath.Box box :
                ClassicalPath.yolox(model, ClassicalPath.picture(picture), file.contains("v8layout"))) {
            String label = model.labels().get(box.classIndex());
            if (List.of(expected.split(";", -1)).contains(label)) {
                assertThat(found)
                        .as("the classical %s %s", label, box)
                        .anyMatch(f -> f.classIndex() == box.classIndex() && f.iou(box) >= LEAST_IOU);
            }
        }
    }

    @Test
    void theExactAreaFilterFindsTheSameThings() throws IOException {
        Path model = TestFiles.shared("models/yolox_nano_416.onnx");
        assertThat(run(TestFiles.shared("photos/dog.jpg"), model).stream().map(Found::label))
                .contains("dog", "bicycle")
                .containsAnyOf("car", "truck");
    }

    @ParameterizedTest
    @CsvSource({"astronaut.png, Person", "chelsea.png, Cat", "coffee.png, Coffee cup", "dog.jpg, Dog;Bicycle;Car"})
    void theDefaultSsdFindsThem(String photo, String expected) throws IOException {
        Path model = TestFiles.cached("ssd_mobilenetv2_oidv4_fp16.tflite");
        assertThat(run(TestFiles.shared("photos/" + photo), model).stream().map(Found::label))
                .contains(expected.split(";", -1));
    }
}
