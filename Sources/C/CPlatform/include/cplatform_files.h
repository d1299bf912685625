// What replacing a file needs and Swift's importer does not reach: extended attributes and sendfile(2).
//
// Every function returns 0, and -1 with errno set where it fails.
#ifndef CPLATFORM_FILES_H
#define CPLATFORM_FILES_H

// Writes all that is in `from` behind what is in `to`, sendfile(2); the content does not pass through this process.
int cplatform_copy_content(int from, int to);

// Gives `to` owner, group, mode and extended attributes of `from`, access control lists among them.
int cplatform_copy_attributes(int from, int to);

#endif
