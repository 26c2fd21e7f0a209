/** Screens as Linux has them: DRM cards, their connectors, who is master. Facts only; no Vulkan, no mode setting. */
@NullMarked
package vitrine.present.kms;

import org.jspecify.annotations.NullMarked;
