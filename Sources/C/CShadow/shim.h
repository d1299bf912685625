#ifndef CSHADOW_SHIM_H
#define CSHADOW_SHIM_H

// Swift's module of the C library leaves this header out.
#include <shadow.h>

#endif
