/** Vulkan instance, device, validation and errors. */
@NullMarked
package vitrine.engine.device;

import org.jspecify.annotations.NullMarked;
