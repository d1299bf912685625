internal import Glibc
internal import Platform

/// The permissions, the owner and the group of a socket; `nil`: that of a new file.
struct SocketAccess: Equatable {
    let mode: mode_t
    var owner: uid_t?
    let group: gid_t?
}

/// A run directory that this process holds: its locks, its socket and its pid file.
///
/// The locks are released when the lifetime ends; `removeFiles` removes the files.
final class RunDirectory {
    /// Why a run directory cannot be used.
    enum Failure: Error {
        /// Another saslauthd, of this package or Cyrus saslauthd, holds it.
        case held(SystemError)
        case system(SystemError)
        /// It does not exist and cannot be created.
        case missing(SystemError)
    }

    let path: String
    let socket: ListeningSocket
    private let state: FileStatus
    private var startLock: ProcessLock?
    private var pidFile: ProcessLock?

    /// Whether `removeFiles` was not called yet.
    private var hasFiles = true

    /// Locks the directory and listens on its socket `mux`, or uses the one in `handedOver`.
    ///
    /// A missing directory is created with the permissions `mode`. Locks are taken first, so nothing of another
    /// instance is changed; a socket left by a dead one is replaced. A daemon writes and locks a pid file. A process in
    /// the foreground keeps the start lock, so that no daemon can start in the same directory.
    init(
        _ path: String,
        isDaemon: Bool,
        mode: mode_t,
        access: SocketAccess,
        handedOver: [ListeningSocket]
    ) throws(Failure) {
        self.path = path
        let pidPath = "\(path)/saslauthd.pid"
        do throws(SystemError) { try Directory.make(path, mode: mode) } catch { throw .missing(error) }
        do throws(SystemError) {
            state = try FileStatus(of: path)
            let start = try ProcessLock("\(path)/saslauthd.pid.lock", mode: 0o600)
            var pid: ProcessLock?
            do throws(SystemError) {
                if isDaemon {
                    pid = try Self.pidFile(pidPath)
                } else if try ProcessLock.isHeld(pidPath) {
                    throw SystemError("lock", on: pidPath, number: EAGAIN)
                }
                if let known = handedOver.first(where: { $0.isAt("\(path)/mux") }) {
                    socket = known
                } else {
                    socket = try ListeningSocket(at: "\(path)/mux", access)
                }
            } catch {
                // Remove the files created so far.
                Self.remove(pid)
                try? start.removeFile()
                throw error
            }
            startLock = consume start
            pidFile = consume pid
        } catch {
            throw [EAGAIN, EACCES].contains(error.number) && error.call == "lock" ? .held(error) : .system(error)
        }
    }

    private static func pidFile(_ path: String) throws(SystemError) -> ProcessLock {
        let file = try ProcessLock(path, mode: 0o600)
        do throws(SystemError) { try file.write("\(getpid())\n") } catch {
            try? file.removeFile()
            throw error
        }
        return file
    }

    /// Whether `path` leads to this directory, perhaps by another name.
    func isAt(_ path: String) -> Bool {
        (try? FileStatus(of: path))?.isSameFile(as: state) == true
    }

    /// Releases the start lock once a daemon is ready; the pid file alone is sufficient then.
    func letGoOfStartLock() {
        guard pidFile != nil else { return }
        Self.remove(startLock.take())
    }

    /// Removes the files, so that new clients get an error at once.
    ///
    /// Only once: later files with these names belong to another daemon.
    func removeFiles() {
        guard hasFiles else { return }
        hasFiles = false
        socket.removeFile()
        Self.remove(pidFile)
        Self.remove(startLock)
    }

    /// If this fails, the next instance replaces the file.
    private static func remove(_ file: borrowing ProcessLock?) {
        switch file {
        case .some(let file): try? file.removeFile()
        case nil: break
        }
    }

    /// The longest socket name in a run directory; the first directory also has those of saslauthctl and, temporarily,
    /// of workers.
    static func longestName(isFirst: Bool) -> String {
        isFirst ? WorkerStarter.fileName(largestProcess) : "mux"
    }

    /// The largest process id in Linux, proc(5).
    private static let largestProcess: pid_t = 4_194_304
}
