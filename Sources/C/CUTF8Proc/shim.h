#ifndef CUTF8PROC_SHIM_H
#define CUTF8PROC_SHIM_H

#include <utf8proc.h>

// The options are an enumeration of flags, which Swift cannot combine to one value.
static inline utf8proc_ssize_t cutf8proc_fold(const utf8proc_uint8_t *text, utf8proc_ssize_t length, utf8proc_uint8_t **folded) {
    return utf8proc_map(text, length, folded,
                        (utf8proc_option_t)(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK |
                                            UTF8PROC_IGNORE));
}

#endif
