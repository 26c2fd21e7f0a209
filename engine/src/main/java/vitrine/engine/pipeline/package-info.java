/** Pipelines made from the SPIR-V of the shaders module. */
@NullMarked
package vitrine.engine.pipeline;

import org.jspecify.annotations.NullMarked;
