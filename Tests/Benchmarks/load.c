// Clients of a saslauthd that act like processes of a mail server: each connects, sends a request, waits for the answer
// and closes the connection. One thread for each.
//
// usage: load SOCKET SECONDS GROUP [KEY=VALUE] ... [GROUP [KEY=VALUE] ...] ...
//        load SOCKET SECONDS --until-accepted LOGIN PASSWORD
//
// Every word without `=` begins a group of clients. All groups run at the same time, for SECONDS or until SIGTERM, and
// then close their connections. Each group prints a line of results. The keys of a group:
//
//   clients=N     the number of clients, each of which sends the next request as soon as it has an answer
//   every=MS      the shortest time between two requests of a client, in milliseconds
//   rate=R        instead of `clients`: a new client for each request, R requests a second, regardless of the answers
//   login=TEXT    `%c` is the number of the client, or of the request modulo `of`, and `%n` the number of the request
//   list=FILE     instead of `login`: a login on each line, used in turn; the part after the last `@` is the realm
//   of=N          see `login`; default 1
//   password=TEXT with `%c` and `%n` as in `login`; default "right horse"
//   patience=S    how long a client waits for an answer, in seconds; default 35
//   skip=S        seconds at the beginning that do not count in `rate`
//   from=S        with `rate`: when the first request is sent, in seconds; with `until=S`, none is sent after that time
//   trace=FILE    a line for each request with an answer or a timeout: the second in which it began, its milliseconds,
//                 and its result
//
// The second form repeats the request until the password is accepted. It prints the seconds and requests that took.
// It exits with 1 if the password was not accepted in time, and at once with 2 if it was refused.
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum answer { OK, NO, DEFERRED, CLOSED, SILENT, ANSWERS };
static const char *const names[ANSWERS] = {"ok", "no", "deferred", "closed", "silent"};

enum { most_groups = 8, most_times = 1 << 20, stack_size = 1 << 16, longest = 256 };

struct group {
    const char *name, *login, *password;
    char **list;
    long lines, clients, every, of;
    double rate, patience, skip, from, until;
    FILE *trace;
    atomic_long requests;
    // Protected by `lock`:
    long answers[ANSWERS], verdicts, times;
    float *milliseconds;
};

struct client {
    struct group *group;
    long number;
};

static struct sockaddr_un address = {.sun_family = AF_UNIX};
static double start;
static _Atomic double end;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct group groups[most_groups];
static int group_count;

static void fail(const char *what) {
    fprintf(stderr, "load: %s\n", what);
    exit(64);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void sleep_until(double time) {
    double rest = time - now();
    if (rest <= 0) return;
    struct timespec duration = {.tv_sec = (time_t)rest, .tv_nsec = (long)((rest - (time_t)rest) * 1e9)};
    nanosleep(&duration, NULL);
}

static size_t add_field(unsigned char *request, size_t length, const char *text) {
    size_t count = strnlen(text, longest);
    request[length] = (unsigned char)(count >> 8);
    request[length + 1] = (unsigned char)count;
    memcpy(request + length + 2, text, count);
    return length + 2 + count;
}

static enum answer receive(int descriptor, double deadline) {
    unsigned char reply[2 + 1024];
    for (size_t length = 0; length < 2 || length < 2 + (size_t)(reply[0] << 8 | reply[1]);) {
        if (length == sizeof reply) return CLOSED;
        double rest = deadline - now();
        if (rest <= 0) return SILENT;
        struct timeval wait = {.tv_sec = (time_t)rest, .tv_usec = (long)((rest - (time_t)rest) * 1e6) + 1};
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        ssize_t count = recv(descriptor, reply + length, sizeof reply - length, 0);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (count <= 0) return CLOSED;
        length += (size_t)count;
    }
    if (reply[0] == 0 && reply[1] == 0) return DEFERRED;
    if (memcmp(reply + 2, "OK", 2) == 0) return OK;
    return memcmp(reply + 2, "NO", 2) == 0 ? NO : CLOSED;
}

static enum answer ask(const char *login, const char *realm, const char *password, double patience) {
    unsigned char request[4 * (2 + longest)];
    size_t length = add_field(request, 0, login);
    length = add_field(request, length, password);
    length = add_field(request, length, "smtp");
    length = add_field(request, length, realm);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) fail("too many open files");
    double deadline = now() + patience;
    struct timeval wait = {.tv_sec = (time_t)patience, .tv_usec = (long)((patience - (time_t)patience) * 1e6) + 1};
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    enum answer answer;
    // Blocking, as in the SASL library: it waits while the backlog is full.
    if (connect(descriptor, (struct sockaddr *)&address, sizeof address) != 0)
        answer = errno == EAGAIN ? SILENT : CLOSED;
    else if (send(descriptor, request, length, MSG_NOSIGNAL) != (ssize_t)length)
        answer = CLOSED;
    else
        answer = receive(descriptor, deadline);
    close(descriptor);
    return answer;
}

// Replaces `%c` and `%n` in the text.
static void fill(char *result, const char *text, long client, long request) {
    size_t length = 0;
    for (; *text != 0 && length < longest - 21; text++) {
        if (text[0] == '%' && (text[1] == 'c' || text[1] == 'n'))
            length += (size_t)sprintf(result + length, "%ld", *++text == 'c' ? client : request);
        else
            result[length++] = *text;
    }
    result[length] = 0;
}

static enum answer ask_once(struct group *group, long client, long number) {
    char login[longest], password[longest];
    const char *realm = "example.org";
    if (group->lines > 0) {
        snprintf(login, sizeof login, "%s", group->list[number % group->lines]);
        char *sign = strrchr(login, '@');
        realm = sign != NULL ? sign + 1 : "";
        if (sign != NULL) *sign = 0;
    } else {
        fill(login, group->login, client, number);
    }
    fill(password, group->password, client, number);
    double asked = now();
    enum answer answer = ask(login, realm, password, group->patience);
    double answered = now();
    pthread_mutex_lock(&lock);
    if (group->trace != NULL) fprintf(group->trace, "%.3f %.3f %s\n", asked - start, (answered - asked) * 1000, names[answer]);
    if (answered < end) {
        group->answers[answer]++;
        if (answer <= NO && answered >= start + group->skip) group->verdicts++;
        if (answer <= NO && group->times < most_times) group->milliseconds[group->times++] = (answered - asked) * 1000;
    }
    pthread_mutex_unlock(&lock);
    return answer;
}

static void *serve_client(void *argument) {
    struct client *client = argument;
    struct group *group = client->group;
    double next = now();
    while (next < end) {
        enum answer answer = ask_once(group, client->number, atomic_fetch_add(&group->requests, 1));
        next = group->every > 0 ? next + group->every / 1000.0 : now();
        // Tries again if the daemon is down, but not in a tight loop.
        if (answer == CLOSED && next < now() + 0.01) next = now() + 0.01;
        if (next < now()) next = now();
        sleep_until(next);
    }
    return NULL;
}

static void *serve_request(void *argument) {
    struct client *client = argument;
    struct group *group = client->group;
    ask_once(group, client->number % group->of, client->number);
    free(client);
    return NULL;
}

static void begin(void *(*function)(void *), void *argument) {
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_size);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &attributes, function, argument) != 0) fail("no thread can be started");
    pthread_attr_destroy(&attributes);
}

static void begin_client(struct group *group, void *(*function)(void *), long number) {
    struct client *client = malloc(sizeof *client);
    if (client == NULL) fail("out of memory");
    *client = (struct client){.group = group, .number = number};
    begin(function, client);
}

static void *run_group(void *argument) {
    struct group *group = argument;
    for (long number = 0; group->every > 0 && number < group->clients; number++) {
        // Spread over time.
        sleep_until(start + (double)number * group->every / 1000 / group->clients);
        begin_client(group, serve_client, number);
    }
    while (group->rate > 0) {
        long number = atomic_fetch_add(&group->requests, 1);
        sleep_until(start + group->from + number / group->rate);
        if (now() >= end || (group->until > 0 && now() >= start + group->until)) break;
        begin_client(group, serve_request, number);
    }
    return NULL;
}

static void read_list(struct group *group, const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL) fail("a list cannot be read");
    char *line = NULL;
    size_t size = 0;
    for (ssize_t length; (length = getline(&line, &size, file)) > 0;) {
        if (line[length - 1] == '\n') line[length - 1] = 0;
        group->list = realloc(group->list, (size_t)(group->lines + 1) * sizeof *group->list);
        if (group->list == NULL) fail("out of memory");
        group->list[group->lines++] = strdup(line);
    }
    free(line);
    fclose(file);
    if (group->lines == 0) fail("a list is empty");
}

static void set(struct group *group, const char *word, const char *value) {
    size_t length = (size_t)(value - word) - 1;
#define IS(name) (length == strlen(name) && strncmp(word, name, length) == 0)
    if (IS("clients")) group->clients = atol(value);
    else if (IS("every")) group->every = atol(value);
    else if (IS("rate")) group->rate = atof(value);
    else if (IS("login")) group->login = value;
    else if (IS("list")) read_list(group, value);
    else if (IS("of")) group->of = atol(value) > 0 ? atol(value) : 1;
    else if (IS("password")) group->password = value;
    else if (IS("patience")) group->patience = atof(value);
    else if (IS("skip")) group->skip = atof(value);
    else if (IS("from")) group->from = atof(value);
    else if (IS("until")) group->until = atof(value);
    else if (IS("trace")) {
        if ((group->trace = fopen(value, "w")) == NULL) fail("a trace cannot be written");
    }
    else fail("an unknown key");
}

static int compare(const void *left, const void *right) {
    float first = *(const float *)left, second = *(const float *)right;
    return (first > second) - (first < second);
}

static void report(struct group *group) {
    printf("%s", group->name);
    for (int answer = 0; answer < ANSWERS; answer++) printf(" %s=%ld", names[answer], group->answers[answer]);
    printf(" rate=%.3f", group->verdicts / (end - start - group->skip));
    qsort(group->milliseconds, (size_t)group->times, sizeof *group->milliseconds, compare);
    for (int percent = 50; percent <= 99; percent += 49) {
        long place = (group->times - 1) * percent / 100;
        printf(" p%d=%.3f", percent, group->times > 0 ? group->milliseconds[place] : 0.0);
    }
    printf("\n");
}

static int until_accepted(const char *login, const char *password) {
    long count = 0;
    enum answer answer = SILENT;
    while (now() < end) {
        count++;
        answer = ask(login, "example.org", password, end - now());
        if (answer == OK) {
            printf("%.3f %ld\n", now() - start, count);
            return 0;
        }
        if (answer == NO) break;
        if (answer == CLOSED) sleep_until(now() + 0.01);
    }
    printf("%.3f %ld\n", now() - start, count);
    return answer == NO ? 2 : 1;
}

int main(int count, char **words) {
    if (count < 4 || strlen(words[1]) >= sizeof address.sun_path) fail("usage: see load.c");
    strcpy(address.sun_path, words[1]);
    start = now();
    end = start + atof(words[2]);
    if (strcmp(words[3], "--until-accepted") == 0) return count == 6 ? until_accepted(words[4], words[5]) : 64;
    for (int i = 3; i < count; i++) {
        const char *sign = strchr(words[i], '=');
        if (sign == NULL) {
            if (group_count == most_groups) fail("too many groups");
            float *times = malloc(most_times * sizeof *times);
            if (times == NULL) fail("out of memory");
            groups[group_count++] = (struct group){
                .name = words[i], .login = "", .password = "right horse", .of = 1, .patience = 35, .milliseconds = times};
        } else if (group_count > 0) {
            set(&groups[group_count - 1], words[i], sign + 1);
        } else {
            fail("a key without a group");
        }
    }
    sigset_t ending;
    sigemptyset(&ending);
    sigaddset(&ending, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ending, NULL);
    for (int i = 0; i < group_count; i++) begin(run_group, &groups[i]);
    // The groups alternate, so that they are mixed evenly in a queue.
    int more = 1;
    for (long number = 0; more; number++) {
        more = 0;
        for (int i = 0; i < group_count; i++) {
            if (groups[i].every > 0 || number >= groups[i].clients) continue;
            begin_client(&groups[i], serve_client, number);
            more = 1;
        }
    }
    double rest = end - now();
    struct timespec duration = {.tv_sec = (time_t)rest, .tv_nsec = (long)((rest - (time_t)rest) * 1e9)};
    if (rest > 0 && sigtimedwait(&ending, NULL, &duration) == SIGTERM) end = now();
    pthread_mutex_lock(&lock);
    for (int i = 0; i < group_count; i++) {
        report(&groups[i]);
        if (groups[i].trace != NULL) fflush(groups[i].trace);
    }
    fflush(stdout);
    // All other clients close their connections here.
    _exit(0);
}
