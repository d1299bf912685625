// Sends a saslauthd requests at a rate, or many at once, whatever it answers: one thread with thousands of connections.
//
// usage: flood SOCKET COUNT RATE PATIENCE
//
// COUNT requests at RATE a second, or at once if RATE is 0. Every other one has a right password, for one of the logins
// good0 to good99 in the realm example.org; the others have a wrong one, each for a login of its own. A client waits
// while the socket's backlog is full, as a mail server does, and gives up after PATIENCE seconds. Prints a line:
//
//   right, refused        right passwords that were accepted, and refused
//   wrong, accepted       wrong passwords that were refused, and accepted
//   deferred, closed      temporary failures: an answer of length zero, a connection without an answer
//   silent                no answer in time
//   waiting               the most requests that waited at a time, for a connection or an answer
//   verdicts              verdicts a second, until the last request was sent
//   p50, p99              milliseconds until a verdict
//   last                  seconds from the first request to the last answer
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { longest_reply = 2 + 1024, events_at_a_time = 512 };

struct request {
    double due, verdict;
    int descriptor;
    enum { WAITING, CONNECTED, DONE } stage;
    size_t length;
    unsigned char reply[8];
};

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static struct request *requests;
static int poller;
static long right, refused, wrong, accepted, deferred, closed, silent;
static double last;

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static size_t add_field(unsigned char *bytes, const char *text) {
    size_t count = strlen(text);
    bytes[0] = (unsigned char)(count >> 8);
    bytes[1] = (unsigned char)count;
    memcpy(bytes + 2, text, count);
    return 2 + count;
}

static void end(struct request *request) {
    if (request->stage == CONNECTED) close(request->descriptor);
    request->stage = DONE;
    last = now();
}

// Connects and sends the request; 0 if the backlog is full.
static int begin(struct request *request) {
    long number = request - requests;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return 0;
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0) {
        close(descriptor);
        if (errno == EAGAIN) return 0;
        closed++;
        end(request);
        return 1;
    }
    char login[64];
    if (number % 2 == 0) snprintf(login, sizeof login, "good%ld", number / 2 % 100);
    else snprintf(login, sizeof login, "guessed%ld", number);
    unsigned char bytes[256];
    size_t length = add_field(bytes, login);
    length += add_field(bytes + length, number % 2 == 0 ? "right horse" : "wrong");
    length += add_field(bytes + length, "smtp");
    length += add_field(bytes + length, "example.org");
    request->descriptor = descriptor;
    request->stage = CONNECTED;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = request};
    epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event);
    if (send(descriptor, bytes, length, MSG_NOSIGNAL) != (ssize_t)length) {
        closed++;
        end(request);
    }
    return 1;
}

static void receive(struct request *request) {
    unsigned char bytes[longest_reply];
    ssize_t count = recv(request->descriptor, bytes, sizeof bytes, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
        closed++;
        return end(request);
    }
    for (ssize_t i = 0; i < count && request->length < sizeof request->reply; i++) request->reply[request->length++] = bytes[i];
    if (request->length < 2) return;
    if (request->reply[0] == 0 && request->reply[1] == 0) {
        deferred++;
        return end(request);
    }
    if (request->length < 4) return;
    int is_right = (request - requests) % 2 == 0, is_ok = memcmp(request->reply + 2, "OK", 2) == 0;
    if (is_right) is_ok ? right++ : refused++;
    else is_ok ? accepted++ : wrong++;
    end(request);
    request->verdict = last;
}

static int compare(const void *left, const void *right) {
    double first = *(const double *)left, second = *(const double *)right;
    return (first > second) - (first < second);
}

int main(int words, char **word) {
    if (words != 5 || strlen(word[1]) >= sizeof address.sun_path) return fprintf(stderr, "usage: see flood.c\n"), 64;
    strcpy(address.sun_path, word[1]);
    long count = atol(word[2]), sent = 0, oldest = 0, most = 0;
    double rate = atof(word[3]), patience = atof(word[4]), start = now();
    requests = calloc((size_t)count, sizeof *requests);
    double *times = calloc((size_t)count, sizeof *times);
    if (requests == NULL || times == NULL) return fprintf(stderr, "flood: out of memory\n"), 70;
    for (long i = 0; i < count; i++) requests[i].due = start + (rate > 0 ? i / rate : 0);
    poller = epoll_create1(EPOLL_CLOEXEC);
    while (oldest < count) {
        double time = now();
        while (sent < count && requests[sent].due <= time && (requests[sent].stage == DONE || begin(&requests[sent]))) sent++;
        struct epoll_event events[events_at_a_time];
        int ready = epoll_wait(poller, events, events_at_a_time, 1);
        for (int i = 0; i < ready; i++) {
            struct request *request = events[i].data.ptr;
            if (request->stage == CONNECTED) receive(request);
        }
        time = now();
        for (; oldest < count; oldest++) {
            if (requests[oldest].stage == DONE) continue;
            if (requests[oldest].due + patience > time) break;
            silent++;
            end(&requests[oldest]);
        }
        long answers = right + refused + wrong + accepted + deferred + closed + silent;
        double due = rate > 0 ? (time - start) * rate : count;
        if (due > count) due = count;
        if ((long)due - answers > most) most = (long)due - answers;
    }
    double until = requests[count - 1].due > start ? requests[count - 1].due : last;
    long verdicts = 0, early = 0;
    for (long i = 0; i < count; i++) {
        if (requests[i].verdict == 0) continue;
        times[verdicts++] = (requests[i].verdict - requests[i].due) * 1000;
        if (requests[i].verdict <= until) early++;
    }
    qsort(times, (size_t)verdicts, sizeof *times, compare);
    printf("flood right=%ld refused=%ld wrong=%ld accepted=%ld deferred=%ld closed=%ld silent=%ld waiting=%ld verdicts=%.2f p50=%.2f p99=%.2f last=%.2f\n",
           right, refused, wrong, accepted, deferred, closed, silent, most, until > start ? early / (until - start) : 0,
           verdicts > 0 ? times[verdicts / 2] : 0, verdicts > 0 ? times[verdicts * 99 / 100] : 0, last - start);
    return 0;
}
