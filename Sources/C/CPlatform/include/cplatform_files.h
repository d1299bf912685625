// For replacing files, what Swift cannot import: extended attributes and sendfile(2).
//
// Every function returns 0, or -1 with errno set on failure.
#ifndef CPLATFORM_FILES_H
#define CPLATFORM_FILES_H

// Appends the content of `from` to `to`, sendfile(2); the content does not pass through this process.
int cplatform_copy_content(int from, int to);

// Copies owner, group, mode and extended attributes, including access control lists, from `from` to `to`.
int cplatform_copy_attributes(int from, int to);

#endif
