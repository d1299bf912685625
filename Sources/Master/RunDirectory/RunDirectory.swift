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
    private let state: FileStatus
    private var startLock: ProcessLock?
    private var pidFile: ProcessLock?

    /// Whether `removeFiles` has not been called.
    private var hasFiles = true

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
                // What was made until now is not left behind.
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

    /// Whether `path` leads to this very directory, be it by another name.
    func isAt(_ path: String) -> Bool {
        (try? FileStatus(of: path))?.isSameFile(as: state) == true
    }

    /// A daemon is up: the pid file alone keeps others away from now on.
    func letGoOfStartLock() {
        guard pidFile != nil else { return }
        Self.remove(startLock.take())
    }

    /// Takes the files away, so that new clients learn at once that nobody serves them.
    ///
    /// Once: what has their names later is another daemon's.
    func removeFiles() {
        guard hasFiles else { return }
        hasFiles = false
        socket.removeFile()
        Self.remove(pidFile)
        Self.remove(startLock)
    }

    /// What cannot be removed any more is replaced by the next instance.
    private static func remove(_ file: borrowing ProcessLock?) {
        switch file {
        case .some(let file): try? file.removeFile()
        case nil: break
        }
    }

    /// The longest name of a socket in a run directory; the first one has those of saslauthctl and, for a moment, of workers as well.
    static func longestName(isFirst: Bool) -> String {
        isFirst ? WorkerStarter.fileName(largestProcess) : "mux"
    }

    /// The largest process id that Linux gives, proc(5).
    private static let largestProcess: pid_t = 4_194_304
}
