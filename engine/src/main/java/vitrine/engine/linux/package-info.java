/** Linux system calls and file-descriptor backed memory, bound with java.lang.foreign in C names. */
@NullMarked
package vitrine.engine.linux;

import org.jspecify.annotations.NullMarked;
