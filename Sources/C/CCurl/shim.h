#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>

// curl_easy_setopt, curl_easy_getinfo and similar functions are variadic, which Swift cannot call. There is one
// function here for each type of value. Results are libcurl's.

static inline CURLcode ccurl_set_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

// libcurl copies the text; null restores its default.
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

// The caller owns the list, which must outlive the handle.
static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_share(CURL *handle, CURLSH *share) {
    return curl_easy_setopt(handle, CURLOPT_SHARE, share);
}

// `text` has CURL_ERROR_SIZE bytes, and must outlive the handle.
static inline CURLcode ccurl_set_error_text(CURL *handle, char *text) {
    return curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, text);
}

// `function` gets the server's lines while libcurl connects.
static inline CURLcode ccurl_set_line_function(CURL *handle, curl_write_callback function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, function);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_HEADERDATA, context) : code;
}

// `function` gets libcurl's messages about the connection.
static inline CURLcode ccurl_set_debug_function(CURL *handle, curl_debug_callback function, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, function);
    if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_DEBUGDATA, context);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L) : code;
}

// The address of the server, as a string of libcurl's; null when there is none.
static inline const char *ccurl_get_peer_address(CURL *handle) {
    char *address = NULL;
    if (curl_easy_getinfo(handle, CURLINFO_PRIMARY_IP, &address) != CURLE_OK) return NULL;
    return address != NULL && *address != 0 ? address : NULL;
}

static inline long ccurl_get_peer_port(CURL *handle) {
    long port = 0;
    return curl_easy_getinfo(handle, CURLINFO_PRIMARY_PORT, &port) == CURLE_OK ? port : 0;
}

static inline CURLcode ccurl_get_socket(CURL *handle, curl_socket_t *socket) {
    return curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, socket);
}

// The time from the start of the transfer until the end of the TLS handshake, in microseconds; 0 without TLS.
static inline CURLcode ccurl_get_handshake_time(CURL *handle, curl_off_t *time) {
    return curl_easy_getinfo(handle, CURLINFO_APPCONNECT_TIME_T, time);
}

static inline CURLMcode ccurl_set_socket_function(CURLM *multi, curl_socket_callback function, void *context) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, function);
    return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context) : code;
}

static inline CURLMcode ccurl_set_timer_function(CURLM *multi, curl_multi_timer_callback function, void *context) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, function);
    return code == CURLM_OK ? curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context) : code;
}

// Handles with this share reuse each other's TLS sessions. There are no locks: all must belong to one thread.
static inline CURLSHcode ccurl_share_sessions(CURLSH *share) {
    return curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

// The handle of a finished transfer, and its result; null when there is none. In C because the message is a union.
static inline CURL *ccurl_next_done(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}

#endif
