/** What a Raspberry Pi 5 can serve, and whether Vitrine asks for more. */
@NullMarked
package vitrine.tests.pi5;

import org.jspecify.annotations.NullMarked;
