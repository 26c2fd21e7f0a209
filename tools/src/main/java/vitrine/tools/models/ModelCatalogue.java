package vitrine.tools.models;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The models that can be fetched by name.
 *
 * @param entries all models; the default is the first of them that can be had
 */
public record ModelCatalogue(List<ModelEntry> entries) {

    /** Stands for the first entry of the catalogue that can be had from here. */
    public static final String DEFAULT = "default";

    public ModelCatalogue {
        entries = List.copyOf(entries);
    }

    /** The catalogue of this version of Vitrine. */
    public static ModelCatalogue standard() {
        return new ModelCatalogue(List.of(
                new ModelEntry(
                        "yolox_nano",
                        "YOLOX-Nano, COCO (80 classes), 416x416",
                        "Apache-2.0",
                        new ModelOrigin.Download(
                                URI.create(
                                        "https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0/yolox_nano.onnx")),
                        List.of(new CatalogueFile(
                                "yolox_nano.onnx",
                                3_659_407,
                                "c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d"))),
                new ModelEntry(
                        "ssd_mobilenet_v2_oidv4",
                        "SSD-MobileNetV2, Open Images V4 (23 classes), 300x300",
                        "Apache-2.0",
                        new ModelOrigin.NpmPackage(
                                "@mediapipe/objectron@0.4.1675468480",
                                "package/objectron_solution_packed_assets.data",
                                9_987_912,
                                List.of(184L, 0L)),
                        List.of(
                                new CatalogueFile(
                                        "ssd_mobilenetv2_oidv4_fp16.tflite",
                                        9_987_728,
                                        "d0a5255bf8c4f5a0bc4240741a76c41d5e939f7655078f945f50ab53a9375da6"),
                                new CatalogueFile(
                                        "oidv4_24.names",
                                        184,
                                        "c148336a65f673013609a923fdcbdeec0f49df935045029c3746a3828a0e80e0")))));
    }

    /** The entry of that name, if there is one; {@link #DEFAULT} is not an entry. */
    public Optional<ModelEntry> find(String name) {
        return entries.stream().filter(e -> e.name().equals(name)).findFirst();
    }

    /** Every name that {@code fetch} accepts, for messages. */
    public String names() {
        return entries.stream().map(ModelEntry::name).collect(Collectors.joining(", ")) + ", " + DEFAULT;
    }
}
