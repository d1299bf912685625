#ifndef CSHADOW_SHIM_H
#define CSHADOW_SHIM_H

// Swift's Glibc module does not contain this header.
#include <shadow.h>

#endif
