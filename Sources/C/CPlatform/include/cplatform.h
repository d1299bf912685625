// What Swift cannot import or run: functions that <features.h> hides without _GNU_SOURCE, variadic functions, addresses
// that need a cast, and the code between fork and exec.
//
// Every function returns 0 or a result, or -1 with errno set on failure, unless documented otherwise.
#ifndef CPLATFORM_H
#define CPLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ioctl(2), TIOCGWINSZ: the size of a terminal.
int cplatform_terminal_size(int descriptor, int *columns, int *rows);

// accept4(2) without an address.
int cplatform_accept(int listener, bool nonblocking);

// pipe2(2), memfd_create(2) and socketpair(2), close-on-exec.
int cplatform_pipe(int ends[2]);
int cplatform_memfd(const char *name);
int cplatform_socketpair(int ends[2]);

// A memory file of `size` bytes, memfd_create(2), close-on-exec and sealed against changes of its size.
int cplatform_shared_memory(const char *name, int64_t size);
// Seals it against writing and further seals, fcntl(2); EBUSY while it is mapped shared and writable.
int cplatform_seal_memory(int descriptor);
// The seals that it has, F_SEAL_*.
int cplatform_memory_seals(int descriptor);

// socket(2) with AF_UNIX and close-on-exec; bind(2) and connect(2) to a path, or with a leading @ to an abstract name.
// ENAMETOOLONG above 107 bytes.
int cplatform_unix_socket(int type, bool nonblocking);
int cplatform_unix_bind(int descriptor, const char *path);
int cplatform_unix_connect(int descriptor, const char *path);

// A listening stream socket on a numerical IPv4 or IPv6 address, close-on-exec and nonblocking.
// EINVAL when `host` is not an address.
int cplatform_internet_listen(const char *host, uint16_t port);

// getsockname(2): the path, or @ and the abstract name, of a listening UNIX stream socket, in at most `size` bytes with
// the terminating zero. EPROTOTYPE for any other descriptor.
int cplatform_unix_listener_path(int descriptor, char *path, size_t size);

// Sends a text and a copy of a descriptor; SCM_RIGHTS, unix(7).
int cplatform_send_descriptor(int socket, const void *text, size_t length, int descriptor);

// open(2) with O_PATH: a reference to a socket's file, which remains valid when the name is removed.
int cplatform_open_reference(const char *path);

// fchownat(2) with AT_EMPTY_PATH: sets owner and group of the file of such a reference; UINT32_MAX keeps one.
int cplatform_give_reference(int reference, uint32_t uid, uint32_t gid);

// epoll(7), level-triggered, close-on-exec. `cplatform_epoll_set` adds or modifies a descriptor: it waits for the
// peer's end in both directions and, if `reading`, for input or its end and, if `writing`, for room to write.
struct cplatform_event {
    uint64_t token;
    bool readable;
    bool writable;
};
int cplatform_epoll(void);
int cplatform_epoll_set(int epoll, int descriptor, uint64_t token, bool added, bool reading, bool writing);
int cplatform_epoll_remove(int epoll, int descriptor);
// At most 64 events at once; -1 milliseconds: no timeout.
int cplatform_epoll_wait(int epoll, struct cplatform_event *events, int count, int milliseconds);
// Waits for events, at most as many nanoseconds, which must be less than a second; ppoll(2).
int cplatform_epoll_sleep(int epoll, long nanoseconds);

// SO_PEERCRED, unix(7).
int cplatform_peer_credentials(int descriptor, int32_t *pid, uint32_t *uid, uint32_t *gid);
// SO_PEERGROUPS: the supplementary groups of the peer. Returns their number, at most `count`.
int cplatform_peer_groups(int descriptor, uint32_t *groups, int count);

// Blocks `signals` in this thread and returns a nonblocking signalfd(2) for them.
int cplatform_signal_descriptor(const int *signals, size_t count);
// The next pending signal, or 0 when there is none.
int cplatform_next_signal(int descriptor);

// The permitted capabilities of this process as a bit set, capabilities(7): bit 0 is CAP_CHOWN.
uint64_t cplatform_capabilities(void);

// setresgid(2) and setresuid(2) with the same value for all three; the checks return 1 if all three have the value.
int cplatform_set_group(uint32_t gid);
int cplatform_set_user(uint32_t uid);
int cplatform_is_user(uint32_t uid);
int cplatform_is_group(uint32_t gid);
// prctl(2): PR_SET_NO_NEW_PRIVS, and PR_SET_DUMPABLE 0 with RLIMIT_CORE 0.
int cplatform_no_new_privileges(void);
int cplatform_no_core_dumps(void);
// Map memory, mmap(2), or start a process, vfork(2), and give it up at once.
int cplatform_try_mapping(size_t size);
int cplatform_try_process(void);
// capabilities(7): keeps the permitted set over the next change of user; afterwards, reduces it to CAP_DAC_READ_SEARCH,
// or to nothing.
int cplatform_keep_capabilities(void);
int cplatform_reduce_capabilities(bool may_read_all);

// Has freed memory overwritten, mallopt(3); returns whether it will be.
bool cplatform_overwrite_freed_memory(void);

struct cplatform_account {
    uint32_t uid;
    uint32_t gid;
    const uint32_t *groups;
    size_t group_count;
};

struct cplatform_program {
    const char *path;
    char *const *arguments;
    char *const *environment;
    // Descriptor i of the program is a copy of descriptors[i], at most 64; it gets no others.
    const int *descriptors;
    size_t descriptor_count;
    // The account that the program runs as, irrevocably, from its first instruction on; null: the caller's.
    const struct cplatform_account *account;
    // Sent to descriptor 1 of the program, a socket, before the program's first instruction; null: nothing, at most 64
    // bytes. The four bytes from `process_place` on are replaced by the process id, the most significant byte first.
    const uint8_t *announcement;
    size_t announcement_length;
    size_t process_place;
};

// Makes syslog(3) log as `name` with the process id, even after a library has called closelog(3). `name` must remain
// valid.
void cplatform_name_log(const char *name);

// Starts a program in a new session, with default signal handling and no signals blocked.
// Returns its process id, or -1 with errno set if a step up to execve(2) failed, possibly after the announcement.
int32_t cplatform_start(const struct cplatform_program *program);

#endif
