/** Development runs: shaders compiled, tried and swapped while the picture goes on. Never part of a kiosk's run. */
@NullMarked
package vitrine.tools.workbench;

import org.jspecify.annotations.NullMarked;
