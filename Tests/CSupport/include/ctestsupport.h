// What Swift cannot import and only tests need.
#ifndef CTESTSUPPORT_H
#define CTESTSUPPORT_H

#include <stddef.h>

// Opens a new pseudo terminal, pts(4), and writes the path of its terminal side to `name`. -1 with errno on failure.
int ctestsupport_open_terminal(char *name, size_t size);

#endif
