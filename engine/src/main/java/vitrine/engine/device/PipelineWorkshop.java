package vitrine.engine.device;

import java.util.Map;
import vitrine.shaders.Spirv;

/**
 * Who changes shaders while they are in use. Development only; a kiosk's device has none. Called on whatever thread makes
 * or closes pipelines, so it answers at once.
 */
public interface PipelineWorkshop {

    /** The newest good form of a shader: the one given, unless its text has been edited since. */
    Spirv newest(Spirv built);

    /** Values of specialisation constants by GLSL name, over what the pass sets; those a shader lacks do no harm. */
    Map<String, Double> constants(Spirv shader);

    /** A pipeline exists and is about to be used. */
    void made(Remakeable pipeline);

    /** A pipeline is used no more. */
    void closed(Remakeable pipeline);
}
