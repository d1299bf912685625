#ifndef CPAM_SHIM_H
#define CPAM_SHIM_H

#include <security/pam_appl.h>

// Linux-PAM calls it instead of sleeping, with the delay in microseconds and the application data of the conversation.
typedef void (*cpam_delay)(int status, unsigned microseconds, void *data);

// pam_set_item(3) with PAM_FAIL_DELAY. The item is a function, which Swift cannot convert to an object pointer.
static inline int cpam_set_delay(pam_handle_t *handle, cpam_delay function) {
    return pam_set_item(handle, PAM_FAIL_DELAY, (const void *)function);
}

#endif
