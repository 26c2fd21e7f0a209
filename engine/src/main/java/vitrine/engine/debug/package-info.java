/** What a debug run looks for, and RenderDoc. Knows no Vulkan objects. */
@NullMarked
package vitrine.engine.debug;

import org.jspecify.annotations.NullMarked;
