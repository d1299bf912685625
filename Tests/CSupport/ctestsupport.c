#include "ctestsupport.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int ctestsupport_open_terminal(char *name, size_t size) {
    int descriptor = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (descriptor < 0) return -1;
    if (grantpt(descriptor) == 0 && unlockpt(descriptor) == 0 && ptsname_r(descriptor, name, size) == 0) return descriptor;
    close(descriptor);
    return -1;
}
