/** Users' own shaders, drawn one after the other between video and overlay. */
@NullMarked
package vitrine.present.pass;

import org.jspecify.annotations.NullMarked;
