/** GLSL sources, their build-time compiler and the SPIR-V that ships in the jar. */
@NullMarked
package vitrine.shaders;

import org.jspecify.annotations.NullMarked;
