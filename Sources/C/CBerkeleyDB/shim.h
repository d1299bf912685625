#ifndef CBERKELEYDB_SHIM_H
#define CBERKELEYDB_SHIM_H

#include <db.h>

#endif
