#include "cplatform.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <malloc.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

_Static_assert(sizeof(pid_t) == sizeof(int32_t) && sizeof(uid_t) == sizeof(uint32_t) && sizeof(gid_t) == sizeof(uint32_t),
               "cplatform.h names these types by their size");

int cplatform_terminal_size(int descriptor, int *columns, int *rows) {
    struct winsize size;
    if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return -1;
    *columns = size.ws_col;
    *rows = size.ws_row;
    return 0;
}

int cplatform_accept(int listener, bool nonblocking) {
    return accept4(listener, NULL, NULL, SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0));
}

int cplatform_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int cplatform_memfd(const char *name) { return memfd_create(name, MFD_CLOEXEC); }

int cplatform_shared_memory(const char *name, int64_t size) {
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) return -1;
    if (ftruncate(descriptor, size) == 0 && fcntl(descriptor, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) == 0) {
        return descriptor;
    }
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

int cplatform_seal_memory(int descriptor) { return fcntl(descriptor, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SEAL); }

int cplatform_memory_seals(int descriptor) { return fcntl(descriptor, F_GET_SEALS); }

int cplatform_socketpair(int ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends); }

int cplatform_unix_socket(int type, bool nonblocking) {
    return socket(AF_UNIX, type | SOCK_CLOEXEC | (nonblocking ? SOCK_NONBLOCK : 0), 0);
}

static socklen_t unix_address(struct sockaddr_un *address, const char *path) {
    size_t length = strlen(path);
    if (length >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return 0;
    }
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, length);
    if (path[0] != '@') return sizeof *address;
    address->sun_path[0] = 0;
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

int cplatform_unix_bind(int descriptor, const char *path) {
    struct sockaddr_un address;
    socklen_t size = unix_address(&address, path);
    return size == 0 ? -1 : bind(descriptor, (const struct sockaddr *)&address, size);
}

int cplatform_unix_connect(int descriptor, const char *path) {
    struct sockaddr_un address;
    socklen_t size = unix_address(&address, path);
    return size == 0 ? -1 : connect(descriptor, (const struct sockaddr *)&address, size);
}

int cplatform_internet_listen(const char *host, uint16_t port) {
    struct sockaddr_in address4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 address6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    bool is6 = inet_pton(AF_INET6, host, &address6.sin6_addr) == 1;
    if (!is6 && inet_pton(AF_INET, host, &address4.sin_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    const struct sockaddr *address = is6 ? (const struct sockaddr *)&address6 : (const struct sockaddr *)&address4;
    int descriptor = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    int on = 1;
    // Without SO_REUSEADDR, bind(2) fails after a restart until old connections have left TIME_WAIT.
    if (setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        (!is6 || setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
        bind(descriptor, address, is6 ? sizeof address6 : sizeof address4) == 0 && listen(descriptor, SOMAXCONN) == 0) {
        return descriptor;
    }
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

static int socket_option(int descriptor, int name) {
    int value = 0;
    socklen_t size = sizeof value;
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

int cplatform_unix_listener_path(int descriptor, char *path, size_t size) {
    if (socket_option(descriptor, SO_DOMAIN) != AF_UNIX || socket_option(descriptor, SO_TYPE) != SOCK_STREAM ||
        socket_option(descriptor, SO_ACCEPTCONN) != 1) {
        errno = EPROTOTYPE;
        return -1;
    }
    struct sockaddr_un address = {0};
    socklen_t length = sizeof address;
    if (getsockname(descriptor, (struct sockaddr *)&address, &length) != 0) return -1;
    size_t count = length - offsetof(struct sockaddr_un, sun_path);
    if (count > sizeof address.sun_path) count = sizeof address.sun_path;
    if (count > 0 && address.sun_path[0] == 0) address.sun_path[0] = '@';
    if (count >= size) count = size - 1;
    memcpy(path, address.sun_path, count);
    path[count] = 0;
    return 0;
}

int cplatform_send_descriptor(int socket, const void *text, size_t length, int descriptor) {
    struct iovec part = {.iov_base = (void *)text, .iov_len = length};
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

int cplatform_open_reference(const char *path) { return open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC); }

int cplatform_give_reference(int reference, uint32_t uid, uint32_t gid) {
    return fchownat(reference, "", uid, gid, AT_EMPTY_PATH);
}

int cplatform_epoll(void) { return epoll_create1(EPOLL_CLOEXEC); }

int cplatform_epoll_set(int epoll, int descriptor, uint64_t token, bool added, bool reading, bool writing) {
    struct epoll_event event = {.data.u64 = token};
    if (reading) event.events |= EPOLLIN;
    if (writing) event.events |= EPOLLOUT;
    return epoll_ctl(epoll, added ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor, &event);
}

int cplatform_epoll_remove(int epoll, int descriptor) {
    struct epoll_event unused = {0};
    return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, &unused);
}

int cplatform_epoll_wait(int epoll, struct cplatform_event *events, int count, int milliseconds) {
    struct epoll_event found[64];
    int ready = epoll_wait(epoll, found, count < 64 ? count : 64, milliseconds);
    for (int i = 0; i < ready; i++) {
        // A read reports the error, or that the peer closed the connection.
        bool ended = (found[i].events & (EPOLLERR | EPOLLHUP)) != 0;
        events[i].token = found[i].data.u64;
        events[i].readable = ended || (found[i].events & EPOLLIN) != 0;
        events[i].writable = (found[i].events & EPOLLOUT) != 0;
    }
    return ready;
}

int cplatform_epoll_sleep(int epoll, long nanoseconds) {
    struct pollfd descriptor = {.fd = epoll, .events = POLLIN};
    struct timespec time = {.tv_sec = 0, .tv_nsec = nanoseconds};
    int ready = ppoll(&descriptor, 1, &time, NULL);
    if (ready >= 0 || errno != EINVAL) return ready;
    // A process that may open no descriptor may not ask about one either. epoll_wait(2) rounds up to milliseconds.
    struct epoll_event event;
    return epoll_wait(epoll, &event, 1, (int)(nanoseconds / 1000000) + 1);
}

int cplatform_peer_credentials(int descriptor, int32_t *pid, uint32_t *uid, uint32_t *gid) {
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return -1;
    *pid = peer.pid;
    *uid = peer.uid;
    *gid = peer.gid;
    return 0;
}

int cplatform_peer_groups(int descriptor, uint32_t *groups, int count) {
    socklen_t size = (socklen_t)count * sizeof *groups;
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups, &size) != 0) return -1;
    return (int)(size / sizeof *groups);
}

int cplatform_signal_descriptor(const int *signals, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < count; i++) sigaddset(&set, signals[i]);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int cplatform_next_signal(int descriptor) {
    struct signalfd_siginfo information;
    ssize_t size = read(descriptor, &information, sizeof information);
    if (size == (ssize_t)sizeof information) return (int)information.ssi_signo;
    return size < 0 && errno != EAGAIN && errno != EINTR ? -1 : 0;
}

int cplatform_set_group(uint32_t gid) { return setresgid(gid, gid, gid); }

int cplatform_set_user(uint32_t uid) { return setresuid(uid, uid, uid); }

int cplatform_is_user(uint32_t uid) {
    uid_t real, effective, saved;
    return getresuid(&real, &effective, &saved) == 0 && real == uid && effective == uid && saved == uid;
}

int cplatform_is_group(uint32_t gid) {
    gid_t real, effective, saved;
    return getresgid(&real, &effective, &saved) == 0 && real == gid && effective == gid && saved == gid;
}

int cplatform_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

int cplatform_no_core_dumps(void) {
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) return -1;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int cplatform_try_mapping(size_t size) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? -1 : munmap(memory, size);
}

int cplatform_try_process(void) {
    pid_t child = vfork();
    if (child == 0) _exit(0);
    if (child == -1) return -1;
    // Fails if a library has the system reap all processes.
    while (waitpid(child, NULL, 0) == -1 && errno == EINTR) continue;
    return 0;
}

int cplatform_keep_capabilities(void) { return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0); }

uint64_t cplatform_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0}};
    if (syscall(SYS_capget, &header, sets) != 0) return 0;
    return sets[0].permitted | (uint64_t)sets[1].permitted << 32;
}

int cplatform_reduce_capabilities(bool may_read_all) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {{0}};
    if (may_read_all && (cplatform_capabilities() >> CAP_DAC_READ_SEARCH & 1)) {
        sets[CAP_TO_INDEX(CAP_DAC_READ_SEARCH)].permitted = CAP_TO_MASK(CAP_DAC_READ_SEARCH);
        sets[CAP_TO_INDEX(CAP_DAC_READ_SEARCH)].effective = CAP_TO_MASK(CAP_DAC_READ_SEARCH);
    }
    return (int)syscall(SYS_capset, &header, sets);
}

bool cplatform_overwrite_freed_memory(void) {
#if __has_feature(address_sanitizer)
    // Its allocator refuses all of mallopt(3). It is only for tests.
    return true;
#else
    return mallopt(M_PERTURB, 0xFF) == 1;
#endif
}

void cplatform_name_log(const char *name) {
    // syslog(3) uses this name when no log is open.
    program_invocation_short_name = (char *)name;
    openlog(name, LOG_PID, LOG_AUTH);
}

// Between fork and exec: async-signal-safe functions only.
static int announce(const struct cplatform_program *program) {
    uint8_t bytes[64];
    size_t length = program->announcement_length;
    if (length > sizeof bytes || program->process_place + 4 > length) {
        errno = EMSGSIZE;
        return -1;
    }
    memcpy(bytes, program->announcement, length);
    uint32_t process = htonl((uint32_t)getpid());
    memcpy(bytes + program->process_place, &process, sizeof process);
    ssize_t sent;
    do {
        sent = send(STDOUT_FILENO, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
    } while (sent < 0 && errno == EINTR);
    if (sent < 0) return -1;
    if ((size_t)sent == length) return 0;
    errno = EAGAIN;
    return -1;
}

// Between fork and exec: async-signal-safe functions only.
static int become(const struct cplatform_program *program) {
    sigset_t none;
    sigemptyset(&none);
    for (int signal_number = 1; signal_number < NSIG; signal_number++) signal(signal_number, SIG_DFL);
    if (sigprocmask(SIG_SETMASK, &none, NULL) != 0) return -1;
    if (setsid() < 0) return -1;

    // Moved to higher numbers first, so that no copy overwrites a source that is still needed.
    int count = (int)program->descriptor_count;
    int moved[64];
    if (count > 64) {
        errno = EMFILE;
        return -1;
    }
    for (int i = 0; i < count; i++) {
        moved[i] = fcntl(program->descriptors[i], F_DUPFD_CLOEXEC, count);
        if (moved[i] < 0) return -1;
    }
    for (int i = 0; i < count; i++) {
        if (dup2(moved[i], i) < 0) return -1;
    }
    // Inherited descriptors may lack close-on-exec; our own always have it.
    if (syscall(SYS_close_range, (unsigned)count, ~0U, CLOSE_RANGE_CLOEXEC) != 0) {
        // Linux before 5.11.
        for (int i = count; i < 4096; i++) fcntl(i, F_SETFD, FD_CLOEXEC);
    }

    const struct cplatform_account *account = program->account;
    if (account != NULL) {
        if (setgroups(account->group_count, account->groups) != 0) return -1;
        if (cplatform_set_group(account->gid) != 0 || cplatform_set_user(account->uid) != 0) return -1;
        if (!cplatform_is_group(account->gid) || !cplatform_is_user(account->uid)) {
            errno = EPERM;
            return -1;
        }
        if (cplatform_no_new_privileges() != 0) return -1;
    }
    if (program->announcement != NULL && announce(program) != 0) return -1;
    return execve(program->path, program->arguments, program->environment);
}

int32_t cplatform_start(const struct cplatform_program *program) {
    int report[2];
    if (cplatform_pipe(report) != 0) return -1;
    // Above all numbers that the program's descriptors use.
    int writer = fcntl(report[1], F_DUPFD_CLOEXEC, 64);
    int failure = errno;
    close(report[1]);
    if (writer < 0) {
        close(report[0]);
        errno = failure;
        return -1;
    }

    pid_t child = fork();
    if (child == 0) {
        become(program);
        int reason = errno;
        ssize_t ignored = write(writer, &reason, sizeof reason);
        (void)ignored;
        _exit(127);
    }
    failure = errno;
    close(writer);
    if (child > 0) {
        int reason = 0;
        ssize_t size;
        do {
            size = read(report[0], &reason, sizeof reason);
        } while (size < 0 && errno == EINTR);
        if (size > 0) {
            while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
            child = -1;
            failure = reason;
        }
    }
    close(report[0]);
    errno = failure;
    return child;
}
