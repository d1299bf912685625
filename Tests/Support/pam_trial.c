// A PAM module for tests. The right password is "right horse"; the name of the user selects other behaviour. With the
// argument `sleep=N` each authentication takes N milliseconds.
#include <security/pam_appl.h>
#include <security/pam_modules.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Sends `count` equal messages to the application; the last response is the answer.
static int ask(pam_handle_t *handle, int count, int style, const char *text, char **answer) {
    const struct pam_conv *conversation = NULL;
    if (pam_get_item(handle, PAM_CONV, (const void **)&conversation) != PAM_SUCCESS) return PAM_SYSTEM_ERR;
    struct pam_message message = {.msg_style = style, .msg = text};
    const struct pam_message *messages[PAM_MAX_NUM_MSG + 1];
    struct pam_response *responses = NULL;
    for (int i = 0; i < count; i++) messages[i] = &message;
    int status = conversation->conv(count, messages, &responses, conversation->appdata_ptr);
    if (status != PAM_SUCCESS) return status;
    if (responses == NULL) return PAM_CONV_ERR;
    for (int i = 0; i < count - 1; i++) free(responses[i].resp);
    *answer = responses[count - 1].resp;
    free(responses);
    return PAM_SUCCESS;
}

// Sends unusual prompts, and succeeds if the application handles each as it should.
static int ask_oddly(pam_handle_t *handle) {
    char *answer = NULL;
    // No prompt for the name is set.
    pam_set_item(handle, PAM_USER_PROMPT, NULL);
    if (ask(handle, 1, PAM_PROMPT_ECHO_ON, "What colour?", &answer) != PAM_SUCCESS || answer != NULL) return PAM_AUTH_ERR;
    if (ask(handle, 1, PAM_PROMPT_ECHO_ON, NULL, &answer) != PAM_SUCCESS || answer != NULL) return PAM_AUTH_ERR;
    pam_set_item(handle, PAM_USER_PROMPT, "Name: ");
    if (ask(handle, 1, PAM_PROMPT_ECHO_ON, "Colour: ", &answer) != PAM_SUCCESS || answer != NULL) return PAM_AUTH_ERR;
    if (ask(handle, 1, PAM_PROMPT_ECHO_ON, "Name: ", &answer) != PAM_SUCCESS || strcmp(answer, "odd") != 0) return PAM_AUTH_ERR;
    if (ask(handle, 2, PAM_TEXT_INFO, "Good morning.", &answer) != PAM_SUCCESS) return PAM_AUTH_ERR;
    if (ask(handle, 1, PAM_ERROR_MSG, "Bad news.", &answer) != PAM_SUCCESS) return PAM_AUTH_ERR;
    if (ask(handle, 1, 99, "A style of its own", &answer) != PAM_CONV_ERR) return PAM_AUTH_ERR;
    if (ask(handle, 0, PAM_PROMPT_ECHO_OFF, "None", &answer) != PAM_CONV_ERR) return PAM_AUTH_ERR;
    if (ask(handle, PAM_MAX_NUM_MSG + 1, PAM_PROMPT_ECHO_OFF, "Too many", &answer) != PAM_CONV_ERR) return PAM_AUTH_ERR;
    // Each of many prompts must be answered, including the last.
    if (ask(handle, PAM_MAX_NUM_MSG, PAM_PROMPT_ECHO_OFF, "Password: ", &answer) != PAM_SUCCESS) return PAM_AUTH_ERR;
    return strcmp(answer, "right horse") == 0 ? PAM_SUCCESS : PAM_AUTH_ERR;
}

// The status that the user's name selects for a phase, such as `auth-7`; -1 for other names.
static int wished(const char *user, const char *phase) {
    char end;
    int status;
    size_t length = strlen(phase);
    if (strncmp(user, phase, length) != 0 || user[length] != '-') return -1;
    return sscanf(user + length + 1, "%d%c", &status, &end) == 1 ? status : -1;
}

int pam_sm_authenticate(pam_handle_t *handle, int flags, int count, const char **arguments) {
    for (int i = 0; i < count; i++) {
        if (strncmp(arguments[i], "sleep=", 6) == 0) usleep((useconds_t)atoi(arguments[i] + 6) * 1000);
    }
    const char *user = NULL;
    if (pam_get_user(handle, &user, NULL) != PAM_SUCCESS) return PAM_SYSTEM_ERR;
    if ((flags & PAM_SILENT) == 0) return PAM_SERVICE_ERR;
    if (strcmp(user, "crash") == 0) {
        // A sanitizer, which handles this signal, would report it.
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
    }
    if (strcmp(user, "abort") == 0) abort();
    if (strcmp(user, "exit") == 0) exit(0);
    while (strcmp(user, "hang") == 0) pause();
    if (strcmp(user, "leak") == 0) {
        char *lost = malloc(100000);
        if (lost != NULL) memset(lost, 1, 100000);
    }
    if (wished(user, "auth") >= 0) return wished(user, "auth");
    if (strcmp(user, "odd") == 0) return ask_oddly(handle);
    if (strcmp(user, "system") == 0) return PAM_SYSTEM_ERR;
    if (strcmp(user, "service") == 0) return PAM_SERVICE_ERR;
    if (strcmp(user, "unavailable") == 0) return PAM_AUTHINFO_UNAVAIL;
    if (strcmp(user, "aborted") == 0) return PAM_ABORT;
    if (strcmp(user, "unknown") == 0) return PAM_USER_UNKNOWN;
    if (strcmp(user, "tries") == 0) return PAM_MAXTRIES;
    if (strcmp(user, "delay") == 0) pam_fail_delay(handle, 900000);
    // As modules do whose directory has its own spelling of names.
    if (strncmp(user, "ALIAS-", 6) == 0 && pam_set_item(handle, PAM_USER, user + 6) != PAM_SUCCESS) return PAM_SYSTEM_ERR;
    char *password = NULL;
    int status = ask(handle, 1, PAM_PROMPT_ECHO_OFF, "Password: ", &password);
    if (status != PAM_SUCCESS) return status;
    status = strcmp(password, "right horse") == 0 ? PAM_SUCCESS : PAM_AUTH_ERR;
    free(password);
    return status;
}

int pam_sm_setcred(pam_handle_t *handle, int flags, int count, const char **arguments) {
    (void)handle, (void)flags, (void)count, (void)arguments;
    // The daemon must not call this.
    abort();
}

int pam_sm_acct_mgmt(pam_handle_t *handle, int flags, int count, const char **arguments) {
    (void)flags, (void)count, (void)arguments;
    const char *user = NULL;
    if (pam_get_user(handle, &user, NULL) != PAM_SUCCESS) return PAM_SYSTEM_ERR;
    if (wished(user, "acct") >= 0) return wished(user, "acct");
    if (strcmp(user, "denied") == 0) return PAM_PERM_DENIED;
    if (strcmp(user, "renew") == 0) return PAM_NEW_AUTHTOK_REQD;
    if (strcmp(user, "stale") == 0) return PAM_AUTHTOK_EXPIRED;
    if (strcmp(user, "expired") == 0) return PAM_ACCT_EXPIRED;
    if (strcmp(user, "nowhere") == 0) return PAM_AUTHINFO_UNAVAIL;
    return PAM_SUCCESS;
}
