/** Tests that cross modules. */
@NullMarked
package vitrine.tests;

import org.jspecify.annotations.NullMarked;
