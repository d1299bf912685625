// What Swift's importer cannot reach: functions that <features.h> hides without _GNU_SOURCE, variadic functions,
// addresses that need a cast, and the time between fork and exec, in which no Swift may run.
//
// Every function returns 0 or a result, and -1 with errno set where it fails, unless it says otherwise.
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

// memfd_create(2): a file in memory of `size` bytes, close-on-exec, whose size nobody can change. fcntl(2): from now on nobody can
// write to it or unseal it, EBUSY while it is mapped for shared writing; and which seals it has, F_SEAL_*.
int cplatform_shared_memory(const char *name, int64_t size);
int cplatform_seal_memory(int descriptor);
int cplatform_memory_seals(int descriptor);

// socket(2), AF_UNIX and close-on-exec; bind(2) and connect(2) to a path, or to an abstract name behind an @.
// ENAMETOOLONG above 107 bytes.
int cplatform_unix_socket(int type, bool nonblocking);
int cplatform_unix_bind(int descriptor, const char *path);
int cplatform_unix_connect(int descriptor, const char *path);

// A stream socket that is bound to a numerical address of IPv4 or IPv6 and listens, close-on-exec and not blocking.
// EINVAL when it is no address.
int cplatform_internet_listen(const char *host, uint16_t port);

// getsockname(2): the path, or the abstract name behind an @, of a listening stream socket of the UNIX domain; `size` bytes with
// the zero at the end. EPROTOTYPE when it is none.
int cplatform_unix_listener_path(int descriptor, char *path, size_t size);

// Sends a text with a descriptor of which the receiver gets a copy; SCM_RIGHTS, unix(7).
int cplatform_send_descriptor(int socket, const void *text, size_t length, int descriptor);

// open(2) with O_PATH: a reference to a socket's file, which outlives its name.
int cplatform_open_reference(const char *path);

// fchownat(2) with AT_EMPTY_PATH: gives the file of such a reference to an account and a group; UINT32_MAX leaves one as it is.
int cplatform_give_reference(int reference, uint32_t uid, uint32_t gid);

// epoll(7), level-triggered, close-on-exec. `cplatform_epoll_set` adds a descriptor or changes what is waited for: bytes
// or the other side's end, and room to write where that is asked for.
struct cplatform_event {
    uint64_t token;
    bool readable;
    bool writable;
};
int cplatform_epoll(void);
int cplatform_epoll_set(int epoll, int descriptor, uint64_t token, bool added, bool writing);
int cplatform_epoll_remove(int epoll, int descriptor);
// At most 64 events at once; -1 milliseconds: for ever.
int cplatform_epoll_wait(int epoll, struct cplatform_event *events, int count, int milliseconds);

// SO_PEERCRED, unix(7).
int cplatform_peer_credentials(int descriptor, int32_t *pid, uint32_t *uid, uint32_t *gid);
// SO_PEERGROUPS: the further groups of the other side. Returns how many there are, `count` at the most.
int cplatform_peer_groups(int descriptor, uint32_t *groups, int count);

// Blocks `signals` for this thread and gives a signalfd(2) that reports them, not blocking.
int cplatform_signal_descriptor(const int *signals, size_t count);
// The next signal that waits, or 0 when there is none.
int cplatform_next_signal(int descriptor);

// The capabilities that this process has, by their numbers, capabilities(7): bit 0 is CAP_CHOWN.
uint64_t cplatform_capabilities(void);

// setresgid(2), setresuid(2), getresuid(2) with the same value for all three; the check returns 1 if all three are `uid`.
int cplatform_set_group(uint32_t gid);
int cplatform_set_user(uint32_t uid);
int cplatform_is_user(uint32_t uid);
int cplatform_is_group(uint32_t gid);
// prctl(2): PR_SET_NO_NEW_PRIVS, and PR_SET_DUMPABLE 0 with RLIMIT_CORE 0.
int cplatform_no_new_privileges(void);
int cplatform_no_core_dumps(void);
// capabilities(7): whether the permitted set outlives the next change of user; and afterwards, what is left of it:
// CAP_DAC_READ_SEARCH alone, or nothing.
int cplatform_keep_capabilities(void);
int cplatform_reduce_capabilities(bool may_read_all);


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
    // Descriptor i of the program is a copy of descriptors[i]; it gets no others.
    const int *descriptors;
    size_t descriptor_count;
    // The account that the program runs as from its first instruction on, without a way back; null: the caller's.
    const struct cplatform_account *account;
    // What the other side of the program's descriptor 1, a socket, gets before the program's first instruction; null: nothing.
    // Its four bytes from `process_place` on become the process id, the highest byte first.
    const uint8_t *announcement;
    size_t announcement_length;
    size_t process_place;
};

// Has syslog(3) log under `name`, which must stay where it is, with the process id; also after a library has called closelog(3).
void cplatform_name_log(const char *name);

// Starts a program in a session of its own, with default signal handling and nothing blocked.
// Returns its process id, or -1 with errno set if any step up to execve(2) failed, which may be after the announcement.
int32_t cplatform_start(const struct cplatform_program *program);

#endif
