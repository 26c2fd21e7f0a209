/** Fonts, shaped text and the glyph atlas. FreeType and HarfBuzz only, no Vulkan. */
@NullMarked
package vitrine.present.text;

import org.jspecify.annotations.NullMarked;
