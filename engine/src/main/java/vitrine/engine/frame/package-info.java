/** What a frame is: pixel format, plane layout, colour encoding, orientation. Values only, no Vulkan. */
@NullMarked
package vitrine.engine.frame;

import org.jspecify.annotations.NullMarked;
