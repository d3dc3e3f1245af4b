// Swift Testing begins all tests at once. With hundreds of them at work, each step of one waits for a step of all the
// others, and deadlines pass that nobody has missed by himself. This asks for so many at a time, before the library reads
// its environment; who sets the variable has his own number.

#include <stdlib.h>
#include "TestWidth.h"

__attribute__((constructor)) static void limitTests(void) {
  setenv("SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH", "32", 0);
}
