#include "cplatform_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

int cplatform_copy_content(int from, int to) {
    off_t offset = 0;
    for (;;) {
        ssize_t count = sendfile(to, from, &offset, 1 << 20);
        if (count == 0) return 0;
        if (count < 0 && errno != EINTR) return -1;
    }
}

static int copy_extended_attributes(int from, int to) {
    enum { LARGEST = 65536 };
    ssize_t length = flistxattr(from, NULL, 0);
    if (length <= 0) return length == 0 || errno == ENOTSUP ? 0 : -1;
    char *names = malloc((size_t)length), *value = malloc(LARGEST);
    int result = -1;
    if (names == NULL || value == NULL) goto end;
    length = flistxattr(from, names, (size_t)length);
    if (length < 0) goto end;
    for (char *name = names; name < names + length; name += strlen(name) + 1) {
        ssize_t size = fgetxattr(from, name, value, LARGEST);
        if (size < 0 || fsetxattr(to, name, value, (size_t)size, 0) != 0) goto end;
    }
    result = 0;
end:
    free(names);
    free(value);
    return result;
}

int cplatform_copy_attributes(int from, int to) {
    struct stat file;
    if (fstat(from, &file) != 0) return -1;
    // A new file inherits the folder's default access control list; the old file's list is copied below.
    (void)fremovexattr(to, "system.posix_acl_access");
    if (fchown(to, file.st_uid, file.st_gid) != 0 || fchmod(to, file.st_mode & 07777) != 0) return -1;
    return copy_extended_attributes(from, to);
}
