internal import Glibc
internal import Platform

/// The permissions of the sockets, and the group that they are given to; that of a new file where it is `nil`.
struct SocketAccess: Equatable {
    let mode: mode_t
    let group: gid_t?
}

/// A run directory, held by this process: its locks, its socket and its pid file.
///
/// The end of the object lets go of the locks; `removeFiles` takes the files away.
final class RunDirectory {
    /// Why a run directory cannot be had.
    enum Failure: Error {
        /// Another saslauthd, of either make, holds it.
        case held(SystemError)
        case system(SystemError)
        /// It is not there and cannot be made.
        case missing(SystemError)
    }

    let path: String
    let socket: ListeningSocket
    private let state: FileState
    /// The group that the socket was born with.
    private var firstGroup: gid_t = 0
    private var startLock: LockFile?
    private var pidFile: LockFile?

    private var pidPath: String { "\(path)/saslauthd.pid" }
    private var startLockPath: String { "\(path)/saslauthd.pid.lock" }

    /// Takes the directory and listens on its socket `mux`, or takes that from those in `handedOver`.
    ///
    /// A directory that is not there is made, with the permissions `mode`.
    /// Nothing of another instance is touched: the locks come first. A socket that is left of a dead one is replaced. A daemon
    /// writes a pid file and holds it; a process in the foreground holds the start lock, so that no daemon starts beside it.
    init(
        _ path: String,
        isDaemon: Bool,
        mode: mode_t,
        access: SocketAccess,
        handedOver: [ListeningSocket]
    ) throws(Failure) {
        self.path = path
        let mux = "\(path)/mux"
        let pidPath = "\(path)/saslauthd.pid"
        do throws(SystemError) { try Directory.make(path, mode: mode) } catch { throw .missing(error) }
        do throws(SystemError) {
            state = try FileState(of: path)
            startLock = try LockFile("\(path)/saslauthd.pid.lock", mode: 0o600)
            if isDaemon {
                let file = try LockFile(pidPath, mode: 0o600)
                try file.write("\(getpid())\n")
                pidFile = consume file
            } else if try LockFile.isHeld(pidPath) {
                throw SystemError("lock", on: pidPath, number: EAGAIN)
            }
        } catch {
            throw [EAGAIN, EACCES].contains(error.number) && error.call == "lock" ? .held(error) : .system(error)
        }
        if let socket = handedOver.first(where: { $0.isAt(mux) }) {
            self.socket = socket
            return
        }
        do throws(SystemError) {
            try Directory.removeFile(mux)
            socket = try ListeningSocket(at: mux)
            firstGroup = try FileState(of: mux).group
            // The umask has kept others away until now.
            try give(access)
        } catch {
            throw .system(error)
        }
    }

    /// Whether `path` leads to this very directory, be it by another name.
    func isAt(_ path: String) -> Bool {
        (try? FileState(of: path))?.isSameFile(as: state) == true
    }

    /// Sets who can connect, where the service manager has not.
    func give(_ access: SocketAccess) throws(SystemError) {
        guard !socket.isHandedOver else { return }
        let mux = socket.path
        let group = access.group ?? firstGroup
        // SAFETY: the path is a terminated string for the length of both calls.
        if group != (try FileState(of: mux).group) {
            try systemCall("chown", on: mux) { unsafe chown(mux, uid_t.max, group) }
        }
        try systemCall("chmod", on: mux) { unsafe chmod(mux, access.mode) }
    }

    /// A daemon is up: the pid file alone keeps others away from now on.
    func letGoOfStartLock() {
        guard pidFile != nil, startLock.take() != nil else { return }
        remove(startLockPath)
    }

    /// Takes the files away, so that new clients learn at once that nobody serves them.
    func removeFiles() {
        if !socket.isHandedOver { remove(socket.path) }
        if pidFile != nil { remove(pidPath) }
        if startLock != nil { remove(startLockPath) }
    }

    /// What cannot be removed any more is replaced by the next instance.
    private func remove(_ path: String) {
        try? Directory.removeFile(path)
    }
}
