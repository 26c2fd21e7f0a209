/** Vulkan buffers and images, and the import of file-descriptor backed memory. */
@NullMarked
package vitrine.engine.memory;

import org.jspecify.annotations.NullMarked;
