package vitrine.tools.kiosk;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import vitrine.shaders.ShaderSources;
import vitrine.tools.passes.PassSettings;
import vitrine.tools.workbench.Development;
import vitrine.tools.workbench.Reload;

/**
 * What a development run was told.
 *
 * @param glsl folder of Vitrine's own shaders, where it is not the checkout's
 * @param port of the tuning endpoint, 0 for any; empty for none
 * @param config the configuration file, which tuned values are saved to
 */
record DevelopmentSettings(Optional<Path> glsl, OptionalInt port, Optional<Path> config) {

    /**
     * Starts it.
     *
     * @param ofPasses where passes come from
     * @throws ConfigException where there is no folder to watch
     */
    Development start(ShaderSources ofPasses, PassSettings passes, Reload.Listener listener) {
        Optional<Path> own = glsl.or(Checkout::glslFolder);
        if (own.isEmpty() && passes.folder().isEmpty()) {
            throw new ConfigException("--dev: this program does not run from a checkout: name the folder of the shaders"
                    + " with --glsl, or one of your own passes with --pass-folder");
        }
        ShaderSources sources =
                own.map(folder -> ofPasses.over(List.of(folder))).orElse(ofPasses);
        return Development.start(sources, passes.constants(), config.orElse(null), port, listener);
    }
}
