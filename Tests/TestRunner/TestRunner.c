#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include "TestRunner.h"

// Swift Testing begins all tests at once: faster by a fifth, but then now and then one misses a deadline that it would
// not miss alone. This asks for so many at a time, before the library reads its environment; a caller that sets the
// variable has its own number.
__attribute__((constructor)) static void limitTests(void) {
  setenv("SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH", "96", 0);
}

void takeNoBacktraces(void) {
  // Where the runtime keeps what it calls. A runtime without these goes on as it was.
  const char *names[] = {"_swift_willThrow", "_swift_willThrowTypedImpl"};
  for (int index = 0; index < 2; index++) {
    _Atomic(void *) *hook = dlsym(RTLD_DEFAULT, names[index]);
    if (hook) atomic_store(hook, NULL);
  }
}
