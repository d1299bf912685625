internal import Authentication
internal import Glibc
internal import Logging
internal import Platform
internal import WorkerProtocol

/// Starts a mechanism program for each connection that the frontend opens, as inetd does.
///
/// The socket has no name that anyone could find: its file is removed as soon as it is open, and the frontend connects to it
/// through a descriptor that refers to the file.
final class WorkerStarter {
    let listener: OwnedDescriptor
    /// Refers to the socket's file; a copy is the frontend's way to it.
    let reference: OwnedDescriptor
    /// Whether a program that cannot do its work now is to say so, rather than to try again with each request.
    var isOnTrial = false
    private let program: Program
    private let option: String
    private let standardError: OwnedDescriptor
    private let logger: Logger
    private var workers: Set<pid_t> = []

    /// Makes the socket in `directory`, for a frontend that runs as `account`.
    init(
        _ program: Program,
        option: String,
        directory: String,
        account: Account?,
        standardError: consuming OwnedDescriptor,
        logger: Logger
    ) throws(SystemError) {
        let path = "\(directory)/workers.\(getpid())"
        try Directory.removeFile(path)
        // The umask leaves the file to the account alone.
        listener = try UnixSocket.listen(at: path)
        reference = try UnixSocket.reference(to: path)
        if let account {
            // SAFETY: the path is a terminated string for the length of the call.
            try systemCall("chown", on: path) { unsafe chown(path, account.uid, account.gid) }
        }
        try Directory.removeFile(path)
        self.program = program
        self.option = option
        self.standardError = standardError
        self.logger = logger
    }

    var hasWorkers: Bool { !workers.isEmpty }

    /// Takes a connection that waits, if it is the frontend's, and starts a program on it.
    func acceptConnection(from frontend: pid_t?) {
        do throws(SystemError) {
            let connection = try UnixSocket.accept(on: listener)
            let peer = try PeerCredentials(of: connection.rawValue)
            guard peer.pid == frontend else {
                return logger.warning("process \(peer.pid) of uid \(peer.uid) asked for a worker and gets none")
            }
            start(on: connection)
        } catch {
            // The frontend has gone, or gives up waiting: either way it knows that there is no worker.
            if ![EAGAIN, EPIPE, ECONNRESET, ECONNABORTED].contains(error.number) {
                logger.error("no worker: \(error)")
            }
        }
    }

    /// A child has ended; `false` when it is no worker.
    func ended(_ pid: pid_t, _ end: ProcessEnd) -> Bool {
        guard workers.remove(pid) != nil else { return false }
        if end != .exited(EXIT_SUCCESS) { logger.warning("worker \(pid) (\(program.arguments[0])) \(end)") }
        return true
    }

    /// Kills a worker, if it is one.
    func kill(_ pid: pid_t) {
        guard workers.contains(pid) else { return }
        Glibc.kill(pid, SIGKILL)
    }

    func killAll() {
        workers.forEach(kill)
    }

    /// The program's process is announced before the program runs, so that nothing which it writes comes before or between.
    private func start(on connection: borrowing OwnedDescriptor) {
        do throws(SystemError) {
            let text = try OwnedDescriptor.memory(named: "option", holding: option)
            let socket = connection.rawValue
            var program = program
            if isOnTrial { program.environment.append("SASLAUTHD_TRIAL=1") }
            let pid = try program.start(
                descriptors: [socket, socket, standardError.rawValue, text.rawValue],
                announcement: Self.announcement
            )
            workers.insert(pid)
        } catch {
            // A few bytes always find room; where the frontend has gone there is nobody to tell.
            _ = try? connection.send(MechanismMessage.unusable(reason: ByteString("\(error)")).frame.span)
        }
    }

    private static let announcement = Program.Announcement(
        MechanismMessage.started(pid: 0).frame,
        processPlace: MechanismMessage.processPlace
    )
}
