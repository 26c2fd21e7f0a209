package vitrine.engine.device;

import java.util.Map;

/**
 * What a driver's compiler made of one shader of a pipeline. VK_KHR_pipeline_executable_properties.
 *
 * @param shader variant name, as {@code preprocess/general.comp+DEVICE_ADDRESS}
 * @param stage the driver's word for it, such as {@code Fragment (render)}
 * @param statistics the driver's names, and its whole numbers; others are left out
 * @param texts intermediate forms and machine code, by the driver's names
 */
public record CompiledStage(String shader, String stage, Map<String, Long> statistics, Map<String, String> texts) {
    public CompiledStage {
        statistics = Map.copyOf(statistics);
        texts = Map.copyOf(texts);
    }
}
