/** Tests that need a kernel with cameras: they run in the guest of tests/lab, by {@code ./vitrine test --lab}. */
@NullMarked
package vitrine.tests.lab;

import org.jspecify.annotations.NullMarked;
