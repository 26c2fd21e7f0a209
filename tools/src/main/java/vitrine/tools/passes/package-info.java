/** From names in a configuration to compiled passes: files, what their text declares, the process that compiles them. */
@NullMarked
package vitrine.tools.passes;

import org.jspecify.annotations.NullMarked;
