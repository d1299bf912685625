#ifndef CLDAP_SHIM_H
#define CLDAP_SHIM_H

#include <ldap.h>
#include <lber.h>
#include <sasl/sasl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/time.h>

// ldap_set_option(3) and ldap_get_option(3) take a pointer to anything. There is one function here for each type of value.
// A null handle means the defaults of handles to come. Results are libldap's.

static inline int cldap_set_number(LDAP *handle, int option, int value) {
    return ldap_set_option(handle, option, &value);
}

static inline int cldap_set_switch(LDAP *handle, int option, bool is_on) {
    return ldap_set_option(handle, option, is_on ? LDAP_OPT_ON : LDAP_OPT_OFF);
}

// libldap copies the text.
static inline int cldap_set_text(LDAP *handle, int option, const char *value) {
    return ldap_set_option(handle, option, value);
}

static inline int cldap_set_time(LDAP *handle, int option, int milliseconds) {
    struct timeval time = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
    return ldap_set_option(handle, option, &time);
}

// The structure must outlive the handle.
static inline int cldap_set_connect_callback(LDAP *handle, struct ldap_conncb *callback) {
    return ldap_set_option(handle, LDAP_OPT_CONNECT_CB, callback);
}

static inline int cldap_number(LDAP *handle, int option) {
    int value = 0;
    return ldap_get_option(handle, option, &value) == LDAP_OPT_SUCCESS ? value : 0;
}

// A size of ber_len_t, as LDAP_OPT_X_SASL_SSF.
static inline unsigned long cldap_size(LDAP *handle, int option) {
    ber_len_t value = 0;
    return ldap_get_option(handle, option, &value) == LDAP_OPT_SUCCESS ? value : 0;
}

// The caller frees the text with ldap_memfree(3); null when there is none.
static inline char *cldap_text(LDAP *handle, int option) {
    char *value = NULL;
    return ldap_get_option(handle, option, &value) == LDAP_OPT_SUCCESS ? value : NULL;
}

static inline Sockbuf *cldap_socket(LDAP *handle) {
    Sockbuf *socket = NULL;
    return ldap_get_option(handle, LDAP_OPT_SOCKBUF, &socket) == LDAP_OPT_SUCCESS ? socket : NULL;
}

static inline int cldap_descriptor(Sockbuf *socket) {
    ber_socket_t descriptor = -1;
    return ber_sockbuf_ctrl(socket, LBER_SB_OPT_GET_FD, &descriptor) > 0 ? descriptor : -1;
}

// Messages of more than `limit` bytes end the connection.
static inline bool cldap_never_block(Sockbuf *socket, unsigned long limit) {
    ber_len_t length = limit;
    ber_sockbuf_ctrl(socket, LBER_SB_OPT_SET_MAX_INCOMING, &length);
    return ber_sockbuf_ctrl(socket, LBER_SB_OPT_SET_NONBLOCK, socket) > 0;
}

// Whether bytes were read from the kernel, as a part of a TLS record, that no message was made of.
static inline bool cldap_has_input(Sockbuf *socket) {
    return ber_sockbuf_ctrl(socket, LBER_SB_OPT_DATA_READY, NULL) > 0;
}

// A simple bind; the server is asked for its password policy.
static inline int cldap_bind(LDAP *handle, const char *name, const void *password, size_t length, bool asks_policy, int *id) {
    struct berval credentials = {.bv_len = length, .bv_val = (char *)password};
    LDAPControl policy = {.ldctl_oid = LDAP_CONTROL_PASSWORDPOLICYREQUEST};
    LDAPControl *controls[] = {&policy, NULL};
    return ldap_sasl_bind(handle, name, LDAP_SASL_SIMPLE, &credentials, asks_policy ? controls : NULL, NULL, id);
}

// A comparison of an attribute with `length` bytes at `value`.
static inline int cldap_compare(LDAP *handle, const char *name, const char *attribute, const void *value, size_t length, int *id) {
    struct berval text = {.bv_len = length, .bv_val = (char *)value};
    return ldap_compare_ext(handle, name, attribute, &text, NULL, NULL, id);
}

// The next message of any operation, without waiting: its type, 0 for none, -1 when the connection is lost. The caller frees
// it with ldap_msgfree(3).
static inline int cldap_next(LDAP *handle, int id, LDAPMessage **message) {
    struct timeval now = {0, 0};
    *message = NULL;
    return ldap_result(handle, id, LDAP_MSG_ONE, &now, message);
}

// The message that ends operation `id`, within `milliseconds`.
static inline int cldap_wait(LDAP *handle, int id, int milliseconds, LDAPMessage **message) {
    struct timeval time = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
    *message = NULL;
    return ldap_result(handle, id, LDAP_MSG_ALL, &time, message);
}

// The value of the password policy's control of a result; null when there is none. It lives as long as `controls`.
static inline const struct berval *cldap_policy(LDAPControl **controls) {
    LDAPControl *control = controls == NULL ? NULL : ldap_control_find(LDAP_CONTROL_PASSWORDPOLICYRESPONSE, controls, NULL);
    return control == NULL ? NULL : &control->ldctl_value;
}

// What a SASL mechanism is used of the user. The texts outlive the bind, and null ones are not used.
struct cldap_user {
    const char *name;
    const char *authorization;
    const char *realm;
    const char *password;
    unsigned password_length;
};

// The callback of ldap_sasl_interactive_bind(3), which answers from a cldap_user.
static inline int cldap_answer(LDAP *handle, unsigned flags, void *defaults, void *questions) {
    const struct cldap_user *user = defaults;
    (void)handle;
    (void)flags;
    for (sasl_interact_t *question = questions; question->id != SASL_CB_LIST_END; question++) {
        const char *text = NULL;
        switch (question->id) {
        case SASL_CB_AUTHNAME: text = user->name; break;
        case SASL_CB_USER: text = user->authorization; break;
        case SASL_CB_GETREALM: text = user->realm; break;
        case SASL_CB_PASS: text = user->password; break;
        }
        if (text == NULL) text = question->defresult;
        question->result = text == NULL ? "" : text;
        question->len = text == NULL ? 0
            : question->id == SASL_CB_PASS && text == user->password ? user->password_length : strlen(text);
    }
    return LDAP_SUCCESS;
}

// A step of a SASL bind; `result` is the answer to the step before, or null. `mechanism` is kept between the steps.
static inline int cldap_sasl_step(LDAP *handle, const char *mechanisms, struct cldap_user *user, LDAPMessage *result,
                                  const char **mechanism, int *id) {
    return ldap_sasl_interactive_bind(handle, NULL, mechanisms, NULL, NULL, LDAP_SASL_QUIET, cldap_answer, user, result,
                                      mechanism, id);
}

static inline int cldap_sasl_bind(LDAP *handle, const char *mechanisms, struct cldap_user *user) {
    return ldap_sasl_interactive_bind_s(handle, NULL, mechanisms, NULL, NULL, LDAP_SASL_QUIET, cldap_answer, user);
}

#endif
