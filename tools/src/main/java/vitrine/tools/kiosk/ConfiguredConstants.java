package vitrine.tools.kiosk;

import java.util.List;
import java.util.Map;
import vitrine.engine.device.PipelineWorkshop;
import vitrine.engine.device.Remakeable;
import vitrine.shaders.ShaderSources;
import vitrine.shaders.Spirv;
import vitrine.shaders.TunableConstant;

/** {@code [shader."FILE"]} of a configuration in a run where shaders are not edited. */
final class ConfiguredConstants implements PipelineWorkshop {

    private final Map<String, Map<String, Double>> values;

    /**
     * Looks whether the shaders have these constants.
     *
     * @param values by GLSL name, by file below the GLSL folder
     * @throws ConfigException naming what there is not
     */
    ConfiguredConstants(Map<String, Map<String, Double>> values) {
        this.values = values;
        ShaderSources sources = ShaderSources.overBuiltIn(List.of());
        values.forEach((file, constants) -> {
            if (!sources.isShader(file)) {
                throw new ConfigException("[shader.\"" + file + "\"]: there is no such shader; they are named as"
                        + " present/video.frag");
            }
            List<String> tunable = TunableConstant.of(file, sources).stream()
                    .map(TunableConstant::name)
                    .toList();
            constants.keySet().forEach(name -> {
                if (!tunable.contains(name)) {
                    throw new ConfigException("[shader.\"" + file + "\"]: " + file + " has no tunable constant '" + name
                            + "'; "
                            + (tunable.isEmpty() ? "it has none" : "it has " + String.join(", ", tunable)));
                }
            });
        });
    }

    @Override
    public Spirv newest(Spirv built) {
        return built;
    }

    @Override
    public Map<String, Double> constants(Spirv shader) {
        return values.getOrDefault(shader.file(), Map.of());
    }

    @Override
    public void made(Remakeable pipeline) {}

    @Override
    public void closed(Remakeable pipeline) {}
}
